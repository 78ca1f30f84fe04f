import type postgres from 'postgres';
import { beforeEach, describe, expect, test } from 'vitest';
import { putUpFence } from '../../../src/engine/index-build/raise-fence.ts';
import type { UniqueKeyOptions } from '../../../src/model/operations/unique-key.ts';
import type { FenceMode } from '../../../src/sql/fence-body.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectNoDebris } from '../engine/project.ts';
import { until, waiting } from './climb.ts';
import { FENCE_CASES } from './fence-cases.ts';
import { asRun, attempt, resolveRule } from './run.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const RULE: UniqueKeyOptions = { table: 't', key: ['k'], index: 'wanted' };

/** Puts the fence of a rule up, lets the application work, and ends the run, which takes it down. */
async function behindFence(
  rule: UniqueKeyOptions,
  work: (app: postgres.Sql) => Promise<void>,
  mode: FenceMode = 'reject',
): Promise<void> {
  await asRun(db, {}, async (run) => {
    const { key, build } = await resolveRule(run, rule);
    await putUpFence(run, build, key, mode);
    await work(db.open());
  });
  await expectNoDebris(db.sql);
}

describe('which rows a fence takes for copies:', () => {
  test.each(FENCE_CASES)('$name', async ({ setup, rule, does }) => {
    await db.sql.unsafe(setup);
    await behindFence({ ...RULE, ...rule }, async (app) => {
      const results = await attempt(
        app,
        does.map(([statement]) => statement),
      );
      expect(results).toEqual(does.map(([, result]) => result));
    });
  });
});

describe('a fence that leaves rows out', () => {
  test('does so silently, where no other key is in the way; an UPDATE that would make a copy fails', async () => {
    await db.sql.unsafe(`create table t (id int primary key, k text, code text unique, n int);
      insert into t values (1, 'a', 'x', 0)`);
    const work = async (app: postgres.Sql): Promise<void> => {
      expect(
        await attempt(app, [
          `insert into t values (2, 'a', 'y', 0)`,
          `insert into t values (3, 'b', 'z', 0), (4, 'b', 'zz', 0)`,
          // Left out silently, this update would be lost.
          `insert into t values (9, 'a', 'x', 7) on conflict (code) do update set n = excluded.n`,
          `insert into t values (1, 'a', 'w', 7)`,
          `update t set k = 'a' where id = 3`,
        ]),
      ).toEqual(['ok', 'ok', 'ok', '23505', '23505']);
    };
    await behindFence(RULE, work, 'skip');
    expect(await column(db.sql, `select format('%s %s %s', id, k, n) from t order by 1`)).toEqual(['1 a 7', '3 b 0']);
  });

  test('counts NULLs as equal where the index would', async () => {
    await db.sql.unsafe(`create table t (id int primary key, k text); insert into t values (1, null)`);
    const work = async (app: postgres.Sql): Promise<void> => {
      expect(await attempt(app, [`insert into t values (2, null)`, `insert into t values (3, 'a')`])).toEqual([
        'ok',
        'ok',
      ]);
    };
    await behindFence({ ...RULE, nulls: 'not distinct' }, work, 'skip');
    expect(await column(db.sql, `select id from t order by 1`)).toEqual(['1', '3']);
  });
});

test('two sessions that write one key take turns, and the second one’s fate is the first one’s', async () => {
  await db.sql.unsafe(`create table t (id int primary key, k text)`);
  await behindFence(RULE, async (app) => {
    for (const [end, second] of [
      ['rollback', 'ok'],
      ['commit', '23505'],
    ] as const) {
      const first = await db.open().reserve();
      await first.unsafe(`begin; insert into t values (1, '${end}')`);
      const inserting = attempt(app, [`insert into t values (2, '${end}')`]);
      await until(async () => (await column(db.sql, waiting())).length > 0);
      await first.unsafe(end);
      first.release();
      expect(await inserting).toEqual([second]);
      await app.unsafe('delete from t');
    }
  });
});

test('a row that somebody is deleting is waited for, as a unique index would', async () => {
  await db.sql.unsafe(`create table t (id int primary key, k text); insert into t values (1, 'a')`);
  await behindFence(RULE, async (app) => {
    const deleting = await db.open().reserve();
    await deleting.unsafe(`begin; delete from t where id = 1`);
    const inserting = attempt(app, [`insert into t values (2, 'a')`]);
    await until(async () => (await column(db.sql, waiting())).length > 0);
    await deleting.unsafe('commit');
    deleting.release();
    expect(await inserting).toEqual(['ok']);
  });
});

test('a role that may only insert is kept out by the fence without a right to read, with the message of the index', async () => {
  await db.sql.unsafe(`create table t (id int primary key, k text); insert into t values (1, 'a')`);
  const role = await db.createRole('writer', { grants: ['usage on schema public', 'insert on t'] });
  await behindFence(RULE, async () => {
    const app = db.open({ url: role.url });
    expect(await attempt(app, [`insert into t values (2, 'b')`])).toEqual(['ok']);
    await expect(app.unsafe(`insert into t values (3, 'b')`)).rejects.toMatchObject({
      code: '23505',
      constraint_name: 'wanted',
      table_name: 't',
      message: 'duplicate key value violates unique constraint "wanted"',
      detail: 'Key (k)=(b) already exists.',
    });
  });
});

test('a bulk load does not fill the server’s memory for locks', async () => {
  await db.sql.unsafe(`create table t (id int primary key, k text)`);
  await behindFence(RULE, async (app) => {
    await app.unsafe('begin');
    await app.unsafe(`insert into t select n, n from generate_series(1, 5000) n`);
    expect(
      await column(app, `select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`),
    ).toEqual(['1000']);
    await app.unsafe('rollback');
  });
});
