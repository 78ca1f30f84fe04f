import type { Key } from '../model/dedupe.ts';
import type { ColumnFacts, IndexFacts, TableFacts } from '../model/facts.ts';
import { type Statement, statement } from '../model/statement.ts';
import { conflictTarget } from './conflict-target.ts';
import { LOCK_CLASS } from './lock-class.ts';
import { quoteColumns, quoteLiteral, quoteName, quoteTable } from './quote.ts';
import { covered } from './relation.ts';
import { partSql } from './terms.ts';

/** Scratch schemas are named by the session that made them: one whose session is gone is left over. */
const PREFIX = 'msgdb_race_';
/** Their comment: another schema may be called alike, and holds what is not msgdb's. */
const MARK = 'scratch schema of msgdb verify --race';

export function raceSchema(pid: number): string {
  return `${PREFIX}${pid}`;
}

/** Scratch schemas of runs that were killed; one named by this very session too, whose number was another's before. */
export function selectLeftoverRaces(): Statement {
  return statement(
    `
    select n.nspname::text as name from pg_catalog.pg_namespace n
     where n.nspname ~ '^${PREFIX}[0-9]+$' and pg_catalog.obj_description(n.oid, 'pg_namespace') = ${quoteLiteral(MARK)}
       and pg_catalog.pg_has_role(n.nspowner, 'usage')
       and not exists (select from pg_catalog.pg_stat_activity a
                        where n.nspname = '${PREFIX}' || a.pid and a.pid <> pg_catalog.pg_backend_pid())`,
  );
}

export function dropRaceSchema(schema: string): Statement {
  return statement(`drop schema if exists ${quoteName(schema)} cascade`);
}

/**
 * A table like the real one, indexes included, and a second one for the row that all try to insert. For one
 * transaction: a schema without its mark would stay.
 */
export function createRace(schema: string, { table }: TableFacts): readonly Statement[] {
  return [
    statement(`create schema ${quoteName(schema)}`),
    statement(`comment on schema ${quoteName(schema)} is ${quoteLiteral(MARK)}`),
    statement(`create table ${contest(schema)} (like ${quoteTable(table)} including all)`),
    statement(`create table ${seed(schema)} (like ${quoteTable(table)})`),
  ];
}

/** One row that the rule covers: it satisfies all constraints of the table. */
export function copySeed(schema: string, facts: TableFacts, key: Key): Statement {
  const columns = quoteColumns(given(facts).map(({ name }) => name));
  return statement(
    `insert into ${seed(schema)} (${columns}) select ${columns} from ${quoteTable(facts.table)} where ${coveredBy(key)} limit 1 returning 1`,
  );
}

/** Without a row to copy: made-up values, and none for columns whose type has none here. */
export function inventSeed(schema: string, facts: TableFacts, key: Key): readonly Statement[] {
  const invented = (column: ColumnFacts): string =>
    column.notNull || isInKey(column.name, key) ? inventValue(column) : 'null';
  const required = facts.columns.filter((column) => column.notNull && invented(column) === 'null');
  const values = given(facts).map(invented);
  return [
    ...[contest(schema), seed(schema)].flatMap((table) =>
      required.map(({ name }) => statement(`alter table ${table} alter column ${quoteName(name)} drop not null`)),
    ),
    statement(
      `insert into ${seed(schema)} (${quoteColumns(given(facts).map(({ name }) => name))}) values (${values.join(', ')})`,
    ),
  ];
}

/** Does the rule cover the row? */
export function isSeedCovered(schema: string, key: Key): Statement {
  return statement(`select ${coveredBy(key)} as covered from ${seed(schema)}`);
}

/** An index beside the rule's own would have conflicts of its own, for copies of one whole row. */
export function dropOther(schema: string, index: IndexFacts): Statement {
  return index.constraint
    ? statement(`alter table ${contest(schema)} drop constraint ${quoteName(index.constraint.name)} cascade`)
    : statement(`drop index ${quoteName(schema)}.${quoteName(index.name)}`);
}

export function emptyContest(schema: string): Statement {
  return statement(`truncate ${contest(schema)}`);
}

export function countContest(schema: string): Statement {
  return statement(`select count(*)::integer as rows from ${contest(schema)}`);
}

/** Waits at the barrier, then upserts: the statements of one simple query, so that all go off at the same moment. */
export function raceUpsert(schema: string, facts: TableFacts, key: Key, barrier: number): Statement {
  const columns = given(facts);
  const list = quoteColumns(columns.map(({ name }) => name));
  const [set] = columns.filter(({ identityAlways }) => !identityAlways);
  const name = set && quoteName(set.name);
  const action = name === undefined ? 'do nothing' : `do update set ${name} = excluded.${name}`;
  return statement(
    `select pg_catalog.pg_advisory_xact_lock_shared(${LOCK_CLASS}, ${barrier});
     insert into ${contest(schema)} (${list}) overriding system value
     select ${list} from ${seed(schema)} on conflict ${conflictTarget(key)} ${action}`,
  );
}

export function closeBarrier(barrier: number): Statement {
  return statement(`select pg_catalog.pg_advisory_lock(${LOCK_CLASS}, ${barrier})`);
}

export function openBarrier(barrier: number): Statement {
  return statement(`select pg_catalog.pg_advisory_unlock(${LOCK_CLASS}, ${barrier})`);
}

/** How many sessions stand at the barrier. */
export function countWaiting(barrier: number): Statement {
  return statement(
    `select count(*)::integer as waiting from pg_catalog.pg_locks
      where locktype = 'advisory' and classid = $1::text::oid and objid = $2::text::oid and objsubid = 2 and not granted
        and database = (select oid from pg_catalog.pg_database where datname = current_database())`,
    [String(LOCK_CLASS), String(barrier)],
  );
}

function coveredBy(key: Key): string {
  return covered(key, key.columns.map(partSql));
}

function contest(schema: string): string {
  return quoteTable({ schema, name: 'contest' });
}

function seed(schema: string): string {
  return quoteTable({ schema, name: 'seed' });
}

function given({ columns }: TableFacts): readonly ColumnFacts[] {
  return columns.filter(({ generated }) => !generated);
}

function isInKey(name: string, { columns, predicate }: Key): boolean {
  return (
    predicate?.includes(name) === true ||
    columns.some((part) => ('column' in part ? part.column === name : part.expression.includes(name)))
  );
}

const INVENTED: readonly (readonly [RegExp, string])[] = [
  [/\[\]$/, '{}'],
  [/^(?:small|big)?int|^integer|^numeric|^real|^double/, '1'],
  [/char|text/, 'msgdb'],
  [/^uuid/, '00000000-0000-4000-8000-000000000000'],
  [/^timestamp|^date/, '2026-01-01'],
  [/^bool/, 'true'],
  [/^json/, '{}'],
];

function inventValue({ storageType }: ColumnFacts): string {
  const value = INVENTED.find(([type]) => type.test(storageType))?.[1];
  return value === undefined ? 'null' : quoteLiteral(value);
}
