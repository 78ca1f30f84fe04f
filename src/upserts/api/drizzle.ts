import { type CallValue, entryOf, nameIn, type Value } from '../syntax/value.ts';
import type { TableRef } from '../upsert.ts';
import {
  type ApiFile,
  type ApiReader,
  type ApiTarget,
  attributesIn,
  chainOf,
  columnsOf,
  NAMED_AT_RUN_TIME,
  partialTarget,
  proposed,
  TARGET_AT_RUN_TIME,
  targetOn,
} from './api-upsert.ts';
import { attribute, BOUND, joinPredicates, type Predicate, phrase } from './predicate.ts';
import { readTemplate } from './read-template.ts';

/** Drizzle: `db.insert(users).values(…).onConflictDoUpdate({ target: users.email, targetWhere, set })`. */
export const readDrizzle: ApiReader = (call, file) => {
  const chain = chainOf(call.receiver);
  const into = chain.find(({ name }) => name === 'insert')?.arguments[0];
  const [options] = call.arguments;
  const ignores = call.name === 'onConflictDoNothing';
  return {
    kind: 'on-conflict',
    via: 'drizzle',
    table: tableOf(into),
    // `where` of DO UPDATE chooses rows; of DO NOTHING it is the target's.
    target: targetOf(options, entryOf(options, ignores ? 'where' : 'targetWhere'), { file, table: nameIn(into) }),
    action: ignores ? { kind: 'nothing' } : { kind: 'update', assigned: proposed(columnsOf(entryOf(options, 'set'))) },
    updateWhere: !ignores && entryOf(options, 'where', 'setWhere') ? '…' : undefined,
    inserted: columnsOf(chain.find((each) => each.name === 'values')?.arguments[0]),
  };
};

/** `users`; one that the same file makes was followed to its `pgTable('users', …)`, whose columns are not known here. */
function tableOf(into: Value | undefined): TableRef {
  const name = nameIn(into);
  return name === undefined || into?.kind === 'text'
    ? NAMED_AT_RUN_TIME
    : { kind: 'model', framework: 'drizzle', name };
}

/** Where a condition stands, and of which table it is. */
interface Around {
  readonly file: ApiFile;
  readonly table: string | undefined;
}

function targetOf(options: Value | undefined, where: Value | undefined, around: Around): ApiTarget {
  if (!options) return { kind: 'none' };
  const target = entryOf(options, 'target');
  if (!target) return options.kind === 'record' ? { kind: 'none' } : TARGET_AT_RUN_TIME;
  const columns = target.kind === 'text' ? undefined : attributesIn(target);
  return where ? partialTarget(columns, readPredicate(where, around)) : targetOn(columns);
}

const COMPARISONS: ReadonlyMap<string, string> = new Map([
  ['eq', '='],
  ['ne', '<>'],
  ['gt', '>'],
  ['gte', '>='],
  ['lt', '<'],
  ['lte', '<='],
]);

/** sql`${users.deletedAt} is null`, `isNull(users.deletedAt)`, `and(…)`, `eq(users.active, true)`, which binds the value. */
function readPredicate(value: Value, around: Around): Predicate | undefined {
  if (value.kind !== 'call') return undefined;
  const [first, second] = value.arguments;
  const column = (): Predicate | undefined => columnOf(first, around);
  switch (value.name) {
    case 'sql':
      return readTemplate(value, around.file, (hole) => holeOf(hole, around));
    case 'isNull':
      return phrase(column(), 'is null');
    case 'isNotNull':
      return phrase(column(), 'is not null');
    case 'not':
      return phrase('not (', first && readPredicate(first, around), ')');
    case 'and':
    case 'or':
      return joinPredicates(partsOf(value, around), value.name);
    default: {
      const operator = COMPARISONS.get(value.name);
      return operator === undefined || !second
        ? undefined
        : phrase(column(), operator, columnOf(second, around) ?? BOUND);
    }
  }
}

function partsOf(call: CallValue, around: Around): readonly (Predicate | undefined)[] {
  return call.arguments.map((each) => readPredicate(each, around));
}

/** A column of the table that is inserted into: no other can be in a target. */
function columnOf(value: Value | undefined, { table }: Around): Predicate | undefined {
  return value?.kind === 'member' && table !== undefined && nameIn(value.object) === table
    ? attribute(value.name)
    : undefined;
}

/** A piece of SQL may come in by a variable as well as a value: only what is written out is known. */
function holeOf(value: Value, around: Around): Predicate | undefined {
  return value.kind === 'literal' ? BOUND : columnOf(value, around);
}
