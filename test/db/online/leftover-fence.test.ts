import { beforeEach, describe, expect, test } from 'vitest';
import { isFenceUp } from '../../../src/catalog/is-fence-up.ts';
import { doctor } from '../../../src/commands/doctor/doctor.ts';
import { putUpFence } from '../../../src/engine/index-build/raise-fence.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { FenceMode } from '../../../src/sql/fence-body.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { withDatabase } from '../../support/database-url.ts';
import { cleanDatabase, column, expectNoDebris, expectOk, makeProjectOf } from '../engine/project.ts';
import { until } from './climb.ts';
import { asRun, resolveRule } from './run.ts';

const db = useDatabase();

const RULE = { table: 't', key: ['k'], index: 'wanted', limit: { share: 1 } } as const;

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe(
    `create table t (id int primary key, k text); insert into t select n, n from generate_series(1, 20) n`,
  );
});

/** Leaves a fence as a kill would: a run that has lost its lock, and gets no other session, clears nothing away. */
async function leaveFence(mode: FenceMode): Promise<void> {
  const outside = db.open({ url: withDatabase(db.url, 'postgres') });
  await asRun(db, {}, async (run) => {
    const { key, build } = await resolveRule(run, RULE);
    await putUpFence(run, build, key, mode);
    await outside.unsafe(`alter database ${db.name} allow_connections false`);
    await db.sql.unsafe(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'msgdb: test (run lock)' and datname = current_database()`);
  });
  await outside.unsafe(`alter database ${db.name} allow_connections true`);
}

/** What becomes of an application's copy while a run, `--fence reject`, waits in its first build. */
async function insertDuringBuild(): Promise<string> {
  const old = await db.open().reserve();
  await old.unsafe('begin isolation level repeatable read; select count(*) from pg_class');
  const project = await makeProjectOf(db, [uniqueKey(RULE)], { settings: { strategy: 'online', fence: 'reject' } });
  const migrating = project.migrate();
  const waits = `select 1 from pg_stat_progress_create_index where lockers_total > 0 and index_relid = to_regclass('wanted')`;
  await until(async () => (await column(db.sql, waits)).length > 0);
  const [triggers] = await column(db.sql, `select count(*) from pg_trigger where tgname like '%msgdb%'`);
  const told = await db.sql.unsafe(`insert into t values (100, '1') returning id`).then(
    (rows) => rows.length === 1,
    // The fence rejects it, or the index itself if it is so far.
    (error: { code?: string }) => error.code === '23505',
  );
  await old.unsafe('commit');
  old.release();
  expectOk(await migrating);
  await expectNoDebris(db.sql);
  return `${triggers} triggers, ${told ? 'told' : 'left out'}`;
}

describe('a fence that a killed run left is used again only where it is the same:', () => {
  const ANEW = `create table t (id int primary key, k text); insert into t select n, n from generate_series(1, 20) n`;
  interface LeftCase {
    readonly name: string;
    readonly mode: FenceMode;
    /** Done before the next run. */
    readonly meanwhile?: string;
    readonly result: string;
  }
  const CASES: readonly LeftCase[] = [
    { name: 'the same rejects on', mode: 'reject', result: '2 triggers, told' },
    { name: 'one that leaves rows out does so no longer', mode: 'skip', result: '0 triggers, told' },
    {
      name: 'one that knows less of the table, another unique key say, goes',
      mode: 'reject',
      meanwhile: 'alter table t add code text unique',
      result: '0 triggers, told',
    },
    {
      name: 'one of a table that was dropped goes',
      mode: 'skip',
      meanwhile: `drop table t; ${ANEW}`,
      result: '0 triggers, told',
    },
    {
      name: 'one of a table that was renamed goes',
      mode: 'skip',
      meanwhile: `alter table t rename to was; ${ANEW}`,
      result: '0 triggers, told',
    },
  ];

  test.each(CASES)('$name', async ({ mode, meanwhile, result }) => {
    await leaveFence(mode);
    if (meanwhile) await db.sql.unsafe(meanwhile);
    expect(await insertDuringBuild()).toBe(result);
  });
});

test('a fence is up when its triggers are, on the very table, and fire', async () => {
  await asRun(db, {}, async (run) => {
    const { key, build } = await resolveRule(run, RULE);
    const states: boolean[] = [];
    const state = async (): Promise<number> => states.push(await isFenceUp(run.session, build));
    await putUpFence(run, build, key, 'reject');
    await state();
    await db.sql.unsafe('alter table t disable trigger all');
    await state();
    await putUpFence(run, build, key, 'reject');
    await state();
    await db.sql.unsafe('drop table t; create table t (id int primary key, k text)');
    await state();
    await putUpFence(run, build, key, 'reject');
    await state();
    expect(states).toEqual([true, false, true, false, true]);
  });
  await expectNoDebris(db.sql);
});

test.each([
  ['reject', /a fence rejects copies for index wanted/],
  ['skip', /a fence silently leaves out rows that would be copies, for index wanted/],
] as const)('doctor says what a fence does: %s', async (mode, told) => {
  await leaveFence(mode);
  const { findings } = await doctor(await makeContext(db));
  expect(findings.map(({ message }) => message)).toContainEqual(expect.stringMatching(told));
});
