import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { doctor } from '../../../src/commands/doctor/doctor.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { status } from '../../../src/commands/status/status.ts';
import { verify } from '../../../src/commands/verify/verify.ts';
import type { Listener } from '../../../src/model/event.ts';
import { exitCodeOf } from '../../../src/model/exit-code.ts';
import { sql } from '../../../src/model/operations/sql-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { statement } from '../../../src/model/statement.ts';
import { readUnfinished } from '../../../src/session/blockers.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { withDatabase, withLogin } from '../../support/database-url.ts';
import { asQueryable } from '../../support/queryable.ts';
import { expectTrueVerdict } from '../../support/verdict.ts';
import { until } from '../online/climb.ts';
import { asRun } from '../online/run.ts';
import { cleanDatabase, column, expectNoDebris, expectOk, makeProjectOf, makeRule, type Project } from './project.ts';

const db = useDatabase();
const WORK_TABLES = `select relname from pg_class where relname like 'work%' and relkind = 'r'`;
let project: Project;

/** As a run leaves things that is killed after its last commit. */
beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe('create table t (id int primary key, k int); insert into t values (1, 1), (2, 1)');
  project = await makeRule(db, { table: 't', key: ['k'], limit: { share: 1 } });
  expectOk(await project.migrate());
  await db.sql.unsafe('create unlogged table msgdb.work_staged (grp int)');
});

test('a run with nothing to do clears away what a killed one left', async () => {
  expect((await project.migrate()).summary).toContain('nothing to do');
  await expectNoDebris(db.sql);
  expectOk(await project.rollback());
  await db.sql.unsafe('create unlogged table msgdb.work_staged (grp int)');
  expect((await project.rollback()).summary).toContain('nothing to do');
  await expectNoDebris(db.sql);
});

test('so does dedupe, asked to go on or not', async () => {
  for (const yes of [true, false]) {
    await db.sql.unsafe('create unlogged table if not exists msgdb.work_staged (grp int)');
    const rule = uniqueKey({ table: 't', key: ['k'] });
    const report = await dedupe(await makeContext(db), { dryRun: false, yes, samples: 0, rule });
    expect(report.summary).toContain('nothing to do');
    await expectNoDebris(db.sql);
  }
});

test('what another run is working with is left alone, and not waited for', async () => {
  await asRun(db, {}, async () => {
    await db.sql.unsafe('create unlogged table msgdb.work_staged (grp int)');
    expect((await project.migrate()).summary).toContain('nothing to do');
    expect(await column(db.sql, WORK_TABLES)).toEqual(['work_staged']);
  });
  await expectNoDebris(db.sql);
});

test('what somebody reads is not waited for without end, and a function that lost its comment is nobody’s fence', async () => {
  await db.sql.unsafe('create function msgdb.fence_0123456789() returns int language sql as $$ select 1 $$');
  const reader = db.open();
  await reader.unsafe('begin; select count(*) from msgdb.work_staged');
  const told: string[] = [];
  const context = await makeContext(db, {
    migrationsDir: project.context.migrationsDir,
    settings: { lockTimeoutMs: 50, lockRetries: 1 },
    emit: (event) => {
      if (event.kind === 'note') told.push(event.message);
    },
  });
  const report = await migrate(context, { dryRun: false, allowOutOfOrder: false });
  expect(report.summary).toContain('nothing to do');
  expect(told).toEqual([expect.stringMatching(/^work tables could not be removed, and the next run tries again/)]);
  await reader.unsafe('rollback');
});

test('a run that is refused touches nothing', async () => {
  const edited = `export default { summary: 'x', up: [{ kind: 'sql', up: 'select 1' }] }`;
  await writeFile(join(project.context.migrationsDir, '0001-the-test.mjs'), edited);
  const report = await project.migrate();
  expect([report.summary, ...report.findings.map(({ code }) => code)]).toEqual([
    'nothing was done',
    'MSGDB_MIGRATION_EDITED',
  ]);
  expect(await column(db.sql, WORK_TABLES)).toEqual(['work_staged']);
});

test('what another run applied while it was waited for is not done again, and said so', async () => {
  await db.sql.unsafe(`update msgdb.migrations set state = 'failed'`);
  let waits = (): void => undefined;
  const waiting = new Promise<void>((resolve) => {
    waits = resolve;
  });
  const context = await makeContext(db, {
    migrationsDir: project.context.migrationsDir,
    emit: ({ kind }) => {
      if (kind === 'waiting') waits();
    },
  });
  const second = await asRun(db, {}, async () => {
    const promise = migrate(context, { dryRun: false, allowOutOfOrder: false });
    await waiting;
    await db.sql.unsafe(`update msgdb.migrations set state = 'done'`);
    return { promise };
  });
  const report = await second.promise;
  expect(report).toMatchObject({
    summary: 'nothing to do: another run has applied 1 migration meanwhile',
    applied: [],
    pending: [],
    runId: null,
    verdict: 'ok',
  });
  expectTrueVerdict(report, { 'migration meanwhile': 1 });
});

describe('a migration that is recorded as running', () => {
  const RUNNING = `update msgdb.migrations set state = 'running'`;

  test('is interrupted where no run holds the run lock: a finding of status and doctor, until migrate has gone through', async () => {
    await db.sql.unsafe(RUNNING);
    const [look, health] = [await status(project.context, { exitCode: false }), await doctor(project.context)];
    expect([look.migrations[0]?.state, look.verdict, exitCodeOf(look)]).toEqual(['interrupted', 'findings', 1]);
    expect(expectTrueVerdict(look)).toContain('0 of 1 migration applied, 0 pending, 1 interrupted');
    expect(look.findings.map(({ message, fix }) => `${message} ${fix}`)).toEqual([
      '0001-the-test was interrupted and is not applied: it is recorded as running, but no run is working. Run `msgdb migrate`: it does what is left; or undo what was done with `msgdb rollback`.',
    ]);
    expect(health.findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(/^MSGDB_LEFT_BEHIND .*migration 0001-the-test is recorded as running, but no run is work/),
      expect.stringMatching(/^MSGDB_LEFT_BEHIND .*work tables work_staged in schema msgdb/),
    ]);
    expectTrueVerdict(health);
    expect((await status(project.context, { exitCode: true })).findings).toHaveLength(1);
    expectOk(await project.migrate());
    expect(exitCodeOf(await status(project.context, { exitCode: false }))).toBe(0);
    expect((await doctor(project.context)).findings).toEqual([]);
  });

  test('is interrupted too where its file is gone', async () => {
    await db.sql.unsafe(RUNNING);
    await rm(join(project.context.migrationsDir, '0001-the-test.mjs'));
    const [told] = (await status(project.context, { exitCode: false })).findings;
    expect(told?.fix).toBe('Restore its file from version control, then run `msgdb migrate`.');
  });

  test('is running where a run holds the run lock', async () => {
    await db.sql.unsafe(RUNNING);
    await asRun(db, {}, async () => {
      const look = await status(project.context, { exitCode: true });
      expect(look.migrations[0]?.state).toBe('running');
      expect(look.findings.map(({ message }) => message)).toEqual(['0001-the-test has not been applied.']);
      expect((await doctor(project.context)).findings).toEqual([]);
    });
  });

  test('is for doctor no reason to fail where the history may not be read', async () => {
    await db.sql.unsafe(`${RUNNING}; create role msgdb_looks_on login; grant select on t to msgdb_looks_on`);
    onTestFinished(async () => void (await db.sql.unsafe('drop owned by msgdb_looks_on; drop role msgdb_looks_on')));
    const report = await doctor(await makeContext({ url: withLogin(db.url, 'msgdb_looks_on', '') }));
    expect(report.findings.map(({ code }) => code)).toEqual(['MSGDB_PERMISSION_DENIED']);
  });
});

describe('a rollback that was killed half-way', () => {
  beforeEach(async () => {
    await db.sql.unsafe(`drop table msgdb.work_staged;
      create function die() returns trigger language plpgsql as $$ begin
        perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
      create trigger die after insert on t for each row execute function die()`);
    expect((await project.rollback()).findings).toMatchObject([{ code: 'MSGDB_CONNECTION_LOST' }]);
    await db.sql.unsafe('drop trigger die on t; create unlogged table msgdb.work_staged (grp int)');
    expect(await column(db.sql, `select to_regclass('t_k_key')`)).toEqual([null]);
    expect(await column(db.sql, 'select count(*) from t')).toEqual(['1']);
  });

  test('is said by status, doctor and verify, with the command that completes it, until it is complete', async () => {
    const context = project.context;
    const look = await status(context, { exitCode: false });
    expect(look).toMatchObject({ migrations: [{ state: 'interrupted' }], verdict: 'findings', next: 'msgdb rollback' });
    expect(look.findings.map(({ message, fix }) => `${message} ${fix}`)).toEqual([
      'The rollback of 0001-the-test was interrupted: a part of it may be undone. Run `msgdb rollback`: it undoes what is left; or apply the migration again with `msgdb migrate`.',
    ]);
    const health = await doctor(context);
    expect(health.findings.map(({ code }) => code)).toEqual(['MSGDB_LEFT_BEHIND', 'MSGDB_LEFT_BEHIND']);
    expect(health.findings[0]?.message).toContain(
      'the rollback of migration 0001-the-test is recorded as running, but no run is working',
    );
    for (const { fix } of health.findings) expect(fix).toMatch(/^Run `msgdb rollback` again/);
    const checked = await verify(context, {});
    expect(checked).toMatchObject({ next: 'msgdb rollback', verdict: 'findings' });
    expect(checked.findings).toContainEqual(
      expect.objectContaining({
        message: expect.stringContaining('its rollback has not finished'),
        fix: expect.stringMatching(/^Run `msgdb rollback`/),
      }),
    );
    const done = await project.rollback();
    expectOk(done);
    expect(done.restoredRows).toBe(1);
    expect(await column(db.sql, 'select count(*) from t')).toEqual(['2']);
    expect((await status(context, { exitCode: false })).findings).toEqual([]);
    expect((await doctor(context)).findings).toEqual([]);
    expect((await verify(context, {})).next).toBe('msgdb migrate --dry-run');
    await expectNoDebris(db.sql);
  });

  test('can be turned round: migrate applies what was undone', async () => {
    expectOk(await project.migrate());
    expect(await column(db.sql, `select to_regclass('t_k_key')`)).toEqual(['t_k_key']);
    expect((await status(project.context, { exitCode: true })).findings).toEqual([]);
    expectOk(await project.rollback());
    expect(await column(db.sql, 'select count(*) from t')).toEqual(['2']);
  });
});

test('a rollback that failed is no migration that failed: status says so, and what completes it', async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe('create table t (id int primary key, k int); insert into t values (1, 1), (2, 1)');
  const own = await makeProjectOf(db, [
    sql({ up: 'create table u (id int)', down: 'drop table u' }),
    uniqueKey({ table: 't', key: ['k'], limit: { share: 1 } }),
  ]);
  expectOk(await own.migrate());
  await db.sql.unsafe('create view v as select * from u');
  expect((await own.rollback()).exitCode).toBe(5);
  const look = await status(own.context, { exitCode: false });
  expect(look).toMatchObject({ migrations: [{ state: 'failed' }], next: 'msgdb rollback' });
  expect(look.findings.map(({ message, fix }) => `${message} ${fix}`)).toEqual([
    'The rollback of 0001-the-test failed: a part of it may be undone. Correct the cause, then run `msgdb rollback` again: it undoes what is left; or apply the migration again with `msgdb migrate`.',
  ]);
  await db.sql.unsafe('drop view v');
  expectOk(await own.rollback());
  expect((await status(own.context, { exitCode: false })).findings).toEqual([]);
});

describe('a transaction of a run that is dead, which the server still works on', () => {
  const MAKING = 'begin; create unlogged table msgdb.work_ranked_0 ()';
  const KILLED = 'the server is still working for a run that was killed: pid ';

  /** What a run reports of it; `then` is called when it waits. */
  async function hear(waitMs: number, then: () => Promise<unknown>, work = async () => {}): Promise<readonly string[]> {
    const told: string[] = [];
    const emit: Listener = (event) => {
      if (event.kind === 'note' || event.kind === 'waiting') told.push(event.message);
      if (event.kind === 'waiting') void then();
    };
    await asRun(db, { emit, settings: { lockWaitMs: waitMs, lockTimeoutMs: 50, lockRetries: 0 } }, work);
    return told;
  }

  test('is waited for before anything is made, whatever its session is called', async () => {
    const killed = db.open();
    await killed.unsafe(MAKING);
    const told = await hear(120_000, async () => killed.unsafe('commit'));
    expect(told).toEqual([expect.stringMatching(`^${KILLED}.*idle in transaction.*; waiting for it$`)]);
    await expectNoDebris(db.sql);
  });

  test('is waited for at the end too: an index that waits for its table is about to be there', async () => {
    const [killed, holder] = [db.open(), db.open()];
    const index = 'msgdb_reference_0123456789';
    await killed.unsafe(`set application_name = 'msgdb: building ${index}'`);
    let building: PromiseLike<unknown> = Promise.resolve();
    const told = await hear(
      120_000,
      async () => holder.unsafe('rollback'),
      async () => {
        await holder.unsafe('begin; lock table t in share mode');
        building = killed.unsafe(`create index concurrently ${index} on t (k)`).then(() => undefined);
        const waiting = `select pid from pg_locks where relation = 't'::regclass and not granted`;
        while ((await column(db.sql, waiting)).length === 0) await sleep(5);
      },
    );
    await building;
    expect(told).toEqual([expect.stringMatching(`^${KILLED}.*building ${index}.*; waiting for it$`)]);
    await expectNoDebris(db.sql);
  });

  test('is named with what it may leave, where it takes longer than --lock-wait; the next run removes that', async () => {
    const killed = db.open();
    await killed.unsafe(MAKING);
    const told = await hear(0, async () => {});
    expect(told).toEqual([
      expect.stringMatching(`^work tables in schema msgdb, .* may be left, and the next run removes them: ${KILLED}`),
    ]);
    await killed.unsafe('commit');
    expect((await project.migrate()).summary).toContain('nothing to do');
    await expectNoDebris(db.sql);
  });

  test('is not taken from one that looks, nor from one that a pooler keeps idle', async () => {
    const [looking, idle] = [db.open(), db.open()];
    await idle.unsafe(`set application_name = 'msgdb: building kept_by_a_pooler'; select from t`);
    await looking.unsafe(`set application_name = 'msgdb: find-duplicates'; begin read only; select from t, msgdb.runs`);
    expect(await hear(10_000, async () => {})).toEqual([]);
    await looking.unsafe('rollback');
  });

  test('is seen by a role that may not see what other roles do', async () => {
    const [killed, other] = [db.open(), db.open({ url: (await db.createRole('sees_little')).url })];
    await killed.unsafe(MAKING);
    const found = await readUnfinished(asQueryable(other));
    expect(found.map(({ query }) => query)).toEqual([undefined]);
    await killed.unsafe('rollback');
  });
});

describe('a session that is lost late is not taken for a sweep', () => {
  /** Ends sessions of msgdb's, and comes back when they are gone. */
  const terminate = async (sql: postgres.Sql, name: string) =>
    void (await sql.unsafe(`select pg_terminate_backend(pid, 60000) from pg_stat_activity
                             where datname = current_database() and application_name like '${name}'`));

  test.each([
    ['the one that worked', 'msgdb: test'],
    ['the one that holds the run lock', 'msgdb: test (run lock)'],
    ['all of them', 'msgdb: test%'],
  ])('%s, when the work is done', async (_, name) => {
    const done = await asRun(db, {}, async (run) => {
      await run.session.query(statement('create unlogged table msgdb.work_of_mine ()'));
      await terminate(db.sql, name);
      return 'done';
    });
    expect(done).toBe('done');
    await expectNoDebris(db.sql);
    expect(await column(db.sql, 'select count(*) from msgdb.runs where finished_at is null')).toEqual(['0']);
  });

  test.each(['msgdb: test', 'msgdb: test (run lock)'])('%s, while it sweeps, and again', async (name) => {
    const reader = db.open();
    const waiting = `select count(*) from pg_stat_activity
                      where datname = current_database() and application_name = 'msgdb: test' and wait_event_type = 'Lock'`;
    const running = asRun(db, {}, async (run) => {
      await run.session.query(statement('create unlogged table msgdb.work_of_mine ()'));
      await reader.unsafe('begin; select count(*) from msgdb.work_of_mine');
    });
    try {
      for (let times = 0; times < 2; times += 1) {
        await untilWaiting(waiting);
        await terminate(db.sql, name);
      }
    } finally {
      await reader.unsafe('rollback');
      await running;
    }
    await expectNoDebris(db.sql);
  });

  async function untilWaiting(query: string): Promise<void> {
    await until(async () => (await column(db.sql, query))[0] !== '0');
  }

  test('where no other session can be opened, it says what may be left', async () => {
    const told: string[] = [];
    const outside = db.open({ url: withDatabase(db.url, 'postgres') });
    const emit: Listener = (event) => {
      if (event.kind === 'note') told.push(event.message);
    };
    await asRun(db, { emit }, async (run) => {
      await run.session.query(statement('create unlogged table msgdb.work_of_mine ()'));
      await outside.unsafe(`alter database ${db.name} allow_connections false`);
      await terminate(db.sql, 'msgdb: test%');
    });
    await outside.unsafe(`alter database ${db.name} allow_connections true`);
    expect(told).toEqual([
      expect.stringMatching(
        /^work tables in schema msgdb.* may be left, and the next run removes them: Cannot connect/,
      ),
    ]);
    expect(await column(db.sql, WORK_TABLES)).toEqual(['work_of_mine']);
    await project.migrate();
    await expectNoDebris(db.sql);
  });

  test('a failure of the work is still the one that is reported', async () => {
    const failing = asRun(db, {}, async (run) => {
      await run.session.query(statement('create unlogged table msgdb.work_of_mine ()'));
      await terminate(db.sql, 'msgdb: test');
      throw new Error('the work failed');
    });
    await expect(failing).rejects.toThrow('the work failed');
    await expectNoDebris(db.sql);
  });

  test('of a whole migration, as its last change is committed', async () => {
    await cleanDatabase(db.sql);
    await db.sql.unsafe(CHAIN);
    await (await makeRule(db, { table: 'other', key: ['k'] })).migrate();
    await db.sql.unsafe(`
      create function public.announce() returns trigger language plpgsql as $$ begin perform pg_notify('done', ''); return null; end $$;
      create trigger announce after update on msgdb.migrations for each row when (new.state = 'done') execute function public.announce();
      delete from msgdb.migrations`);
    const listener = db.open();
    let ended: Promise<void> = Promise.resolve();
    await listener.listen('done', () => {
      ended = terminate(db.sql, 'msgdb: migrate%');
    });
    const chain = await makeRule(
      db,
      { table: 'a', key: ['k'], references: MERGING },
      { strategy: 'online', batchSize: 20 },
    );
    const report = await chain.migrate();
    await ended;
    // Told as done, or as a lost connection where the history was still read: there is nothing left either way.
    expect(report.findings.map(({ code }) => code).filter((code) => code !== 'MSGDB_CONNECTION_LOST')).toEqual([]);
    expect(await column(db.sql, 'select state from msgdb.migrations')).toEqual(['done']);
    await expectNoDebris(db.sql);
  });
});

/** Copies whose children are copies in turn, and theirs. */
const CHAIN = `
  create table other (id int primary key, k int);
  create table a (id int primary key, k int);
  create table b (id int primary key, a int references a, n int, unique (a, n));
  create table c (id int primary key, b int references b, n int, unique (b, n));
  insert into a select i, i % 60 from generate_series(0, 119) i;
  insert into b select i, i, 1 from generate_series(0, 119) i;
  insert into c select i, i, 1 from generate_series(0, 119) i`;
const MERGING = [{ table: 'b', column: 'a', kind: 'foreign-key', onCollision: 'merge' }] as const;
