import { beforeEach, describe, expect, test } from 'vitest';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { findDuplicates } from '../../../src/commands/find-duplicates/find-duplicates.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { ORDER_CASES } from './order-cases.ts';
import {
  cleanDatabase,
  column,
  expectExactUndo,
  expectOk,
  expectSecondRunDoesNothing,
  makeRule,
  readImages,
  STRATEGIES,
  takeTurns,
} from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

describe('the survivor by', () => {
  test.each(takeTurns(ORDER_CASES))('$name ($strategy)', async ({ columns, rows, keep, survivor, strategy }) => {
    const { sql } = db;
    const names = columns.split(',').map((one) => one.trim().split(' ')[0]);
    await sql.unsafe(`create table t (id int generated always as identity primary key, ${columns}, k int default 1)`);
    await sql.unsafe(`insert into t (${names}) values ${rows.join(', ')}`);
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 't', key: ['k'], keep }, { strategy });
    expectOk(await project.migrate());
    expect(await column(sql, 'select id from t')).toEqual([String(survivor)]);
    await expectExactUndo(sql, project, before);
  });
});

test.each(STRATEGIES)('identical rows without a primary key: one stays, all come back (%s)', async (strategy) => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (k text, v json, f float8);
    insert into t select 'a', '{"a":  1}', 'NaN' from generate_series(1, 5);
    insert into t values ('b', null, '-0'), ('b', null, 0), (null, null, null), (null, null, null)`);
  const before = await readImages(sql);
  const project = await makeRule(db, { table: 't', key: ['k'] }, { strategy });
  expectOk(await project.migrate());
  // Rows lie in the order they came, so the first of each group is the one that stays.
  expect(await column(sql, 'select t::text from t')).toEqual(['(a,"{""a"":  1}",NaN)', '(b,,-0)', '(,,)', '(,,)']);
  await expectSecondRunDoesNothing(sql, project);
  await expectExactUndo(sql, project, before);
});

test('without a primary key the survivor is still merged, and undone exactly', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (k text, v int, n json);
    insert into t values ('a', 1, '[ ]'), ('a', 1, '[ ]'), ('a', 5, null), ('b', 1, null), ('b', 1, null)`);
  const before = await readImages(sql);
  const project = await makeRule(db, { table: 't', key: ['k'], merge: { v: 'sum' } });
  expectOk(await project.migrate());
  expect(await column(sql, 'select t::text from t order by k')).toEqual(['(a,7,"[ ]")', '(b,2,)']);
  await expectExactUndo(sql, project, before);
});

test.each([
  { rows: 6_000, batchSize: 100 },
  { rows: 60, batchSize: 1 },
])(
  'groups far larger than a batch keep one row each ($rows rows, in batches of $batchSize)',
  async ({ rows, batchSize }) => {
    const { sql } = db;
    await sql.unsafe(`
    create table t (id int primary key, k int);
    insert into t select n, n % 2 from generate_series(1, ${rows}) n;
    insert into t select n, n from generate_series(${rows} + 1, ${rows} + 1000) n`);
    const project = await makeRule(
      db,
      { table: 't', key: ['k'], keep: ['id desc'] },
      { strategy: 'online', batchSize },
    );
    expectOk(await project.migrate());
    expect(await column(sql, `select id from t where id <= ${rows} order by 1`)).toEqual([`${rows - 1}`, `${rows}`]);
    expect(await column(sql, 'select count(*) from t')).toEqual(['1002']);
  },
);

test.each(STRATEGIES)('the row that the most rows refer to survives, by whatever reference (%s)', async (strategy) => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, k int, code text unique, up int references t);
    create table fk (id int primary key, t_id int references t on delete cascade);
    create table named (id int primary key, code text references t (code));
    create table tagged (id int primary key, t_ids int[]);
    create table noted (id int primary key, kind text, ref text);
    insert into t values (1, 1, 'a', null), (2, 1, 'b', null), (3, 2, 'c', null), (4, 2, 'd', 4), (5, 3, 'e', null), (6, 3, 'f', null),
                         (7, 4, 'g', null), (8, 4, 'h', null), (9, 5, 'i', null), (10, 5, 'j', null);
    insert into fk values (1, 2), (2, null);
    insert into named values (1, 'f');
    insert into tagged values (1, '{7,7,7}'), (2, '{8}'), (3, '{8,7}'), (4, '{8}');
    insert into noted values (1, 't', '10'), (2, 'u', '9'), (3, 'u', '9')`);
  const before = await readImages(sql);
  const references = [
    { table: 'tagged', column: 't_ids', kind: 'array' },
    { table: 'noted', column: 'ref', kind: 'polymorphic', type: { column: 'kind', value: 't' } },
  ] as const;
  const project = await makeRule(db, { table: 't', key: ['k'], keep: ['most children'], references }, { strategy });
  expectOk(await project.migrate());
  expect(await column(sql, 'select id from t order by id')).toEqual(['2', '4', '6', '8', '10']);
  await expectExactUndo(sql, project, before);
});

test('children of some references count, the others do not; a tie goes to the next term', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, k int);
    create table a (t_id int references t, also int references t);
    create table b (t_id int references t);
    insert into t values (1, 1), (2, 1), (3, 1), (4, 2), (5, 2);
    insert into a values (1, 2), (1, 2), (1, 3);
    insert into b values (3), (3), (3)`);
  const keep = [{ most: 'children', of: ['a.also'] }, 'id desc'] as const;
  expectOk(await (await makeRule(db, { table: 't', key: ['k'], keep })).migrate());
  expect(await column(sql, 'select id from t order by id')).toEqual(['2', '5']);
});

test('a table of more columns than a function has arguments', async () => {
  const { sql } = db;
  const names = Array.from({ length: 230 }, (_, place) => `c${place}`);
  await sql.unsafe(`create table t (id int primary key, k int, ${names.map((name) => `${name} int`).join(', ')})`);
  await sql.unsafe('insert into t (id, k, c0) values (1, 1, 1); insert into t (id, k, c150, c229) values (2, 1, 1, 1)');
  expectOk(await (await makeRule(db, { table: 't', key: ['k'], keep: ['most complete'] })).migrate());
  expect(await column(sql, 'select id from t')).toEqual(['2']);
});

test.each([
  ['nothing refers to the table', ['most children'], /No rows refer to those of t/],
  ['a table that does not refer', [{ most: 'children', of: ['elsewhere'] }], /elsewhere is not a reference/],
  ['a column that is not there', [{ most: 'complete', of: ['x'] }], /no column x/],
] as const)('an order that could decide nothing is refused: %s', async (name, keep, message) => {
  const { sql } = db;
  await sql.unsafe('create table t (id int primary key, k int); insert into t values (1, 1), (2, 1)');
  if (name !== 'nothing refers to the table') await sql.unsafe('create table child (t_id int references t)');
  const report = await (await makeRule(db, { table: 't', key: ['k'], keep })).migrate();
  expect(report.findings[0]?.message).toMatch(message);
  expect(await column(sql, 'select count(*) from t')).toEqual(['2']);
});

test.each([
  ['a few rows', 3, 'p', []],
  ['many rows', 300, 'p', ['n']],
  ['more rows than are looked up by their places', 1500, 'p', ['n']],
  ['more rows, by an expression and a predicate', 1500, 'lower(p)', ['p', 'n']],
])('the samples of a dry run show the survivor that the run leaves, of %s', async (_, rows, key, differs) => {
  const { sql } = db;
  const names = Array.from({ length: 100 }, (__, place) => `c${place}`);
  await sql.unsafe(`
    create table t (id int primary key, p text, q int, n int, ${names.map((name) => `${name} int`).join(', ')});
    create table child (t_id int references t);
    insert into t (id, p, q) select i, ${key === 'p' ? "'a'" : "case when i % 2 = 0 then 'a' else 'A' end"}, 1 from generate_series(1, ${rows}) i;
    insert into t (id, p, q) values (9001, 'b', 1), (9002, 'a', 0);
    update t set n = 1 where id = 200;
    insert into child values (${rows}), (${rows}), (${rows - 1})`);
  const part = key === 'p' ? key : { expression: key };
  const keep = ['most children', 'id desc'];
  const rule = uniqueKey({ table: 't', key: [part], where: 'q / q = 1 or q < 0', keep, limit: { share: 1 } });
  await sql`update t set q = -1, p = 'c' where id = 9002`;
  const context = await makeContext(db);
  const seen = await dedupe(context, { rule, dryRun: true, yes: false, samples: 1 });
  const sample = seen.targets[0]?.samples[0];
  expect(sample).toMatchObject({ copies: rows, differs });
  expect(sample?.rows.map(({ id }) => Number(id))).toEqual(
    [rows, rows - 1, rows - 2, rows - 3, rows - 4].filter((id) => id > 0),
  );
  await dedupe(context, { rule, dryRun: false, yes: true, samples: 0 });
  expect(await column(sql, 'select id from t where id <= 9000')).toEqual([String(rows)]);
});

test('a column of the key is shown where copies spell its value differently', async () => {
  await db.sql.unsafe(`
    create extension if not exists citext;
    create table t (id int primary key, email citext, tenant int);
    insert into t values (1, 'Ann@example.org', 1), (2, 'ann@example.org', 1)`);
  const rule = uniqueKey({ table: 't', key: ['tenant', 'email'] });
  const [target] = (await findDuplicates(await makeContext(db), { rule, samples: 1 })).targets;
  expect(target?.samples).toMatchObject([
    {
      differs: ['email'],
      rows: [
        { id: '1', email: 'Ann@example.org' },
        { id: '2', email: 'ann@example.org' },
      ],
    },
  ]);
});

test('samples of several large groups, and a small one, are read together, however many there are', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, k int, note text);
    insert into t select i, i % 6, case when i = 7 then 'odd' end from generate_series(1, 6606) i;
    insert into t select i, 9 from generate_series(7001, 7003) i;
    analyze t`);
  const rule = uniqueKey({ table: 't', key: ['k'], keep: ['id desc'] });
  const context = await makeContext(db);
  const look = async (samples: number) => {
    const before = await readsOf('t');
    const { targets } = await findDuplicates(context, { rule, samples });
    return { samples: targets[0]?.samples, reads: (await readsOf('t')) - before };
  };
  const none = await look(0);
  const one = await look(1);
  const all = await look(10);
  expect(
    all.samples?.map(({ key, copies, differs, rows }) => [key.k, copies, differs, rows.map(({ id }) => id)]),
  ).toEqual([
    ['1', 1101, ['note'], ['6601', '6595', '6589', '6583', '6577']],
    ['2', 1101, [], ['6602', '6596', '6590', '6584', '6578']],
    ['3', 1101, [], ['6603', '6597', '6591', '6585', '6579']],
    ['4', 1101, [], ['6604', '6598', '6592', '6586', '6580']],
    ['5', 1101, [], ['6605', '6599', '6593', '6587', '6581']],
    ['0', 1101, [], ['6606', '6600', '6594', '6588', '6582']],
    ['9', 3, [], ['7003', '7002', '7001']],
  ]);
  expect(one.reads).toBeGreaterThan(none.reads);
  // Each process of a parallel read counts. Read one by one, five more large groups took ten more reads.
  expect(all.reads).toBeLessThan(one.reads + 6);
});

/** How often a table was read from its beginning; a session counts when it has ended. */
async function readsOf(table: string): Promise<number> {
  const { sql } = db;
  const others = `select count(*)::int from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  await expect.poll(async () => column(sql, others)).toEqual(['0']);
  return Number((await column(sql, `select seq_scan from pg_stat_user_tables where relname = '${table}'`))[0]);
}
