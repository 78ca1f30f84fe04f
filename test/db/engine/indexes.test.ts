import { beforeEach, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/model/event.ts';
import { dropUniqueKey } from '../../../src/model/operations/drop-unique-key.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { useDatabase } from '../../support/database.ts';
import { until } from '../online/climb.ts';
import { JUDGE_CASES } from './index-cases.ts';
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

const TABLE = `
  create collation ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  create table t (id int primary key, k text, "N n" int, v varchar(10), active boolean, not_null int not null default 0);
  insert into t select n, 'k' || n, n, 'v' || n, true, n from generate_series(1, 20) n;`;

const INDEXES = `select indexrelid::regclass::text from pg_index where indrelid = 't'::regclass and not indisprimary order by 1`;

test.each(JUDGE_CASES)('an index that is there, $name: accepted $accepted', async ({ there, rule, accepted }) => {
  const { sql } = db;
  await sql.unsafe(TABLE);
  await sql.unsafe(there);
  const project = await makeRule(db, { table: 't', key: ['k'], index: 'wanted', ...rule });
  expectOk(await project.migrate());
  expect(await column(sql, INDEXES)).toEqual(accepted ? ['other'] : ['other', 'wanted']);
  expectOk(await project.verify());
  // What was there before stays when the migration is undone.
  expectOk(await project.rollback());
  expect(await column(sql, INDEXES)).toEqual(['other']);
});

describe('refused, with nothing changed:', () => {
  const LONG = `i${'x'.repeat(63)}`;
  test.each([
    ['the name is that of a table', 'create table wanted (id int)', 'wanted', 'MSGDB_INDEX_DIFFERS'],
    [
      'the name is that of an index of another table',
      'create table o (id int); create index wanted on o (id)',
      'wanted',
      'MSGDB_INDEX_DIFFERS',
    ],
    [
      'the name is that of another index of the table',
      'create unique index wanted on t (v)',
      'wanted',
      'MSGDB_INDEX_DIFFERS',
    ],
    [
      'the name is that of a like index that is not unique',
      'create index wanted on t (k)',
      'wanted',
      'MSGDB_INDEX_DIFFERS',
    ],
    ['the name has more than 63 bytes', '', LONG, 'MSGDB_USAGE'],
    [
      'the name is that of a like index of another opclass',
      'create index wanted on t (k text_pattern_ops)',
      'wanted',
      'MSGDB_INDEX_DIFFERS',
    ],
  ])('%s', async (_, there, index, code) => {
    const { sql } = db;
    await sql.unsafe(TABLE);
    await sql.unsafe(`${there}; insert into t values (100, 'k1')`);
    const before = await readImages(sql);
    const project = await makeRule(db, { table: 't', key: ['k'], index });
    const report = await project.migrate();
    expect(report.findings[0]?.code).toBe(code);
    expect(report.exitCode).toBe(code === 'MSGDB_USAGE' ? 2 : 1);
    expect(await readImages(sql)).toEqual(before);
  });
});

test.each([
  ['the same meaning', {}],
  ['a part of its rows', { where: 'not_null >= 0' }],
  ['NULLs as equal', { nulls: 'not distinct' }],
] as const)('beside a deferrable constraint no index serves an upsert: it has to go (%s)', async (_, more) => {
  const { sql } = db;
  await sql.unsafe(`${TABLE} alter table t add constraint "Other" unique (k) deferrable`);
  const rule = uniqueKey({ table: 't', key: ['k'], index: 'wanted', ...more });
  const drop = dropUniqueKey({ table: 't', key: ['k'], name: 'Other', replacedBy: 'wanted' });
  const before = await readImages(sql);
  const report = await (await makeProjectOf(db, [rule])).migrate();
  expect(report.findings[0]).toMatchObject({
    code: 'MSGDB_UPSERT_DEFERRABLE',
    fix: "Drop it in the same migration: dropUniqueKey({ table: 't', key: ['k'], name: 'Other', replacedBy: 'wanted' }).",
  });
  expect(await readImages(sql)).toEqual(before);
  const project = await makeProjectOf(db, [rule, drop]);
  expectOk(await project.migrate());
  expectOk(await project.verify());
  const upsert = `insert into t (id, k) values (100, 'k1') on conflict (k) ${'where' in more ? `where ${more.where}` : ''} do nothing returning id`;
  expect(await column(sql, upsert)).toEqual([]);
  await expectExactUndo(sql, project, before);
});

test('a derived name fits in 63 bytes, for long names of many bytes', async () => {
  const { sql } = db;
  const name = 'ä'.repeat(30);
  await sql.unsafe(
    `create table ${name} (id int primary key, ${name} int, "b c" int); insert into ${name} values (1, 1, 1), (2, 1, 1)`,
  );
  const project = await makeRule(db, { table: name, key: [name, '"b c"'] });
  expectOk(await project.migrate());
  expectOk(await project.verify());
  expectOk(await project.rollback());
});

describe.each(['locked', 'online'] as const)('an invalid leftover of the wanted name (%s)', (strategy) => {
  test.each([
    ['not ready', 'indisvalid = false, indisready = false'],
    ['a fence', 'indisvalid = false'],
  ])('%s, is dropped and built again', async (_, state) => {
    const { sql } = db;
    await sql.unsafe(`${TABLE} create unique index wanted on t (k);
      update pg_index set ${state} where indexrelid = 'wanted'::regclass`);
    if (!state.includes('ready = false'))
      await expect(sql.unsafe(`insert into t values (100, 'k1')`)).rejects.toThrow();
    else await sql.unsafe(`insert into t values (100, 'k1')`);
    const project = await makeRule(db, { table: 't', key: ['k'], index: 'wanted' }, { strategy });
    expectOk(await project.migrate());
    expect(await column(sql, INDEXES)).toEqual(['wanted']);
    await expectNoDebris(sql);
    expectOk(await project.rollback());
    expect(await column(sql, INDEXES)).toEqual([]);
  });

  test('of another meaning is an error, with what drops it: it may be somebody else’s', async () => {
    const { sql } = db;
    await sql.unsafe(`${TABLE} create unique index wanted on t (v);
      update pg_index set indisvalid = false, indisready = false where indexrelid = 'wanted'::regclass`);
    const project = await makeRule(db, { table: 't', key: ['k'], index: 'wanted' }, { strategy });
    expect((await project.migrate()).findings[0]).toMatchObject({
      code: 'MSGDB_INDEX_INVALID',
      fix: expect.stringMatching(/drop index (?:concurrently )?.*wanted/i),
    });
  });
});

test('an index that another session is building is waited for, not dropped', async () => {
  const { sql } = db;
  await sql.unsafe(`${TABLE} create table o (id int)`);
  const blocker = db.open();
  const builder = db.open();
  const held = await blocker.reserve();
  await held.unsafe("begin; insert into t values (200, 'k200')");
  const building = builder.unsafe('create unique index concurrently wanted on t (k)');
  const settled = building.catch((error: unknown) => error);
  const builds = 'select pid from pg_stat_progress_create_index where datname = current_database()';
  await until(async () => (await column(sql, builds)).length === 1);
  const project = await makeRule(
    db,
    { table: 't', key: ['k'], index: 'wanted' },
    { strategy: 'online', lockWaitMs: 120_000 },
  );
  const migrating = project.migrate();
  setTimeout(() => void held.unsafe('commit').then(() => held.release()), 1500);
  const report = await migrating;
  await settled;
  expectOk(report);
  expect(await column(sql, INDEXES)).toEqual(['wanted']);
});

test('constraint: true attaches the index, on an index that was accepted too, and undo takes off what it put on', async () => {
  const { sql } = db;
  await sql.unsafe(`${TABLE} insert into t values (100, 'k1')`);
  const project = await makeRule(
    db,
    { table: 't', key: ['k'], index: 'wanted', constraint: true },
    { strategy: 'online' },
  );
  expectOk(await project.migrate());
  expect(
    await column(sql, `select conname from pg_constraint where conrelid = 't'::regclass and contype = 'u'`),
  ).toEqual(['wanted']);
  expectOk(await project.rollback());
  expect(await column(sql, INDEXES)).toEqual([]);
  await sql.unsafe(`delete from t where id = 100; create unique index other on t (k)`);
  expectOk(await project.migrate());
  expect(
    await column(sql, `select conname from pg_constraint where conrelid = 't'::regclass and contype = 'u'`),
  ).toEqual(['other']);
  expectOk(await project.rollback());
  expect(await column(sql, INDEXES)).toEqual(['other']);
});

test.each([
  ...STRATEGIES.map((strategy) => ({ strategy, memoryBytes: 40 * 1024 ** 2, own: '64MB', has: '40MB' })),
  { strategy: 'online', memoryBytes: undefined, own: '300MB', has: '300MB' },
] as const)(
  'an index is built with the memory that is allowed, and no other statement is ($strategy, $memoryBytes, $own)',
  async ({ strategy, memoryBytes, own, has }) => {
    const { sql } = db;
    await sql.unsafe(`alter database ${db.name} set maintenance_work_mem = '${own}'`);
    await sql.unsafe(`${TABLE}
    create function said(text) returns text language plpgsql immutable as $$ begin
      raise notice '%', current_setting('maintenance_work_mem') || ' ' || current_setting('max_parallel_maintenance_workers');
      return $1; end $$`);
    const messages: string[] = [];
    const emit = (event: RunEvent): void => {
      if (event.kind === 'server-message') messages.push(event.message.text);
    };
    const rule = uniqueKey({ table: 't', key: [{ expression: 'said(k)' }], index: 'wanted' });
    const project = await makeProjectOf(db, [rule], { emit, settings: { strategy, memoryBytes } });
    expectOk(await project.migrate());
    const said = new Set(messages.filter((each) => /^\d/.test(each)));
    expect([...said].sort()).toEqual([`${has} 4.`, `${own} 2.`].sort());
  },
);

test.each([
  { name: 'few rows of an analysed table went', analysed: true, copies: 1, key: ['k'], again: false },
  { name: 'no row went', analysed: true, copies: 0, key: ['k'], again: false },
  { name: 'a tenth of the rows went', analysed: true, copies: 3, key: ['k'], again: true },
  { name: 'the index has an expression', analysed: true, copies: 1, key: [{ expression: 'lower(k)' }], again: true },
  { name: 'it was never analysed', analysed: false, copies: 1, key: ['k'], again: true },
])('where $name, the table is analysed at the end: $again', async ({ analysed, copies, key, again }) => {
  const { sql } = db;
  await sql.unsafe(`${TABLE} insert into t select 100 + n, 'k' || n from generate_series(1, ${copies}) n;
    ${analysed ? 'analyze t' : ''}`);
  const statistics = () =>
    column(sql, `select xmin from pg_statistic where starelid = 't'::regclass order by staattnum`);
  const before = await statistics();
  expectOk(await (await makeRule(db, { table: 't', key, index: 'wanted' })).migrate());
  const after = await statistics();
  expect(after.length).toBeGreaterThan(0);
  expect(after.join() !== before.join()).toBe(again);
});
