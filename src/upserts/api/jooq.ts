import { type CallValue, nameIn, textOf, type Value } from '../syntax/value.ts';
import type { TableRef } from '../upsert.ts';
import {
  type ApiReader,
  type ApiTarget,
  chainOf,
  namedTable,
  partialTarget,
  TARGET_AT_RUN_TIME,
  targetOn,
} from './api-upsert.ts';
import { attribute, BOUND, joinPredicates, type Predicate, phrase } from './predicate.ts';

/** jOOQ: `ctx.insertInto(USERS, USERS.EMAIL).values(e).onConflict(USERS.EMAIL).where(USERS.GONE_AT.isNull()).doUpdate()`. */
export const readJooq: ApiReader = (call) => {
  const chain = chainOf(call.receiver);
  const into = chain.find(({ name }) => name === 'insertInto');
  const conflict = chain.find(({ name }) => name === 'onConflict' || name === 'onConflictOnConstraint');
  if (!into || (!conflict && /^do/.test(call.name))) return undefined;
  const [table, ...columns] = into.arguments;
  return {
    kind: 'on-conflict',
    via: 'jooq',
    table: tableOf(table),
    target: conflict ? targetOf(conflict, chain) : { kind: 'none' },
    action: call.name === 'doUpdate' ? { kind: 'update', assigned: undefined } : { kind: 'nothing' },
    inserted: columns.length > 0 ? namesOf(columns) : undefined,
  };
};

function tableOf(table: Value | undefined): TableRef {
  return namedTable(nameOf(table));
}

/** The generator writes names in capitals: `USERS.ORG_ID`; `field("org_id")` has its own. */
function nameOf(value: Value | undefined): string | undefined {
  if (value?.kind === 'call') return /^(?:field|table|name)$/.test(value.name) ? textOf(value.arguments[0]) : undefined;
  const name = value?.kind === 'text' ? undefined : nameIn(value);
  return name !== undefined && /^[A-Z\d_]+$/.test(name) ? name.toLowerCase() : undefined;
}

function namesOf(values: readonly Value[]): readonly string[] | undefined {
  const names = values.map(nameOf);
  return names.length > 0 && names.every((name) => name !== undefined) ? names : undefined;
}

function targetOf(conflict: CallValue, chain: readonly CallValue[]): ApiTarget {
  if (conflict.name === 'onConflictOnConstraint') {
    // Keys.USERS_EMAIL_KEY is a class of the generator: the constraint's own name may have small letters or not.
    const [given] = conflict.arguments;
    const name = given?.kind === 'call' && given.name === 'name' ? textOf(given.arguments[0]) : undefined;
    return name === undefined ? TARGET_AT_RUN_TIME : { kind: 'constraint', name };
  }
  const columns = namesOf(conflict.arguments);
  const conditions = chain
    .slice(0, chain.indexOf(conflict))
    .flatMap((step) =>
      step.name === 'where' || step.name === 'and' ? step.arguments.map(readPredicate) : [undefined],
    );
  return conditions.length === 0 ? targetOn(columns) : partialTarget(columns, joinPredicates(conditions, 'and'));
}

/** `USERS.GONE_AT.isNull()`, `USERS.KIND.eq(kind)`, which binds the value. */
function readPredicate(value: Value): Predicate | undefined {
  if (value.kind !== 'call') return undefined;
  const column = attribute(nameOf(value.receiver));
  switch (value.name) {
    case 'isNull':
      return phrase(column, 'is null');
    case 'isNotNull':
      return phrase(column, 'is not null');
    case 'eq':
      return phrase(column, '=', BOUND);
    default:
      return undefined;
  }
}
