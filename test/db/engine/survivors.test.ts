import { beforeEach, describe, expect, test } from 'vitest';
import type { UniqueKeyOptions } from '../../../src/model/operations/unique-key.ts';
import { useDatabase } from '../../support/database.ts';
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

interface OrderCase {
  readonly name: string;
  readonly columns: string;
  /** VALUES of one group; the id is the row's number. */
  readonly rows: readonly string[];
  readonly keep: NonNullable<UniqueKeyOptions['keep']>;
  readonly survivor: number;
}

const ORDERS: readonly OrderCase[] = [
  { name: 'nothing said: the smallest primary key', columns: 'v int', rows: ['(3)', '(1)'], keep: [], survivor: 1 },
  { name: 'ascending', columns: 'v int', rows: ['(3)', '(1)', '(2)'], keep: ['v'], survivor: 2 },
  { name: 'descending', columns: 'v int', rows: ['(3)', '(5)', '(2)'], keep: ['v desc'], survivor: 2 },
  {
    name: 'NULLs last, descending too',
    columns: 'v int',
    rows: ['(null)', '(5)', '(7)'],
    keep: ['v DESC'],
    survivor: 3,
  },
  {
    name: 'NULLs first when said',
    columns: 'v int',
    rows: ['(5)', '(null)'],
    keep: ['v desc nulls first'],
    survivor: 2,
  },
  {
    name: 'a tie goes to the next term, then to the primary key',
    columns: 'v int, w int',
    rows: ['(1, 2)', '(2, 3)', '(2, 3)', '(2, 1)'],
    keep: ['v desc', 'w desc'],
    survivor: 2,
  },
  {
    name: 'an expression',
    columns: 'v text',
    rows: ["('aaa')", "('b')", "('cc')"],
    keep: ['length(v) asc'],
    survivor: 2,
  },
  {
    name: 'a boolean expression with a string that looks like a direction',
    columns: 'v text',
    rows: ["('asc')", "('nulls last')"],
    keep: ["v = 'nulls last' desc"],
    survivor: 2,
  },
  {
    name: 'an expression over json',
    columns: 'v jsonb',
    rows: [`('{"n": 1}')`, `('{"n": 10}')`, `('{"n": 9}')`, "('{}')"],
    keep: ["(v ->> 'n')::int desc"],
    survivor: 2,
  },
  {
    name: 'a ranking, of text',
    columns: 'v text',
    rows: ['(null)', "('odd')", "('free')", "('it''s paid')"],
    keep: [{ column: 'v', ranking: ["it's paid", 'free'] }],
    survivor: 4,
  },
  {
    name: 'a ranking where no value is known: the next term decides',
    columns: 'v text, w int',
    rows: ["('x', 1)", "('y', 2)"],
    keep: [{ column: 'v', ranking: ['a'] }, 'w desc'],
    survivor: 2,
  },
  {
    name: 'infinity and NaN have their place',
    columns: 'v float8',
    rows: ["('infinity')", "('NaN')", '(1)'],
    keep: ['v desc'],
    survivor: 2,
  },
];

describe('the survivor by', () => {
  test.each(takeTurns(ORDERS))('$name ($strategy)', async ({ columns, rows, keep, survivor, strategy }) => {
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

test('a group of thousands keeps one row', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, k int);
    insert into t select n, n % 2 from generate_series(1, 6000) n;
    insert into t select n, n from generate_series(6001, 7000) n`);
  const project = await makeRule(
    db,
    { table: 't', key: ['k'], keep: ['id desc'] },
    { strategy: 'online', batchSize: 1 },
  );
  expectOk(await project.migrate());
  expect(await column(sql, 'select id from t where id <= 6000 order by 1')).toEqual(['5999', '6000']);
  expect(await column(sql, 'select count(*) from t')).toEqual(['1002']);
});
