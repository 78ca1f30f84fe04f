import { beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { LOCK_CLASS } from '../../../src/sql/lock-class.ts';
import { FIRST_LOCK } from '../../../src/sql/own-schema.ts';
import { type TestDatabase, useDatabase } from '../../support/database.ts';
import { until, waiting } from '../online/climb.ts';
import { cleanDatabase, column, expectNoDebris, expectOk, makeRule } from './project.ts';

const db = useDatabase();
const neighbour = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

describe('a lock that another session holds', () => {
  const SETUP = `create table t (id int primary key, k int); insert into t values (1, 1), (2, 1), (3, 2), (4, 2)`;

  test.each(['locked', 'online'] as const)(
    'is named when the retries ran out, and nothing is lost (%s)',
    async (strategy) => {
      const { sql } = db;
      await sql.unsafe(SETUP);
      const holder = await db.open().reserve();
      await holder.unsafe(`set application_name = 'the holder'; begin; update t set k = k where id = 4`);
      const [pid] = await holder.unsafe('select pg_backend_pid() as pid');
      const project = await makeRule(
        db,
        { table: 't', key: ['k'] },
        { strategy, lockTimeoutMs: 50, lockRetries: 2, batchSize: 1 },
      );
      const report = await project.migrate();
      expect(report.exitCode).toBe(4);
      expect(report.findings[0]).toMatchObject({
        code: 'MSGDB_LOCK_TIMEOUT',
        message: expect.stringMatching(
          new RegExp(`3 attempts; held by pid ${pid?.pid} \\(the holder, idle in transaction`),
        ),
      });
      await expectNoDebris(sql);
      await holder.unsafe('commit');
      holder.release();
      expectOk(await project.migrate());
      expect(await column(sql, 'select id from t order by 1')).toEqual(['1', '3']);
      expectOk(await project.rollback());
      expect(await column(sql, 'select id from t order by 1')).toEqual(['1', '2', '3', '4']);
    },
  );

  test('is waited for when it ends in time, and writers do not queue behind msgdb for long', async () => {
    const { sql } = db;
    await sql.unsafe(SETUP);
    const holder = await db.open().reserve();
    await holder.unsafe('begin; update t set k = k where id = 4');
    const settings = { strategy: 'locked', lockTimeoutMs: 200, lockRetries: 100 } as const;
    const project = await makeRule(db, { table: 't', key: ['k'] }, settings);
    const migrating = project.migrate();
    await until(async () => (await column(sql, waiting('msgdb: %'))).length > 0);
    // Behind one that waited for the holder it would not come to an end: the holder stays until it has.
    await sql.unsafe(`set lock_timeout = '20s'; insert into t values (9, 9); reset lock_timeout`);
    await holder.unsafe('commit');
    holder.release();
    expectOk(await migrating);
  });

  test('a row that is copied while the table is being locked is seen: the snapshot is younger than the lock', async () => {
    const { sql } = db;
    await sql.unsafe(SETUP);
    const holder = await db.open().reserve();
    await holder.unsafe('begin; insert into t values (5, 1), (6, 7)');
    const project = await makeRule(
      db,
      { table: 't', key: ['k'], limit: { losers: 10 } },
      { strategy: 'locked', lockTimeoutMs: 60_000 },
    );
    const migrating = project.migrate();
    await until(async () => (await column(sql, waiting('msgdb: %'))).length > 0);
    await holder.unsafe('commit');
    holder.release();
    expectOk(await migrating);
    expect(await column(sql, 'select id from t order by 1')).toEqual(['1', '3', '6']);
  });
});

/** 100 groups of two. */
const TABLE = `create table t (id int primary key, k int); insert into t select n, n % 100 from generate_series(1, 200) n`;

/** Keeps every run from removing groups beyond the first ten or so, until it is released. */
async function holdBatches(sql: TestDatabase['sql']): Promise<{ release(): Promise<unknown> }> {
  await sql.unsafe(`
    create function hold() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock_shared(4711); return old; end $$;
    create trigger hold before delete on t for each row when (old.k > 20) execute function hold()`);
  const holder = db.open();
  await holder.unsafe('select pg_advisory_lock(4711)');
  return { release: async () => holder.unsafe('select pg_advisory_unlock(4711)') };
}

async function begun(): Promise<boolean> {
  return (await column(db.sql, 'select count(*) < 200 from t'))[0] === 'true';
}

describe('two runs', () => {
  test('together: one waits, and then finds nothing to do', async () => {
    const { sql } = db;
    await sql.unsafe(TABLE);
    const settings = { strategy: 'online', batchSize: 10, lockWaitMs: 120_000 } as const;
    const project = await makeRule(db, { table: 't', key: ['k'] }, settings);
    const [first, second] = await Promise.all([project.migrate(), project.migrate()]);
    expectOk(first);
    expectOk(second);
    expect(first.applied.length + second.applied.length).toBe(1);
    expect(await column(sql, 'select count(*) from t')).toEqual(['100']);
  });

  test('the wait is bounded, and the error names the one that works, not a run on another database', async () => {
    const { sql } = db;
    await sql.unsafe(TABLE);
    const holder = await holdBatches(sql);
    // So many that one of them would come first among the holders, whatever the order of pg_locks.
    await Promise.all(
      Array.from(
        { length: 12 },
        async () => neighbour.open()`select pg_advisory_lock_shared(${LOCK_CLASS}, ${FIRST_LOCK})`,
      ),
    );
    const slow = await makeRule(db, { table: 't', key: ['k'] }, { strategy: 'online', batchSize: 10 });
    const working = slow.migrate();
    await until(begun);
    const [pid] = await column(
      sql,
      `select pid from pg_stat_activity
        where datname = current_database() and application_name = 'msgdb: migrate (run lock)'`,
    );
    const hasty = await makeRule(db, { table: 't', key: ['k'] }, { lockWaitMs: 100 });
    await expect(hasty.migrate()).rejects.toMatchObject({
      code: 'MSGDB_RUN_LOCKED',
      exitCode: 4,
      message: expect.stringContaining(`pid ${pid}, msgdb: migrate (run lock)`),
    });
    await holder.release();
    expectOk(await working);
  });
});

describe('sessions that end', () => {
  test.each(['msgdb: migrate', 'msgdb: migrate (run lock)'])(
    '%s is terminated: reported as such, and the next run completes',
    async (application) => {
      const { sql } = db;
      await sql.unsafe(TABLE);
      const holder = await holdBatches(sql);
      const project = await makeRule(db, { table: 't', key: ['k'] }, { strategy: 'online', batchSize: 10 });
      const migrating = project.migrate().catch((error: unknown) => error);
      await until(begun);
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${application} and datname = current_database()`;
      await holder.release();
      const ended = (await migrating) as { findings?: { code: string }[]; code?: string };
      expect(ended.code ?? ended.findings?.[0]?.code).toBe('MSGDB_CONNECTION_LOST');
      expectOk(await project.migrate());
      expect(await column(sql, 'select count(*) from t')).toEqual(['100']);
      await expectNoDebris(sql);
      expectOk(await project.rollback());
      expect(await column(sql, 'select count(*) from t')).toEqual(['200']);
    },
  );

  test('an interruption stops at a safe point, and the next run completes', async () => {
    const { sql } = db;
    await sql.unsafe(TABLE);
    const stop = new AbortController();
    const project = await makeRule(db, { table: 't', key: ['k'] }, { strategy: 'online', batchSize: 5 });
    const emit = (event: RunEvent) => {
      if (event.kind === 'progress') stop.abort();
    };
    const context = { ...project.context, signal: stop.signal, emit };
    const migrating = migrate(context, { dryRun: false, allowOutOfOrder: false });
    const report = await migrating;
    expect(report.findings[0]?.code).toBe('MSGDB_INTERRUPTED');
    await expectNoDebris(sql);
    expectOk(await project.migrate());
    expect(await column(sql, 'select count(*) from t')).toEqual(['100']);
  });
});
