import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { archiveRestore } from '../../../src/commands/archive/archive-restore.ts';
import { applyPlan } from '../../../src/commands/dedupe/apply-plan.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { apply, RULE, writePlan } from './plan-file.ts';
import { cleanDatabase, column, makeProjectOf, readImages } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

describe('a plan is applied as it was written, and undone exactly', () => {
  test.each<[name: string, schema: string, more?: Partial<UniqueKeyOptions>]>([
    [
      'a number',
      `create table t (id int primary key, k text); insert into t values (1, 'a'), (2, 'a'), (3, 'b'), (4, 'a')`,
    ],
    [
      'a number that JavaScript has no exact form for',
      `create table t (id bigint primary key, k int);
       insert into t values (9007199254740993, 1), (9007199254740992, 1), (9223372036854775807, 1)`,
    ],
    [
      'several columns of odd names and types',
      `create schema s; create domain s.code as char(4) not null;
       create table t (id int, "a ""b'c%" s.code, at timestamptz, raw bytea, parts text[], k int, primary key (id, "a ""b'c%", at, raw, parts));
       insert into t values (1, 'x', 'infinity', '\\x00ff', '{a,"b c",NULL}', 1), (1, 'y', '2020-02-02 10:00:00.123456+05', '', '{}', 1)`,
    ],
    ['none: its place', `create table t (id int, k int); insert into t values (1, 1), (1, 1), (1, 1), (2, 2), (3, 2)`],
    [
      'partitions',
      `create table t (id int, r text, k int, primary key (id, r)) partition by list (r);
       create table t_a partition of t for values in ('a'); create table t_b partition of t for values in ('b');
       insert into t values (1, 'a', 1), (2, 'a', 1), (1, 'b', 1), (2, 'b', 1), (3, 'b', 2)`,
      { key: ['k', 'r'] },
    ],
    [
      'a number, beside dropped and generated columns',
      `create table t (id int primary key, gone int, k int, twice int generated always as (k * 2) stored);
       alter table t drop column gone; insert into t values (1, 1), (2, 1), (3, 2)`,
    ],
    [
      'a number, and losers are marked',
      `create table t (id int primary key, k int, n int, live boolean default true);
       insert into t values (1, 1, 1), (2, 1, 2), (3, 2, 3)`,
      { where: 'live', merge: { n: 'sum' }, losers: { set: { live: false } } },
    ],
    [
      'an index that has the key sorted, a key by expression, and children that collide',
      `create table t (id int primary key, k text);
       create table child (id int primary key, t_id int references t on delete cascade, name text, unique (t_id, name));
       insert into t values (1, 'a'), (2, 'A'), (3, 'b'), (4, 'a'); insert into child values (1, 1, 'x'), (2, 2, 'x'), (3, 4, 'y')`,
      { key: [{ expression: 'lower(k)' }], keep: ['most children'] },
    ],
  ])('rows are known by %s', async (_, schema, more = {}) => {
    await db.sql.unsafe(schema);
    const rule = { ...RULE, ...more };
    const before = await readImages(db.sql);
    const { file, report: planned } = await writePlan(db, rule);
    expect(planned).toMatchObject({ verdict: 'ok', dryRun: true, next: `msgdb dedupe --plan ${file}` });
    const reference = await dedupe(await makeContext(db), {
      rule: uniqueKey(rule),
      dryRun: false,
      yes: true,
      samples: 0,
    });
    const wanted = await readImages(db.sql);
    await archiveRestore(await makeContext(db), { runId: reference.runId ?? '', yes: true });
    expect(await readImages(db.sql)).toEqual(before);
    // Rows of no primary key have new places by now, so the plan is made again.
    const again = await writePlan(db, rule);
    const report = await apply(db, again.file, { settings: { batchSize: 1 } });
    expect(report.findings).toEqual([]);
    const { deleted = 0, marked = 0 } = report.targets[0] ?? {};
    expect(deleted + marked).toBe(planned.targets[0]?.excessRows);
    expect(await readImages(db.sql)).toEqual(wanted);
    await archiveRestore(await makeContext(db), { runId: report.runId ?? '', yes: true });
    expect(await readImages(db.sql)).toEqual(before);
  });
});

test('values of a type without a binary form are compared as text', async () => {
  await db.sql.unsafe(`
    create table t (id int primary key, k int, acl aclitem[]);
    insert into t values (1, 1, '{=r/postgres}'), (2, 1, null), (3, 2, '{=r/postgres}'), (4, 2, '{=r/postgres}')`);
  const { file } = await writePlan(db, RULE);
  await db.sql`update t set acl = '{=rw/postgres}' where id = 4`;
  expect((await apply(db, file)).findings[0]?.message).toContain('contents have changed (group 2)');
  expect(await column(db.sql, 'select id from t order by id')).toEqual(['1', '3', '4']);
});

test('a dry run of a plan file says what it lists, and without yes it asks', async () => {
  await db.sql.unsafe(`create table t (id int primary key, k int); insert into t values (1, 1), (2, 1), (3, 1)`);
  const { file } = await writePlan(db, RULE);
  const before = await fingerprint(db.sql, { physical: true });
  const context = await makeContext(db);
  const report = await applyPlan(context, { file, dryRun: true, yes: false });
  expect(report).toMatchObject({
    verdict: 'ok',
    summary: expect.stringContaining('2 rows in 1 group would be removed, as the plan lists them'),
  });
  await expect(applyPlan(context, { file, dryRun: false, yes: false })).rejects.toMatchObject({
    code: 'MSGDB_CONFIRMATION_NEEDED',
    message: expect.stringContaining('removing 2 rows from t'),
  });
  expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
});

test('the rules of the migrations make one plan; those with nothing to remove are not in it', async () => {
  await db.sql.unsafe(`
    create table t (id int primary key, k int); insert into t values (1, 1), (2, 1), (3, 2);
    create table u (a int, b int, primary key (a, b)); insert into u values (1, 1), (1, 2), (2, 1);
    create table v (id int primary key)`);
  const rules = [
    uniqueKey({ ...RULE }),
    uniqueKey({ table: 'u', key: ['a'], limit: { share: 1 } }),
    uniqueKey({ table: 'v', key: ['id'] }),
  ];
  const { context } = await makeProjectOf(db, rules);
  const file = join(context.migrationsDir, 'all.plan');
  await dedupe(context, { dryRun: true, yes: false, samples: 0, planOut: file });
  const lines = (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map((line) => Object.keys(line)[0])).toEqual([
    'msgdbPlan',
    'target',
    'group',
    'group',
    'target',
    'group',
    'group',
    'end',
  ]);
  expect(lines.at(-1).end).toMatchObject({ targets: 2, groups: 2, rows: 4 });
  expect(lines[5]).toMatchObject({
    group: 1,
    rank: 1,
    key: { a: 1, b: 1 },
    row: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  const report = await apply(db, file);
  expect(report.targets.map(({ table, deleted, migration }) => [table, deleted, migration])).toEqual([
    ['t', 1, '0001-the-test'],
    ['u', 1, '0001-the-test'],
  ]);
  expect(await column(db.sql, 'select t::text from t order by id')).toEqual(['(1,1)', '(3,2)']);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a plan of tens of thousands of rows, in batches', async () => {
  await db.sql.unsafe(`
    create table t (id int primary key, k int);
    insert into t select n, n % 15000 from generate_series(1, 40000) n`);
  const { file } = await writePlan(db, { ...RULE, keep: ['id desc'] });
  await db.sql`update t set k = -1 where id = 40000`;
  const report = await apply(db, file);
  expect(report.targets[0]?.deleted).toBe(25_000 - 2);
  expect(report.findings[0]?.message).toContain(
    '1 of 15,000 groups was left out, with 2 of the 25,000 rows to remove: contents have changed',
  );
  expect(await column(db.sql, 'select count(*) from t')).toEqual(['15002']);
});
