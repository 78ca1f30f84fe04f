import { beforeEach, expect, test } from 'vitest';
import { applyOperation } from '../../../src/engine/migrations/apply-operation.ts';
import { doAll } from '../../../src/engine/pipeline.ts';
import { sql } from '../../../src/model/operations/sql-operation.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { NOTHING_DONE } from '../../../src/model/outcome.ts';
import { plannedBy } from '../../../src/plan/plan-operation.ts';
import { scratchIndex } from '../../../src/sql/scratch.ts';
import { useDatabase } from '../../support/database.ts';
import { asRun } from '../online/run.ts';
import { cleanDatabase, makeProjectOf, STRATEGIES, type Strategy } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const TABLE = `
  create table t (id int primary key, k text, region text not null default 'eu');
  insert into t values (1, 'a'), (2, 'a'), (3, 'b');`;
const PARTED = `
  create table t (id int, k text, region text not null) partition by list (region);
  create table t_eu partition of t for values in ('eu');
  create table t_us partition of t for values in ('us');
  insert into t values (1, 'a', 'eu'), (2, 'a', 'eu'), (3, 'b', 'us');`;
const PARTED_RULE = { key: ['region', 'k'] } as const;

/** Rows that a unique index lets in, though it has their values already: only who reads the table sees them. */
function letIn(index: string, rows: string): string {
  const set = (unique: boolean) =>
    `update pg_index set indisunique = ${unique} where indexrelid = '${index}'::regclass;`;
  return `${set(false)} insert into t values ${rows}; ${set(true)}`;
}
const COPIES = `(9, 'b', 'eu'), (10, 'b', 'eu')`;

interface Case {
  readonly name: string;
  readonly setup?: string;
  readonly rule?: Partial<UniqueKeyOptions>;
  readonly strategies?: readonly Strategy[];
  /** Between the last step and the reading back. */
  readonly meanwhile?: string;
  /** The index, or the part of it, that lets copies in. */
  readonly damaged?: string;
  readonly copies?: string;
}

/** Does the run see copies that only the table shows? */
async function readsTheTable(
  { setup = TABLE, rule, meanwhile = '', damaged = 'once', copies = COPIES }: Case,
  strategy: Strategy,
) {
  await db.sql.unsafe(setup);
  const operation = uniqueKey({ table: 't', key: ['k'], index: 'once', limit: { share: 1 }, ...rule });
  return await asRun(db, { settings: { strategy } }, async (run) => {
    const change = applyOperation(operation, plannedBy([operation]));
    const { plan } = await change.plan(run);
    expect(plan.refusals).toEqual([]);
    await doAll(run, plan.steps, { runId: run.id, migration: null, operation: null });
    await change.readBack(run, NOTHING_DONE);
    await db.sql.unsafe(`${meanwhile}; ${letIn(damaged, copies)}`);
    return await change.readBack(run, NOTHING_DONE).then(
      () => false,
      (error: { code?: string; message: string }) => {
        expect(error.code).toBe('MSGDB_VERIFY_FAILED');
        expect(error.message).toContain('excess row');
        return true;
      },
    );
  });
}

function onEach(cases: readonly Case[]) {
  return cases.flatMap((each) => (each.strategies ?? STRATEGIES).map((strategy) => ({ ...each, strategy })));
}

const SECOND = scratchIndex('second', {
  table: { schema: 'public', name: 't' },
  name: 'once',
  columns: [{ column: 'k' }],
  predicate: undefined,
  nulls: 'distinct',
}).name;

const BUILT: readonly Case[] = [
  { name: 'of columns' },
  { name: 'attached as a constraint', rule: { constraint: true }, strategies: ['locked'] },
  {
    name: 'of an expression, partial, NULLs equal',
    rule: { key: [{ expression: 'lower(k)' }], where: 'id > 0', nulls: 'not distinct' },
  },
  {
    name: 'renamed by somebody',
    meanwhile: 'alter index once rename to other',
    damaged: 'other',
    strategies: ['online'],
  },
  {
    name: 'rebuilt, as it was damaged',
    setup: `${TABLE} delete from t where id = 2; create unique index once on t (k); ${letIn('once', `(4, 'b')`)}`,
    strategies: ['online'],
  },
  {
    name: 'of a partitioned table',
    setup: PARTED,
    rule: PARTED_RULE,
    damaged: 't_eu_region_k_idx',
    strategies: ['locked'],
  },
  { name: 'of a partitioned table', setup: PARTED, rule: PARTED_RULE, damaged: 't_eu_once', strategies: ['online'] },
];

test.each(onEach(BUILT))(
  'an index that the run has built, $name, is proof enough ($strategy)',
  async ({ strategy, ...each }) => {
    expect(await readsTheTable(each, strategy)).toBe(false);
  },
);

const CALL = 'create function low(text) returns text language sql immutable as $$ select lower($1) $$;';

const NOT_BUILT: readonly Case[] = [
  {
    name: 'the index was there',
    setup: `${TABLE} delete from t where id = 2; create unique index once on t (k);`,
    strategies: ['online'],
  },
  {
    name: 'the index was replaced by somebody',
    meanwhile: 'drop index once; create unique index once on t (k)',
    strategies: ['online'],
  },
  {
    name: 'its key calls a function that can be replaced',
    setup: `${CALL} ${TABLE}`,
    rule: { key: [{ expression: 'low(k)' }] },
    strategies: ['locked'],
  },
  {
    name: 'its predicate does',
    setup: `${CALL} ${TABLE}`,
    rule: { where: `low(region) = 'eu'` },
    strategies: ['online'],
  },
  {
    name: 'a partition had its part',
    setup: `${PARTED} delete from t where id = 2; create unique index own on t_eu (region, k);`,
    rule: PARTED_RULE,
    damaged: 'own',
  },
  {
    name: 'a partition came with its part',
    setup: PARTED,
    rule: PARTED_RULE,
    meanwhile: `create table t_as (like t); insert into t_as values (5, 'c', 'as'); create unique index own on t_as (region, k);
      alter table t attach partition t_as for values in ('as')`,
    damaged: 'own',
    copies: `(9, 'c', 'as')`,
    strategies: ['online'],
  },
  {
    name: 'an earlier run had built it beside an invalid one',
    setup: `${TABLE} delete from t where id = 2; create unique index once on t (k); create unique index ${SECOND} on t (k);
      update pg_index set indisvalid = false where indexrelid = 'once'::regclass;`,
    strategies: ['online'],
  },
];

test.each(onEach(NOT_BUILT))('the table is read again where $name ($strategy)', async ({ strategy, ...each }) => {
  expect(await readsTheTable(each, strategy)).toBe(true);
});

test('the table is read again where SQL of the migration came after the build', async () => {
  await db.sql.unsafe(TABLE);
  const rule = uniqueKey({ table: 't', key: ['k'], index: 'once', limit: { share: 1 } });
  const project = await makeProjectOf(db, [rule, sql({ up: letIn('once', COPIES), down: 'select 1' })]);
  const report = await project.migrate();
  expect(report.findings).toEqual([expect.objectContaining({ code: 'MSGDB_MIGRATION_FAILED' })]);
  expect(report.findings[0]?.message).toContain('excess row');
});
