import type { IndexFacts, TableName } from '../../model/facts.ts';
import { showName } from '../../sql/show-name.ts';
import type { ConflictUpsert } from '../upsert.ts';
import { isBrought, notBrought } from './brought.ts';
import { clauseOf } from './index-clause.ts';
import type { Remark } from './judged-upsert.ts';
import { assignsKey } from './ownership.ts';
import type { UpsertFacts } from './upsert-facts.ts';

/** What is wrong with an upsert that PostgreSQL accepts. */
export function warningsOf(upsert: ConflictUpsert, arbiter: IndexFacts, facts: UpsertFacts): readonly Remark[] {
  const alwaysNull = alwaysNullKey(upsert, arbiter, facts);
  return [
    ...neverConflicts(upsert, arbiter, facts),
    ...(alwaysNull.length > 0 ? alwaysNull : nullableKey(upsert, arbiter, facts)),
    ...assignsKey(
      upsert,
      arbiter.key.flatMap(({ column }) => column ?? []),
      facts,
    ),
    ...otherUnique(upsert, arbiter, facts),
  ];
}

/** Without a target, a conflict with any of several indexes drops the row. */
export function hiddenConflicts(upsert: ConflictUpsert, facts: UpsertFacts): readonly Remark[] {
  const enforced = facts.indexes.filter((index) => (index.unique || index.exclusion) && index.ready);
  const deferrable = enforced.find((index) => !index.immediate);
  if (deferrable) return [deferrableError(deferrable)];
  const met = enforced.filter((index) => mayMeet(index, upsert, facts));
  if (upsert.action.kind !== 'nothing' || met.length < 2) return [];
  const [first] = met
    .filter((index) => isBrought(index, upsert, facts))
    .toSorted((a, b) => Number(a.primary) - Number(b.primary));
  return [
    {
      level: 'warning',
      code: 'MSGDB_UPSERT_HIDES_CONFLICTS',
      message: `DO NOTHING without a target hides conflicts with each of ${met.map(({ name }) => name).join(', ')}.`,
      fix: first
        ? `Name the one that is meant, such as ${clauseOf(first)} DO NOTHING.`
        : 'Name the target that is meant.',
    },
  ];
}

/** The error of an arbiter that is checked at the end of the transaction: there is no conflict to act on before. */
export function deferrableError(index: IndexFacts): Remark {
  return {
    level: 'error',
    code: 'MSGDB_UPSERT_DEFERRABLE',
    message: `${index.name} is DEFERRABLE: the statement is planned and fails when it runs (55000).`,
    fix: 'Drop the constraint and create it again as NOT DEFERRABLE, or create a unique index instead.',
  };
}

/** A key that a default makes new for each row is met only where the row brings it. */
function mayMeet(index: IndexFacts, { inserted }: ConflictUpsert, facts: UpsertFacts): boolean {
  const columns = index.key.flatMap(({ column }) => column ?? []);
  const generated = index.primary && columns.length === 1;
  if (inserted === undefined) return !generated;
  return columns.every((column) => inserted.includes(column)) && !isIdentity(columns, facts);
}

function isIdentity(columns: readonly string[], facts: UpsertFacts): boolean {
  return columns.some((column) => facts.columns.find(({ name }) => name === column)?.identityAlways === true);
}

/** A library may fill in what the row in the source does not show; its own target is the primary key, which it would not. */
function neverConflicts(upsert: ConflictUpsert, arbiter: IndexFacts, facts: UpsertFacts): readonly Remark[] {
  const { inserted, via } = upsert;
  if (inserted === undefined || !(arbiter.primary || via === 'sql')) return [];
  const own = arbiter.key.flatMap(({ column }) => column ?? []);
  const absent = notBrought(own, upsert, facts).filter(
    (column) => facts.generated.includes(column) && !inserted.includes(column),
  );
  if (absent.length === 0) return [];
  const names = absent.map(showName).join(' and ');
  return [
    {
      level: 'error',
      code: 'MSGDB_UPSERT_NEVER_CONFLICTS',
      message: `Conflicts in ${facts.table.name} are found by ${arbiter.name} (${own.map(showName).join(', ')}), and the statement gives no ${names}: each call inserts a row.`,
      fix: `Name the columns that say when two rows are the same${via === 'supabase' ? " ({ onConflict: 'a,b' })" : ''}, and make them unique.`,
    },
  ];
}

/** Only of SQL: a library may fill in what the row in the source does not show. */
function alwaysNullKey(
  { inserted, via }: ConflictUpsert,
  arbiter: IndexFacts,
  { table, columns, unset }: UpsertFacts,
): readonly Remark[] {
  if (via !== 'sql' || inserted === undefined || arbiter.nullsNotDistinct) return [];
  const notNull = columns.filter((column) => column.notNull).map(({ name }) => name);
  const key = arbiter.key
    .flatMap(({ column }) => column ?? [])
    .filter((column) => unset.includes(column) && !inserted.includes(column) && !notNull.includes(column));
  const names = key.map(showName).join(' and ');
  return key.length === 0
    ? []
    : [
        {
          level: 'error',
          code: 'MSGDB_UPSERT_NEVER_CONFLICTS',
          message: `Conflicts in ${table.name} are found by ${arbiter.name}, and the statement gives no ${names}, which has no default: it is NULL, and each call inserts a row.`,
          fix: `Insert ${names} too, or name the columns that say when two rows are the same.`,
        },
      ];
}

/** Columns of the key in which this upsert may bring NULL, as far as the table and the statement say. */
function nullableKey(upsert: ConflictUpsert, arbiter: IndexFacts, facts: UpsertFacts): readonly Remark[] {
  const { table, columns, refuseNull, filled, reads } = facts;
  if (arbiter.nullsNotDistinct) return [];
  const { inserted, neverNull = [], via } = upsert;
  const certain = new Set([...refuseNull, ...neverNull, ...(reads.get(arbiter.name)?.withoutNull ?? [])]);
  const isFilled = (name: string): boolean =>
    via === 'sql' && inserted !== undefined && !inserted.includes(name) && filled.includes(name);
  const nullable = arbiter.key.flatMap(({ column }) => {
    const known = columns.find(({ name }) => name === column);
    return known && !known.notNull && !certain.has(known.name) && !isFilled(known.name) ? [known.name] : [];
  });
  if (nullable.length === 0) return [];
  const names = nullable.map(showName).join(' and ');
  return [
    {
      level: 'warning',
      code: 'MSGDB_UPSERT_NULLABLE_KEY',
      message: `${names} of ${table.name} may be NULL: such rows never conflict by ${arbiter.name}, and are inserted each time.`,
      fix: `If it is never NULL, say so (${nullable.map((column) => `alter table ${sqlName(table)} alter column ${showName(column)} set not null`).join('; ')}); if two NULLs are the same, make the index NULLS NOT DISTINCT (PostgreSQL 15 or newer).`,
    },
  ];
}

function otherUnique(upsert: ConflictUpsert, arbiter: IndexFacts, facts: UpsertFacts): readonly Remark[] {
  const { inserted } = upsert;
  if (inserted === undefined) return [];
  const own = arbiter.key.flatMap(({ column }) => column ?? []);
  const others = facts.indexes.filter((index) => {
    if (!index.unique || !index.ready || index.name === arbiter.name) return false;
    const columns = index.key.flatMap(({ column }) => column ?? []);
    // A key of one column is the row's own number; it is made new for each.
    const isNumber = (column: string): boolean => facts.primaryKey.length === 1 && facts.primaryKey.includes(column);
    if (columns.length === 1 && columns.every(isNumber)) return false;
    const covered = arbiter.predicate === undefined && own.every((column) => columns.includes(column));
    return columns.length === index.key.length && columns.every((column) => inserted.includes(column)) && !covered;
  });
  return others.map((index) => ({
    level: 'warning',
    code: 'MSGDB_UPSERT_OTHER_UNIQUE',
    message: `A row without a conflict in ${arbiter.name} may still have one in ${index.name} (${index.key.map(({ text }) => text).join(', ')}): 23505.`,
    fix: 'Handle 23505 where the statement runs, or write the target of the other index.',
  }));
}

/** For SQL that a person runs: with the schema where it is not the one that everybody has on the path. */
function sqlName({ schema, name }: TableName): string {
  return schema === 'public' ? showName(name) : `${showName(schema)}.${showName(name)}`;
}
