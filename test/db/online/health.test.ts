import { beforeEach, describe, expect, test } from 'vitest';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { doctor } from '../../../src/commands/doctor/doctor.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import { putUpFence } from '../../../src/engine/index-build/raise-fence.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { cleanDatabase, column, expectNoDebris, expectOk, makeRule } from '../engine/project.ts';
import { asRun, resolveRule } from './run.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const RULE = uniqueKey({ table: 't', key: ['k'], index: 'wanted', limit: { share: 1 } });

/** A valid unique index that does not know of rows 100 and 101, copies of others: as after a change of collations. */
const LYING = `
  create table t (id int primary key, k text); insert into t select n, n from generate_series(1, 20) n;
  create unique index wanted on t (k);
  update pg_index set indisready = false, indisvalid = false where indexrelid = 'wanted'::regclass;`;

async function lie(): Promise<void> {
  await db.sql.unsafe(LYING);
  await db.sql.unsafe(`insert into t values (100, '1'), (101, '2')`);
  await db.sql.unsafe(`update pg_index set indisready = true, indisvalid = true where indexrelid = 'wanted'::regclass`);
}

describe('a unique index that hides copies', () => {
  test('is found, with amcheck by its own entries too', async () => {
    await lie();
    const context = await makeContext(db);
    const plain = await verify(context, { rule: RULE });
    expect(plain.findings.map(({ code }) => code)).toEqual(['MSGDB_DUPLICATES_FOUND', 'MSGDB_INDEX_DAMAGED']);
    const without = await verify(context, { rule: RULE, heap: true });
    expect(without.checks.find(({ id }) => id === 'rule/heap')).toMatchObject({ status: 'skipped' });
    await db.sql.unsafe('create extension amcheck');
    const before = await fingerprint(db.sql);
    const heap = await verify(context, { rule: RULE, heap: true });
    expect(heap.checks.find(({ id }) => id === 'rule/heap')).toMatchObject({
      status: 'failed',
      code: 'MSGDB_INDEX_DAMAGED',
      detail: expect.stringContaining('lacks matching index tuple'),
    });
    expect(await fingerprint(db.sql)).toEqual(before);
  });

  test.each(['locked', 'online'] as const)(
    'is repaired by dedupe: copies by the heap, then rebuilt (%s)',
    async (strategy) => {
      await lie();
      await db.sql.unsafe('create extension amcheck');
      const context = await makeContext(db, { settings: { strategy }, confirm: async () => true });
      const report = await dedupe(context, { rule: RULE, dryRun: false, yes: true, samples: 0 });
      expect(report.targets.map(({ deleted }) => deleted)).toEqual([2]);
      const after = await verify(context, { rule: RULE, heap: true });
      expect(after.findings).toEqual([]);
      expect(after.checks.find(({ id }) => id === 'rule/heap')?.status).toBe('ok');
      await expect(db.sql.unsafe(`insert into t values (200, '1')`)).rejects.toMatchObject({ code: '23505' });
      await expectNoDebris(db.sql);
    },
  );

  test.each([
    ['by amcheck', 'create extension amcheck', 'k', 'delete from t where id in (1, 2)'],
    ['without amcheck: entries are missing', '', 'k', 'delete from t where id in (1, 2)'],
    ['without amcheck: a copy is all that is left', '', 'k', 'delete from t where id < 100'],
    [
      'without amcheck: entries are in another order',
      "create function f(int) returns int immutable strict language sql as 'select $1'",
      { expression: 'f(id)' },
      `drop index wanted; create unique index wanted on t (f(id)); delete from t where id in (1, 2);
       create or replace function f(int) returns int immutable strict language sql as 'select 1000 - $1'`,
    ],
  ])('that was left without copies is rebuilt by migrate (%s)', async (_, prepare, key, removeCopies) => {
    await lie();
    await db.sql.unsafe(`${prepare}; ${removeCopies}`);
    const project = await makeRule(db, { table: 't', key: [key], index: 'wanted', limit: { share: 1 } });
    const planned = await migrate(project.context, { dryRun: true, allowOutOfOrder: false });
    const titles = planned.plan.flatMap(({ steps }) => steps.map(({ title }) => title));
    expect(titles).toEqual([expect.stringMatching(/^Keep wanted/), expect.stringMatching(/^Rebuild wanted/)]);
    expectOk(await project.migrate());
    await db.sql.unsafe('create extension if not exists amcheck');
    await db.sql`select bt_index_check('wanted', true)`;
    expectOk(await project.verify());
  });

  test('that is sound is accepted, whatever is in it', async () => {
    await db.sql.unsafe(`
      create table t (id int primary key, k text, n int) with (autovacuum_enabled = off);
      insert into t select n, nullif(n % 50, 0), n from generate_series(1, 49) n; insert into t values (100, null), (101, null);
      create unique index wanted on t (n desc nulls last, k) where id <> 7; delete from t where id = 3; update t set n = -n`);
    const rule = { table: 't', key: ['k', 'n'], where: 'id <> 7', index: 'wanted' };
    const project = await makeRule(db, rule);
    const report = await project.migrate();
    expect(report.applied.flatMap(({ steps }) => steps.map(({ title }) => title))).toEqual([
      'Nothing to build: wanted exists and is valid',
    ]);
  });

  test('is repaired by a migration that asks for it', async () => {
    await lie();
    // What a killed rebuild has left of this index, and one of another that begins with the same letters.
    await db.sql.unsafe(`create index wanted_ccnew on t (k); create index want_ccnew on t (k);
      update pg_index set indisvalid = false where indexrelid in ('wanted_ccnew'::regclass, 'want_ccnew'::regclass)`);
    const strategy = 'online';
    const project = await makeRule(db, { table: 't', key: ['k'], index: 'wanted', limit: { share: 1 } }, { strategy });
    expectOk(await project.migrate());
    expect(await column(db.sql, 'select count(*) from t')).toEqual(['20']);
    const left = `select indexrelid::regclass from pg_index where not indisvalid`;
    expect(await column(db.sql, left)).toEqual(['want_ccnew']);
    await db.sql.unsafe('drop index want_ccnew');
    await expectNoDebris(db.sql);
    expectOk(await project.verify());
  });

  test('a plain btree on the key is not trusted either, when asked', async () => {
    await db.sql.unsafe(`create table t (id int primary key, k text); create index plain on t (k, id);
      insert into t select n, n from generate_series(1, 5000) n`);
    await db.sql.unsafe('vacuum analyze t');
    await db.sql.unsafe(`update pg_index set indisready = false where indexrelid = 'plain'::regclass`);
    await db.sql.unsafe(`insert into t values (9999, '1')`);
    await db.sql.unsafe(`update pg_index set indisready = true where indexrelid = 'plain'::regclass`);
    await db.sql.unsafe('vacuum analyze t');
    const context = await makeContext(db);
    const heap = await verify(context, { rule: RULE, heap: true });
    expect(heap.findings.map(({ code }) => code)).toContain('MSGDB_DUPLICATES_FOUND');
  });
});

test.each(['53200', '57014'])(
  'verify --heap that amcheck could not finish (%s) calls no index damaged',
  async (code) => {
    await db.sql.unsafe(`create table t (id int primary key, k text); create unique index wanted on t (k);
    create extension amcheck;
    create or replace function bt_index_check(index regclass, heapallindexed boolean) returns void language plpgsql
      as $$ begin raise exception 'no more' using errcode = '${code}'; end $$`);
    const heap = verify(await makeContext(db), { rule: RULE, heap: true });
    await expect(heap).rejects.toMatchObject({ data: { sqlstate: code } });
  },
);

describe('doctor', () => {
  test('finds nothing wrong in a database that is well, and changes nothing', async () => {
    await db.sql.unsafe('create table t (id int primary key, k text unique)');
    const before = await fingerprint(db.sql);
    const report = await doctor(await makeContext(db));
    expect(report.findings).toEqual([]);
    expect(report.checks.length).toBeGreaterThan(6);
    expect(await fingerprint(db.sql)).toEqual(before);
  });

  test('names what a killed run and a failed REINDEX have left', async () => {
    await db.sql.unsafe(`create table t (id int primary key, k text); insert into t values (1, 'a'), (2, 'a');
      create index plain on t (k)`);
    await db.sql.unsafe('create unique index concurrently half on t (k)').catch(() => undefined);
    await db.sql.unsafe('alter index half rename to plain_ccnew');
    let during: Awaited<ReturnType<typeof doctor>> | undefined;
    await asRun(db, {}, async (run) => {
      const { key, build } = await resolveRule(run, { table: 't', key: ['k'], index: 'wanted' });
      await putUpFence(run, build, key, 'reject');
      during = await doctor(await makeContext(db));
    });
    const told = during?.findings.map(({ code, message }) => `${code} ${message}`);
    expect(told).toContainEqual(
      expect.stringMatching(/MSGDB_INDEX_INVALID .*plain_ccnew.*REINDEX CONCURRENTLY that failed/),
    );
    expect(told).toContainEqual(expect.stringMatching(/MSGDB_LEFT_BEHIND .*a fence rejects copies for index wanted/));
    expect(told).toContainEqual(expect.stringMatching(/MSGDB_LEFT_BEHIND .*index msgdb_support_/));
    expect(told).toHaveLength(3);
  });

  test('reports a collation that has changed under a column', async () => {
    await db.sql.unsafe(`create collation german (provider = icu, locale = 'de');
      create table t (id int primary key, k text collate german);
      update pg_collation set collversion = '1.0' where collname = 'german'`);
    const report = await doctor(await makeContext(db));
    expect(report.findings.map(({ code, message }) => [code, message])).toEqual([
      ['MSGDB_COLLATION_CHANGED', expect.stringContaining('changed: german')],
    ]);
  });
});
