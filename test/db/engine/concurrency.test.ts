import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectNoDebris, expectOk, makeRule } from './project.ts';
import { makeRandom, type Random } from './random.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const RUNS = 30;
const SEED = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);

describe(`writers that go on (TEST_SEED=${SEED})`, () => {
  test.each(Array.from({ length: RUNS }, (_, run) => run))('run %i: laws 1 to 3 hold', async (run) => {
    const random = makeRandom(SEED + run);
    const { sql } = db;
    const groups = random.below(40) + 10;
    await sql.unsafe(`
      create table t (id int primary key, k int, v int, live boolean not null default true);
      create table child (id serial primary key, t_id int not null references t on delete cascade, name int, unique (t_id, name));
      create table log (what text, id int);
      create function note() returns trigger language plpgsql as $$ begin
        if current_setting('application_name') not like 'msgdb%' then
          insert into log values (tg_op, case when tg_op = 'DELETE' then old.id else new.id end); end if; return null; end $$;
      create trigger note after insert or delete on t for each row execute function note();
      insert into t select n, n % ${groups}, n from generate_series(1, ${groups * 3}) n;
      insert into child (t_id, name) select n, n % 3 from generate_series(1, ${groups * 3}) n;
      truncate log`);
    const stop = new AbortController();
    const writers = Array.from({ length: 3 }, (_, place) =>
      write(db.open(), makeRandom(SEED * 31 + run * 7 + place), groups, stop.signal),
    );
    const project = await makeRule(
      db,
      { table: 't', key: ['k'], where: 'live', keep: ['v desc'], index: 'wanted' },
      { strategy: 'online', batchSize: random.below(6) + 1, lockTimeoutMs: 500, lockRetries: 20 },
    );
    await sleep(random.below(20));
    const migrating = project.migrate();
    // Writers stop after a while, so that the build has its chance; the batches have met them by then.
    await sleep(40 + random.below(80));
    stop.abort();
    const tried = (await Promise.all(writers)).reduce((sum, each) => sum + each, 0);
    expect(tried).toBeGreaterThan(0);
    const report = await migrating;
    if (report.verdict !== 'ok') expectOk(await project.migrate());

    // Law 1: every key somebody did not remove himself is still there. A key goes only when writers deleted its rows.
    const [lost] = await column(
      sql,
      `
      with ever as (select id, k from t union select id, k from ${await archiveOf(sql, 't')} where msgdb_image = 'removed')
      select count(*) from ever e
       where not exists (select from t where t.k = e.k) and not exists (select from log where what = 'DELETE' and id in (select id from ever x where x.k = e.k))`,
    );
    expect(lost).toBe('0');
    // Law 2: each row that came is in the table, in the archive, or was deleted by a writer.
    const [vanished] = await column(
      sql,
      `
      with came as (select generate_series(1, ${groups * 3}) as id union select id from log where what = 'INSERT')
      select count(*) from came c where not exists (select from t where t.id = c.id)
         and not exists (select from ${await archiveOf(sql, 't')} a where a.id = c.id and msgdb_image = 'removed')
         and not exists (select from log where what = 'DELETE' and log.id = c.id)`,
    );
    expect(vanished).toBe('0');
    // Law 3: the rule is true, and rows outside it were not touched.
    expect(
      await column(sql, `select count(*) from (select from t where live group by k having count(*) > 1) x`),
    ).toEqual(['0']);
    expect(
      await column(sql, `select count(*) from ${await archiveOf(sql, 't')} where msgdb_image = 'removed' and not live`),
    ).toEqual(['0']);
    expect(await column(sql, `select count(*) from child where t_id not in (select id from t)`)).toEqual(['0']);
    await expectNoDebris(sql);
    expectOk(await project.verify());
  });
});

async function archiveOf(sql: postgres.Sql, table: string): Promise<string> {
  const [name] = await column(sql, `select name from msgdb.archives where source_table = '${table}'`);
  return `msgdb."${name}"`;
}

/** Does what an application does, at random, until it is told to stop; gives how many statements succeeded. */
async function write(client: postgres.Sql, random: Random, groups: number, stop: AbortSignal): Promise<number> {
  let done = 0;
  const anyRow = `(select id from t where k = ${'$1'} order by v limit 1 offset $2)`;
  while (!stop.aborted) {
    const k = random.below(groups);
    const offset = random.below(3);
    const id = 10_000 + random.below(1_000_000_000);
    const choice = random.below(8);
    try {
      if (choice <= 1) await client.unsafe('insert into t values ($2, $1, $3)', [k, id, random.below(500)]);
      else if (choice === 2)
        await client.unsafe(`update t set v = $3 where id = ${anyRow}`, [k, offset, random.below(500)]);
      else if (choice === 3)
        await client.unsafe(`update t set k = $3 where id = ${anyRow}`, [k, offset, random.below(groups)]);
      else if (choice === 4) await client.unsafe(`delete from t where id = ${anyRow}`, [k, offset]);
      else if (choice === 5)
        await client.unsafe(`insert into child (t_id, name) select id, $3::int from t where id = ${anyRow}`, [
          k,
          offset,
          random.below(6),
        ]);
      else if (choice === 6) await client.unsafe(`update t set live = not live where id = ${anyRow}`, [k, offset]);
      else await client.unsafe('vacuum t');
      done += 1;
    } catch (error) {
      const { code } = error as { code?: string };
      // Only what a unique index, a foreign key, a deadlock or a cancelled vacuum may say.
      if (!['23505', '23503', '40P01', '57014', '55P03'].includes(code ?? '')) throw error;
    }
  }
  return done;
}

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
    const project = await makeRule(db, { table: 't', key: ['k'] }, { strategy: 'locked', lockTimeoutMs: 50 });
    const migrating = project.migrate();
    await sleep(150);
    const started = performance.now();
    await sql.unsafe('insert into t values (9, 9)');
    expect(performance.now() - started).toBeLessThan(400);
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
      { strategy: 'locked', lockTimeoutMs: 5_000 },
    );
    const migrating = project.migrate();
    await sleep(400);
    await holder.unsafe('commit');
    holder.release();
    expectOk(await migrating);
    expect(await column(sql, 'select id from t order by 1')).toEqual(['1', '3', '6']);
  });
});

describe('two runs', () => {
  test('together: one waits, and then finds nothing to do', async () => {
    const { sql } = db;
    await sql.unsafe(
      `create table t (id int primary key, k int); insert into t select n, n % 300 from generate_series(1, 600) n`,
    );
    const project = await makeRule(db, { table: 't', key: ['k'] }, { strategy: 'online', batchSize: 10 });
    const [first, second] = await Promise.all([project.migrate(), project.migrate()]);
    expectOk(first);
    expectOk(second);
    expect(first.applied.length + second.applied.length).toBe(1);
    expect(await column(sql, 'select count(*) from t')).toEqual(['300']);
  });

  test('the wait is bounded, and the error names the one that works', async () => {
    const { sql } = db;
    await sql.unsafe(
      `create table t (id int primary key, k int); insert into t select n, n % 300 from generate_series(1, 600) n`,
    );
    const slow = await makeRule(
      db,
      { table: 't', key: ['k'] },
      { strategy: 'online', batchSize: 10, batchDelayMs: 50 },
    );
    const working = slow.migrate();
    await sleep(300);
    const hasty = await makeRule(db, { table: 't', key: ['k'] }, { lockWaitMs: 100 });
    await expect(hasty.migrate()).rejects.toMatchObject({
      code: 'MSGDB_RUN_LOCKED',
      exitCode: 4,
      message: expect.stringMatching(/pid \d+, msgdb: migrate \(run lock\)/),
    });
    expectOk(await working);
  });
});

describe('sessions that end', () => {
  test.each(['msgdb: migrate', 'msgdb: migrate (run lock)'])(
    '%s is terminated: told as such, and the next run completes',
    async (application) => {
      const { sql } = db;
      await sql.unsafe(
        `create table t (id int primary key, k int); insert into t select n, n % 300 from generate_series(1, 600) n`,
      );
      const project = await makeRule(
        db,
        { table: 't', key: ['k'] },
        { strategy: 'online', batchSize: 10, batchDelayMs: 20 },
      );
      const migrating = project.migrate().catch((error: unknown) => error);
      await sleep(400);
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${application} and datname = current_database()`;
      const ended = (await migrating) as { findings?: { code: string }[]; code?: string };
      expect(ended.code ?? ended.findings?.[0]?.code).toBe('MSGDB_CONNECTION_LOST');
      expectOk(await project.migrate());
      expect(await column(sql, 'select count(*) from t')).toEqual(['300']);
      await expectNoDebris(sql);
      expectOk(await project.rollback());
      expect(await column(sql, 'select count(*) from t')).toEqual(['600']);
    },
  );

  test('an interruption stops at a safe point, and the next run completes', async () => {
    const { sql } = db;
    await sql.unsafe(
      `create table t (id int primary key, k int); insert into t select n, n % 300 from generate_series(1, 600) n`,
    );
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
    expect(await column(sql, 'select count(*) from t')).toEqual(['300']);
  });
});
