import { beforeEach, expect, test } from 'vitest';
import type { MergeStrategy } from '../../../src/model/operations/common.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { useDatabase } from '../../support/database.ts';
import {
  cleanDatabase,
  column,
  expectExactUndo,
  expectNoDebris,
  expectOk,
  makeProjectOf,
  makeRule,
  readImages,
  STRATEGIES,
} from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

interface MergeCase {
  readonly strategy: MergeStrategy;
  readonly type: string;
  /** Values in survivor order. */
  readonly values: readonly string[];
  /** The survivor's value afterwards, as text. */
  readonly merged: string | null;
  readonly prepare?: string;
}

const MERGES: readonly MergeCase[] = [
  { strategy: 'first-non-null', type: 'text', values: ['null', "'b'", "'a'"], merged: 'b' },
  { strategy: 'first-non-null', type: 'text', values: ['null', 'null'], merged: null },
  { strategy: 'first-non-null', type: 'int[]', values: ['null', "'{1,NULL}'", "'{{1},{2}}'"], merged: '{1,NULL}' },
  { strategy: 'first-non-null', type: 'int[]', values: ["'{}'", "'{1}'"], merged: '{}' },
  { strategy: 'first-non-null', type: 'json', values: ['null', `'{"b":  1, "a": 2}'`], merged: '{"b":  1, "a": 2}' },
  { strategy: 'first-non-null', type: 'char(5)', values: ['null', "'ab'"], merged: 'ab' },
  { strategy: 'first-non-null', type: 'bytea', values: ['null', "'\\x0001'"], merged: '\\x0001' },
  {
    strategy: 'first-non-null',
    type: 'xy',
    prepare: 'create type xy as (x int, y int)',
    values: ['null', 'row(null, null)::xy', 'row(1, 2)::xy'],
    merged: '(,)',
  },
  { strategy: 'first-non-null', type: 'tstzrange', values: ['null', "'empty'"], merged: 'empty' },
  { strategy: 'min', type: 'text', values: ["'b'", 'null', "'a'"], merged: 'a' },
  { strategy: 'min', type: 'timestamptz', values: ['null', "'infinity'", "'-infinity'"], merged: '-infinity' },
  { strategy: 'min', type: 'boolean', values: ['true', 'false'], merged: 'false' },
  {
    strategy: 'min',
    type: 'uuid',
    values: ["'00000000-0000-0000-0000-000000000002'", "'00000000-0000-0000-0000-000000000001'"],
    merged: '00000000-0000-0000-0000-000000000001',
  },
  { strategy: 'max', type: 'float8', values: ["'infinity'", "'NaN'", '1'], merged: 'NaN' },
  { strategy: 'max', type: 'numeric(10,2)', values: ['1.10', 'null', '1.1'], merged: '1.10' },
  { strategy: 'max', type: 'int[]', values: ["'{1,9}'", "'{2}'"], merged: '{2}' },
  {
    strategy: 'max',
    type: 'mood',
    prepare: `create type mood as enum ('z', 'a')`,
    values: ["'z'", "'a'"],
    merged: 'a',
  },
  { strategy: 'max', type: 'inet', values: ["'10.0.0.1'", "'9.0.0.1'"], merged: '10.0.0.1/32' },
  { strategy: 'sum', type: 'int', values: ['1', 'null', '2'], merged: '3' },
  { strategy: 'sum', type: 'bigint', values: ['9000000000000000000', '1'], merged: '9000000000000000001' },
  { strategy: 'sum', type: 'numeric', values: ['1.10', '2'], merged: '3.10' },
  { strategy: 'sum', type: 'interval', values: ["'1 day'", "'2 hours'"], merged: '1 day 02:00:00' },
  { strategy: 'sum', type: 'money', values: ['1', '2.5'], merged: '$3.50' },
  { strategy: 'or', type: 'boolean', values: ['false', 'null', 'true'], merged: 'true' },
  { strategy: 'and', type: 'boolean', values: ['true', 'null', 'false'], merged: 'false' },
  {
    strategy: 'or',
    type: 'flag',
    prepare: 'create domain flag as boolean not null',
    values: ['false', 'true'],
    merged: 'true',
  },
  { strategy: 'concat', type: 'text', values: ["'b'", 'null', "'a'", "''", "'b'"], merged: 'b\na' },
  { strategy: 'concat', type: 'text', values: ['null', "''"], merged: null },
  { strategy: 'concat', type: 'citext', prepare: 'create extension citext', values: ["'b'", "'a'"], merged: 'b\na' },
  {
    strategy: 'concat',
    type: 'text[]',
    values: ["'{a,b,c}'", 'null', "'{c,x,NULL}'", "'{}'"],
    merged: '{a,b,c,x,NULL}',
  },
  { strategy: 'concat', type: 'text not null', values: ["''", "''"], merged: '' },
  { strategy: 'concat', type: 'text[] not null', values: ["'{}'", "'{}'"], merged: '{}' },
  { strategy: 'concat', type: 'int[]', values: ['null', "'{}'"], merged: '{}' },
  { strategy: 'concat', type: 'int[]', values: ['null', 'null'], merged: null },
  { strategy: 'concat', type: 'int[]', values: ["'{3,1}'", "'{2,1,3}'"], merged: '{3,1,2}' },
  { strategy: 'concat', type: 'varchar(3)[]', values: ["'{abc}'", "'{abd}'"], merged: '{abc,abd}' },
  {
    strategy: 'jsonb-merge',
    type: 'jsonb',
    values: [`'{"a": 1, "b": null}'`, 'null', `'{"b": 2, "c": [1]}'`],
    merged: '{"a": 1, "b": null, "c": [1]}',
  },
  { strategy: 'jsonb-merge', type: 'jsonb', values: [`'[1]'`, `'{"b": 2}'`], merged: '[1]' },
  { strategy: 'jsonb-merge', type: 'jsonb', values: ['null', 'null'], merged: null },
  { strategy: 'jsonb-merge', type: 'jsonb not null', values: ["'{}'", "'{}'"], merged: '{}' },
  { strategy: 'jsonb-merge', type: 'json', values: ['null', "'{}'"], merged: '{}' },
  { strategy: 'jsonb-merge', type: 'json', values: ['null', `'{"b": 2}'`, `'{"a": 1}'`], merged: '{"a": 1, "b": 2}' },
  { strategy: { expression: 'max(v) - min(v)' }, type: 'int', values: ['5', '2'], merged: '3' },
  {
    strategy: { expression: "string_agg(v, ',' order by id desc)" },
    type: 'text',
    values: ["'a'", "'b'"],
    merged: 'b,a',
  },
];

test('the survivor takes from its group what each strategy says, for every type, and gives it back', async () => {
  const { sql } = db;
  const tables = MERGES.map((each, place) => ({ ...each, table: `t${place}` }));
  for (const { prepare } of tables) await sql.unsafe(prepare ?? '');
  for (const { table, type, values } of tables) {
    await sql.unsafe(
      `create table ${table} (id int generated always as identity primary key, v ${type}, k int default 1)`,
    );
    for (const value of values) await sql.unsafe(`insert into ${table} (v) values (${value})`);
    await sql.unsafe(`insert into ${table} (v, k) select v, 2 from ${table} where id = 1`);
  }
  const before = await readImages(sql);
  const project = await makeProjectOf(
    db,
    tables.map(({ table, strategy }) => uniqueKey({ table, key: ['k'], merge: { v: strategy }, limit: { share: 1 } })),
  );
  expectOk(await project.migrate());
  const merged = await Promise.all(
    tables.map(async ({ table }) => (await column(sql, `select v::text from ${table} where k = 1`))[0]),
  );
  const told = tables.map(({ strategy, type, values }, place) => ({ strategy, type, values, merged: merged[place] }));
  expect(told).toEqual(
    MERGES.map(({ strategy, type, values, merged: value }) => ({ strategy, type, values, merged: value })),
  );
  await expectExactUndo(sql, project, before);
});

test('merged columns may have any name, msgdb own words among them', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, k int, ordinality int[], value jsonb, place text[], rows jsonb, m1 text, grp int, r text);
    insert into t values (1, 1, '{1}', '{"a": 1}', '{a}', '{"x": 1}', 'a', 1, null),
                         (2, 1, '{2}', '{"b": 1}', '{b}', '{"y": 1}', 'b', 2, 'r')`);
  const merge = {
    ordinality: 'concat',
    value: 'jsonb-merge',
    place: 'concat',
    rows: 'jsonb-merge',
    m1: 'concat',
    grp: 'sum',
    r: 'first-non-null',
  } as const;
  const before = await readImages(sql);
  const project = await makeRule(db, { table: 't', key: ['k'], merge });
  expectOk(await project.migrate());
  expect(await column(sql, 'select t::text from t')).toEqual([
    '(1,1,"{1,2}","{""a"": 1, ""b"": 1}","{a,b}","{""x"": 1, ""y"": 1}","a\nb",3,r)',
  ]);
  await expectExactUndo(sql, project, before);
});

test('a value that is unique elsewhere is taken when the loser that has it is gone', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, k int, email text unique, phone text);
    create unique index on t (lower(phone));
    insert into t values (1, 1, null, null), (2, 1, 'a', 'P'), (3, 2, 'b', null), (4, 2, null, 'q')`);
  const before = await readImages(sql);
  const merge = { email: 'first-non-null', phone: 'first-non-null' } as const;
  const project = await makeRule(db, { table: 't', key: ['k'], merge });
  expectOk(await project.migrate());
  expect(await column(sql, 'select t::text from t order by id')).toEqual(['(1,1,a,P)', '(3,2,b,q)']);
  await expectExactUndo(sql, project, before);
});

test.each(['locked', 'online'] as const)('a value too long for its column refuses the plan (%s)', async (strategy) => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (id int primary key, k int, v varchar(5));
    insert into t values (1, 1, 'abc'), (2, 1, 'def')`);
  const before = await readImages(sql);
  const project = await makeRule(db, { table: 't', key: ['k'], merge: { v: 'concat' } }, { strategy });
  const report = await project.migrate();
  expect(report.verdict).toBe('findings');
  expect(report.findings[0]?.message).toMatch(/Merging would break the length or precision of t\.\w+ in 1 row/);
  expect(await readImages(sql)).toEqual(before);
  await expectNoDebris(sql);
  await sql`alter table t alter v type text`;
  expectOk(await project.migrate());
  expect(await column(sql, 'select v from t')).toEqual(['abc\ndef']);
});

test.each([
  ['generated', 'id int primary key, k int, w int, v int generated always as (w + 1) stored', { v: 'max' }],
  ['the primary key', 'id int primary key, k int, v int', { id: 'max' }],
  ['the key', 'id int primary key, k int, v int', { k: 'max' }],
  ['without an order', 'id int primary key, k int, v json', { v: 'max' }],
  ['not boolean', 'id int primary key, k int, v int', { v: 'or' }],
  ['not json', 'id int primary key, k int, v text', { v: 'jsonb-merge' }],
  ['not a number', 'id int primary key, k int, v text', { v: 'sum' }],
  ['neither text nor array', 'id int primary key, k int, v int', { v: 'concat' }],
] as const)('a merge that cannot be is refused before anything is changed: %s', async (_, columns, merge) => {
  const { sql } = db;
  await sql.unsafe(`create table t (${columns}); insert into t (id, k) values (1, 1), (2, 1)`);
  const project = await makeRule(db, { table: 't', key: ['k'], merge });
  const report = await project.migrate();
  expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_REFUSED']);
  expect(report.exitCode).toBe(1);
  expect(await column(sql, `select to_regnamespace('msgdb')`)).toEqual([null]);
});

test('generated columns and identity columns come back as they were', async () => {
  const { sql } = db;
  await sql.unsafe(`
    create table t (
      id bigint generated always as identity primary key, k int, v int,
      twice int generated always as (v * 2) stored, other int generated by default as identity);
    insert into t (k, v) values (1, 10), (1, 20), (2, 5), (1, null)`);
  const before = await readImages(sql);
  const project = await makeRule(db, { table: 't', key: ['k'], merge: { v: 'sum' } });
  expectOk(await project.migrate());
  expect(await column(sql, 'select t::text from t order by id')).toEqual(['(1,1,30,60,1)', '(3,2,5,10,3)']);
  await expectExactUndo(sql, project, before);
});

test.each(STRATEGIES)(
  'what a survivor takes as a reference to the table itself names no row that goes, also of copies that stay as they are (%s)',
  async (strategy) => {
    const { sql } = db;
    // Rows that go are not re-pointed where a constraint could mind: here CHECK, unique index and domain could.
    await sql.unsafe(`
      create domain a_id as int check (value <> 9);
      create table a (id int primary key, k text, gone text, up a_id references a check (up <> id) unique, near int, ids int[],
                      dropped int, last int references a);
      alter table a drop dropped;
      insert into a (id, k) values (1, 'k'), (2, 'k'), (3, 'l'), (4, 'l'), (5, 'm'), (6, 'm'), (7, 'n');
      update a set up = 4, near = 6, ids = '{4,7,6}', last = 5 where id = 2; update a set up = 6, near = 2 where id = 4;
      update a set ids = '{3}' where id = 1; update a set up = 7, last = 2 where id = 6`);
    const before = await readImages(sql);
    const references = [
      { table: 'a', column: 'near', kind: 'soft' as const },
      { table: 'a', column: 'ids', kind: 'array' as const },
    ];
    const merge: Readonly<Record<string, MergeStrategy>> = {
      up: 'first-non-null',
      near: { expression: 'max(near)' },
      ids: 'concat',
      last: 'min',
    };
    const project = await makeRule(db, { table: 'a', key: ['k'], merge, references }, { strategy });
    expectOk(await project.migrate());
    expect(await column(sql, 'select a::text from a order by 1')).toEqual([
      '(1,k,,3,5,"{3,7,5}",5)',
      '(3,l,,5,1,,)',
      '(5,m,,7,,,1)',
      '(7,n,,,,,)',
    ]);
    await expectExactUndo(sql, project, before);
  },
);
