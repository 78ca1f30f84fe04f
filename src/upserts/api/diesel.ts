import { type CallValue, nameIn, namesIn, textOf, type Value } from '../syntax/value.ts';
import type { TableRef } from '../upsert.ts';
import {
  type ApiReader,
  type ApiTarget,
  chainOf,
  NAMED_AT_RUN_TIME,
  namedTable,
  partialTarget,
  TARGET_AT_RUN_TIME,
  targetOn,
} from './api-upsert.ts';
import { attribute, BOUND, type Predicate, phrase } from './predicate.ts';

/** Diesel: `insert_into(users::table).values(…).on_conflict((users::a, users::b)).filter_target(…).do_update().set(…)`. */
export const readDiesel: ApiReader = (call, { text }) => {
  const chain = chainOf(call.receiver);
  const into = chain.find(({ name }) => name === 'insert_into');
  const conflict = chain.find(({ name }) => name === 'on_conflict');
  if (!into || (!conflict && call.name !== 'on_conflict_do_nothing')) return undefined;
  return {
    kind: 'on-conflict',
    via: 'diesel',
    table: tableOf(into.arguments[0], text),
    target: conflict ? targetOf(conflict, chain) : { kind: 'none' },
    action: call.name === 'do_update' ? { kind: 'update', assigned: undefined } : { kind: 'nothing' },
    inserted: undefined,
  };
};

/** `users::table`, or `users` from the module's dsl: table! names a table as it names the module. */
function tableOf(table: Value | undefined, text: string): TableRef {
  // A variable may be called as the module is, and no variable stands before `::`.
  const module = table && /^(?:\w+::)*(\w+)::table\b/.exec(text.slice(table.at, table.at + 200))?.[1];
  if (module !== undefined) return namedTable(module);
  return table?.kind === 'text' ? NAMED_AT_RUN_TIME : namedTable(nameIn(table));
}

function targetOf({ arguments: [target] }: CallValue, chain: readonly CallValue[]): ApiTarget {
  if (target?.kind === 'call') {
    const name = target.name === 'on_constraint' ? textOf(target.arguments[0]) : undefined;
    return name === undefined ? TARGET_AT_RUN_TIME : { kind: 'constraint', name };
  }
  const columns = target?.kind === 'text' ? undefined : namesIn(target);
  const filter = chain.find(({ name }) => name === 'filter_target');
  return filter ? partialTarget(columns, readPredicate(filter.arguments[0])) : targetOn(columns);
}

/** `users::gone_at.is_null()`, `users::kind.eq(kind)`, which binds the value. */
function readPredicate(value: Value | undefined): Predicate | undefined {
  if (value?.kind !== 'call' || value.receiver?.kind === 'call') return undefined;
  const column = attribute(nameIn(value.receiver));
  switch (value.name) {
    case 'is_null':
      return phrase(column, 'is null');
    case 'is_not_null':
      return phrase(column, 'is not null');
    case 'eq':
      return phrase(column, '=', BOUND);
    default:
      return undefined;
  }
}
