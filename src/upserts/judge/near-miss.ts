import type { IndexFacts } from '../../model/facts.ts';
import { columnsOf, isSameInAnyOrder } from '../../model/same-columns.ts';
import { showName } from '../../sql/show-name.ts';
import type { ConflictUpsert } from '../upsert.ts';
import { isBrought, notBrought, writeClause } from './brought.ts';
import { clauseOf, partsOf } from './index-clause.ts';
import type { Remark } from './judged-upsert.ts';
import { takenOver } from './ownership.ts';
import { ruleTable } from './rule-table.ts';
import type { KeyTarget } from './target-shape.ts';
import type { UpsertFacts } from './upsert-facts.ts';

/** Why a target finds no arbiter: the index that nearly fits, and the exact change that would make it fit. */
export function explainMiss(upsert: ConflictUpsert, target: KeyTarget, facts: UpsertFacts): Remark {
  const columns = target.elements.flatMap(({ column }) => column ?? []);
  const plain = columns.length === target.elements.length;
  const same = plain
    ? facts.indexes.filter((index) => index.unique && isSameInAnyOrder(columnsOf(index), columns))
    : [];
  return (
    partialMiss(upsert, target, same, facts) ??
    invalidMiss(same) ??
    exclusionMiss(upsert, facts, columns) ??
    expressionMiss(upsert, target, facts) ??
    partitionMiss(upsert, facts, columns) ??
    nearestMiss(upsert, facts, columns, plain ? ownersOf(upsert, columns, facts) : undefined)
  );
}

/** A valid index on the very columns can only be partial, or compare them otherwise. */
function partialMiss(
  upsert: ConflictUpsert,
  target: KeyTarget,
  same: readonly IndexFacts[],
  facts: UpsertFacts,
): Remark | undefined {
  const index = same.find(({ valid, predicate }) => valid && predicate !== undefined);
  if (!index) return undefined;
  const fix = writeClause(clauseOf(index), index, upsert, facts);
  if (target.where === undefined) {
    const late =
      upsert.updateWhere === undefined ? '' : ' The WHERE after DO UPDATE chooses rows to update, not the index.';
    return {
      level: 'error',
      code: 'MSGDB_UPSERT_PREDICATE_MISSING',
      message: `${index.name} is partial (WHERE ${index.predicate}), and the target does not say so: 42P10.${late}`,
      fix,
    };
  }
  return {
    level: 'error',
    code: 'MSGDB_UPSERT_PREDICATE_UNPROVEN',
    message: `WHERE ${target.where} is not proof of the predicate of ${index.name} (${index.predicate}): 42P10.`,
    fix,
  };
}

/** The index is found where the value is one that proves its predicate, and where the planner gets to see the value. */
export function explainParameter(
  upsert: ConflictUpsert,
  target: KeyTarget,
  index: IndexFacts,
  facts: UpsertFacts,
): Remark {
  return {
    level: target.filledInBy === undefined && target.unnamedBy === undefined ? 'error' : 'warning',
    code: 'MSGDB_UPSERT_PARAMETER',
    message: messageOfParameter(target, `${index.name} (WHERE ${index.predicate}) is found`),
    fix: writeClause(clauseOf(index), index, upsert, facts),
  };
}

function messageOfParameter({ filledInBy, unnamedBy }: KeyTarget, found: string): string {
  if (filledInBy !== undefined) {
    return `${filledInBy} writes the value into the target's WHERE: ${found} for the right one only, and by a driver that binds it five times for each prepared statement, then 42P10.`;
  }
  if (unnamedBy !== undefined) {
    return `The target's WHERE has a bind parameter: ${found} for the right value only, and the statement fails from the sixth execution on (42P10) where the client prepares it by name. ${unnamedBy} prepares statements by name only when configured to.`;
  }
  return `The target's WHERE has a bind parameter: ${found} five times for each prepared statement, then 42P10.`;
}

function invalidMiss(same: readonly IndexFacts[]): Remark | undefined {
  const index = same.find(({ valid }) => !valid);
  if (!index) return undefined;
  return {
    level: 'error',
    code: 'MSGDB_INDEX_INVALID',
    message: `${index.name} has the columns, but is not valid${index.building ? ': it is being built now' : ''}: 42P10.`,
    fix: index.building
      ? 'Wait until it is built.'
      : `Run \`msgdb migrate\`, or: drop index concurrently ${showName(index.schema)}.${showName(index.name)}; and build it again.`,
  };
}

function exclusionMiss(upsert: ConflictUpsert, facts: UpsertFacts, columns: readonly string[]): Remark | undefined {
  const index = facts.indexes.find((each) => each.exclusion && isSameInAnyOrder(columnsOf(each), columns));
  if (!index?.constraint) return undefined;
  return {
    level: 'error',
    code: 'MSGDB_UPSERT_CONSTRAINT',
    message: `${index.constraint.name} is an exclusion constraint, which no list of columns finds: 42P10.`,
    fix: `${writeClause(`ON CONFLICT ON CONSTRAINT ${showName(index.constraint.name)} DO NOTHING`, index, upsert, facts)} It cannot be used for DO UPDATE.`,
  };
}

/** An index of as many parts, one of them an expression of a column of the target (or the other way round). */
function expressionMiss(upsert: ConflictUpsert, target: KeyTarget, facts: UpsertFacts): Remark | undefined {
  const isNear = (index: IndexFacts): boolean =>
    index.key.length === target.elements.length &&
    index.key.every(({ column, text }) => target.elements.some((element) => mentions(element.sql, column ?? text)));
  const index = facts.indexes.find(
    (each) =>
      each.unique &&
      each.valid &&
      each.key.some((part, place) => part.column === undefined || target.elements[place]?.column === undefined) &&
      isNear(each),
  );
  if (!index) return undefined;
  return {
    level: 'error',
    code: 'MSGDB_UPSERT_EXPRESSION_DIFFERS',
    message: `${index.name} is on (${partsOf(index).join(', ')}): 42P10.`,
    fix: writeClause(clauseOf(index), index, upsert, facts),
  };
}

/** Have both a name in common that is not a function's? */
function mentions(a: string, b: string): boolean {
  const names = (sql: string): readonly string[] =>
    Array.from(sql.matchAll(/"((?:[^"]|"")+)"|\b([a-z_]\w*)\b(?!\s*\()/gi), ([, quoted, bare]) => quoted ?? bare ?? '');
  const inB = new Set(names(b));
  return names(a).some((name) => inB.has(name));
}

function partitionMiss(upsert: ConflictUpsert, facts: UpsertFacts, columns: readonly string[]): Remark | undefined {
  const { table, partitionKey } = facts;
  const missing = partitionKey?.filter((column) => !columns.includes(column)) ?? [];
  if (missing.length === 0) return undefined;
  const key = [...columns, ...missing];
  const whole = key.map(showName).join(', ');
  const absent = notBrought(key, upsert, facts);
  return {
    level: 'error',
    code: 'MSGDB_UPSERT_PARTITION_KEY',
    message: `${table.name} is partitioned by ${partitionKey?.join(', ')}, which the target leaves out: 42P10.`,
    ...(absent.length > 0
      ? {
          fix: `Insert ${namesOf(absent)} too, the same for rows that are the same; then make (${whole}) unique, and write ON CONFLICT (${whole}).`,
        }
      : { fix: `Make (${whole}) unique, and write ON CONFLICT (${whole}).`, rule: { table, key } }),
  };
}

/** Whose the row is may only be part of a key where the statement says it. */
function ownersOf(upsert: ConflictUpsert, columns: readonly string[], facts: UpsertFacts): readonly string[] {
  const owners = takenOver(upsert, columns);
  const absent = notBrought(owners, upsert, facts);
  return owners.filter((column) => !absent.includes(column));
}

/**
 * No index on these columns: the one that has most of them, and the rule that would serve. Where DO UPDATE would give the
 * row to another owner, the owner belongs into the rule. `owners` is undefined for a target of expressions.
 */
function nearestMiss(
  upsert: ConflictUpsert,
  facts: UpsertFacts,
  columns: readonly string[],
  owners: readonly string[] | undefined,
): Remark {
  const { table, indexes, defaultSchema } = facts;
  const candidates = indexes
    .filter(
      (index) => index.unique && index.valid && index.key.some(({ column }) => column && columns.includes(column)),
    )
    .toSorted((a, b) => distance(a, columns) - distance(b, columns));
  // By an index on what the statement does not insert, no two rows would meet: it hides the error, and lets copies in.
  const able = candidates.find((index) => isBrought(index, upsert, facts));
  const near = able ?? candidates[0];
  const message = `No unique index of ${table.name} is on the target's columns: 42P10.`;
  const common = {
    level: 'error',
    code: 'MSGDB_ARBITER_MISSING',
    message: near ? `${message} ${near.name} is on (${partsOf(near).join(', ')}).` : message,
  } as const;
  const absent = notBrought(columns, upsert, facts);
  const write = able ? `Write ${clauseOf(able)}, or ` : '';
  if (absent.length > 0) {
    const fix = `${write}insert ${namesOf(absent)} too, or name the columns that say when two rows are the same, and make them unique.`;
    return { ...common, fix: capitalised(fix) };
  }
  const key = [...(owners ?? []), ...columns];
  const make = owners
    ? ruleFix(ruleTable(table, defaultSchema), key, owners)
    : 'build a unique index on that expression';
  return { ...common, fix: capitalised(`${write}${make}.`), ...(owners ? { rule: { table, key } } : {}) };
}

function ruleFix(table: string, key: readonly string[], owners: readonly string[]): string {
  const list = key.map(showName).join(', ');
  const rule = `uniqueKey({ table: ${literal(table)}, key: [${key.map(literal).join(', ')}] })`;
  return `make (${list}) unique: ${rule}${owners.length > 0 ? `, and write ON CONFLICT (${list})` : ''}`;
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function namesOf(columns: readonly string[]): string {
  return columns.map(showName).join(' and ');
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function distance({ key }: IndexFacts, columns: readonly string[]): number {
  const shared = key.filter(({ column }) => column !== undefined && columns.includes(column)).length;
  return key.length + columns.length - 2 * shared;
}
