import type { Imports } from '../syntax/imports.ts';
import { type CallValue, nameIn, namesIn, textOf, type Value } from '../syntax/value.ts';
import type { TableRef } from '../upsert.ts';
import {
  type ApiFile,
  type ApiReader,
  type ApiTarget,
  chainOf,
  NAMED_AT_RUN_TIME,
  partialTarget,
  TARGET_AT_RUN_TIME,
  targetOn,
} from './api-upsert.ts';
import { attribute, BOUND, type Predicate, phrase } from './predicate.ts';

/**
 * Diesel: `insert_into(users::table).values(…).on_conflict((users::a, users::b)).filter_target(…).do_update().set(…)`.
 */
export const readDiesel: ApiReader = (call, file) => {
  const chain = chainOf(call.receiver);
  const into = chain.find(({ name }) => name === 'insert_into');
  const conflict = chain.find(({ name }) => name === 'on_conflict');
  if (!into || (!conflict && call.name !== 'on_conflict_do_nothing')) return undefined;
  return {
    kind: 'on-conflict',
    via: 'diesel',
    table: tableOf(into.arguments[0], file),
    target: conflict ? targetOf(conflict, chain) : { kind: 'none' },
    action: call.name === 'do_update' ? { kind: 'update', assigned: undefined } : { kind: 'nothing' },
    inserted: undefined,
  };
};

/**
 * `users::table`, or `users` from the module's dsl: table! names a table as it names the module. Either may be imported
 * under another name, which cannot be the name of a table.
 */
function tableOf(table: Value | undefined, { text, imports }: ApiFile): TableRef {
  // A variable may be called as the module is, and no variable stands before `::`.
  const path = table && /^\w+(?:::\w+)+/.exec(text.slice(table.at, table.at + 200))?.[0].split('::');
  const name = path ? tableIn(path, imports) : table?.kind === 'name' ? tableIn([table.name], imports) : undefined;
  return name === undefined ? NAMED_AT_RUN_TIME : { kind: 'model', framework: 'diesel', name };
}

/** The module that the path leads to: `table` is in it, and `dsl`, which has the table by its own name. */
function tableIn([first = '', ...more]: readonly string[], imports: Imports): string | undefined {
  const known = imports.get(first);
  const path = known && known.name !== '*' ? [...known.from.split('.'), known.name, ...more] : [first, ...more];
  return path.findLast((part) => part !== 'table' && part !== 'dsl');
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
