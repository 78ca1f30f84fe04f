import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Context } from '../../../src/commands/context/context.ts';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { type EmbeddedServer, startEmbedded } from '../../../src/embedded/index.ts';
import { limitTime } from '../../../src/library/limit-time.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { sql as sql_ } from '../../../src/model/operations/sql-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { statement } from '../../../src/model/statement.ts';
import { openSession } from '../../../src/session/open-session.ts';
import { makeContext } from '../../support/context.ts';
import { connect, withLogin } from '../../support/database-url.ts';
import { testCacheDirectory } from '../../support/server-binaries.ts';
import { makeProjectOf } from './project.ts';

const DELAY_MS = 800;
const RULE = uniqueKey({ table: 't', key: ['k'], limit: { share: 1 } });
const OPTIONS = { rule: RULE, dryRun: false, yes: true, samples: 0 };
const SETTINGS = { strategy: 'online', batchSize: 10, maxReplicaLagMs: 100 } as const;

let directory: string;
let primary: EmbeddedServer;
let standby: EmbeddedServer;
let sql: postgres.Sql;
let replica: postgres.Sql;

/** A primary and a streaming standby. */
beforeAll(async () => {
  primary = await startEmbedded({ cacheDirectory: testCacheDirectory });
  sql = connect(primary.url);
  directory = await mkdtemp(join(tmpdir(), 'standby-'));
  await chmod(directory, 0o755);
  standby = await startStandby();
  replica = connect(standby.url);
});

afterAll(async () => {
  await Promise.all([sql?.end(), replica?.end()]);
  await standby?.stop();
  await primary?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** 400 rows in 100 groups; and the standby has replayed all there is. */
beforeEach(async () => {
  await sql.unsafe(`drop schema if exists msgdb cascade; drop table if exists t; create table t (id int primary key, k int);
    insert into t select n, n % 100 from generate_series(1, 400) n`);
  for (let same = false; !same; await sleep(20)) {
    const [row] = await sql`select count(*) as same from pg_stat_replication where replay_lsn = pg_current_wal_lsn()`;
    same = row?.same === '1';
  }
});

/** The server binaries have no pg_basebackup: the copy is made as it would make it. */
async function startStandby(): Promise<EmbeddedServer> {
  const data = join(directory, 'data');
  await sql`select pg_backup_start('standby', true)`;
  execFileSync('cp', ['-a', primary.dataDirectory, data]);
  const [stopped] = await sql`select labelfile from pg_backup_stop(false)`;
  await rm(join(data, 'postmaster.pid'));
  const { uid, gid } = await stat(data);
  for (const [file, text] of [
    ['backup_label', String(stopped?.labelfile)],
    ['standby.signal', ''],
  ] as const) {
    await writeFile(join(data, file), text);
    await chown(join(data, file), uid, gid);
  }
  const host = new URLSearchParams(primary.url.split('?')[1]).get('host');
  return await startEmbedded({
    directory,
    cacheDirectory: testCacheDirectory,
    settings: { primary_conninfo: `host=${host} port=5432 user=postgres`, wal_receiver_status_interval: '1s' },
  });
}

/** Dedupes, and says how often and why the batches waited. */
async function dedupeWatched(settings: Partial<Context['settings']>, onWait: () => void = () => {}) {
  const waits: string[] = [];
  const emit = (event: RunEvent): void => {
    if (event.kind !== 'waiting') return;
    waits.push(event.message);
    onWait();
  };
  const context = await makeContext(primary, { settings: { ...SETTINGS, ...settings }, emit });
  const started = performance.now();
  const report = await dedupe(context, OPTIONS);
  expect(report).toMatchObject({ findings: [], targets: [{ deleted: 300 }] });
  return { waits, tookMs: performance.now() - started };
}

test('batches wait while a standby is further behind than --max-replica-lag allows, and go on when it is not', async () => {
  await replica.unsafe(`alter system set recovery_min_apply_delay = '${DELAY_MS}ms'`);
  await replica`select pg_reload_conf()`;
  const { waits, tookMs } = await dedupeWatched({ jobs: 2 });
  await replica.unsafe('alter system reset recovery_min_apply_delay');
  await replica`select pg_reload_conf()`;
  expect(waits[0]).toMatch(/^a replica is \d+\.\d s behind; waiting until it is at most 0\.1 s$/);
  expect(tookMs).toBeGreaterThan(DELAY_MS);
});

test('a standby that had caught up and then replays nothing is behind', async () => {
  await replica`select pg_wal_replay_pause()`;
  try {
    const { waits } = await dedupeWatched({ batchDelayMs: 20 }, () => {
      setTimeout(() => replica`select pg_wal_replay_resume()`.then(), 300);
    });
    expect(waits.length).toBeGreaterThan(0);
  } finally {
    await replica`select pg_wal_replay_resume()`;
  }
});

test('a standby that stays behind ends the command where its time is limited, and the next one goes on', async () => {
  await replica`select pg_wal_replay_pause()`;
  const context = await makeContext(primary, { settings: SETTINGS });
  const ended = await dedupe({ ...context, ...limitTime(context, 2_500) }, OPTIONS).catch((error: unknown) => error);
  await replica`select pg_wal_replay_resume()`;
  expect(JSON.stringify(ended)).toContain('MSGDB_TIMEOUT');
  expect(await dedupe(await makeContext(primary, { settings: { strategy: 'online' } }), OPTIONS)).toMatchObject({
    findings: [],
  });
  expect(await sql`select count(*)::int as rows from t`).toEqual([{ rows: 100 }]);
});

test('a standby that keeps up, or may be as far behind as it is, holds nothing up', async () => {
  expect((await dedupeWatched({ maxReplicaLagMs: 60_000 })).waits).toEqual([]);
});

test('a role that may not see replicas learns what to grant, before a row is removed', async () => {
  await sql.unsafe(`create role clerk login; grant create on database postgres to clerk; alter table t owner to clerk;
    grant all on schema public to clerk`);
  const context = await makeContext({ url: withLogin(primary.url, 'clerk', '') }, { settings: SETTINGS });
  expect(await dedupe(context, OPTIONS)).toMatchObject({
    exitCode: 3,
    findings: [{ code: 'MSGDB_PERMISSION_DENIED', fix: expect.stringContaining('grant pg_monitor to "clerk"') }],
  });
  expect(await sql`select count(*)::int as rows from t`).toEqual([{ rows: 400 }]);
  await sql`grant pg_monitor to clerk`;
  expect(await dedupe(context, OPTIONS)).toMatchObject({ findings: [], targets: [{ deleted: 300 }] });
});

test('a streaming standby shows the whole plan, what comes after SQL too, and says where it can be done', async () => {
  const up = [sql_({ up: 'alter table t add note text; update t set k = k / 2' }), RULE];
  const there = await makeProjectOf(standby, up);
  const here = { ...there.context, database: (await makeContext(primary)).database };
  const [seen, expected] = [
    await migrate(there.context, { dryRun: true, allowOutOfOrder: false }),
    await migrate(here, { dryRun: true, allowOutOfOrder: false }),
  ];
  expect(seen.plan.map(({ steps }) => steps)).toEqual(expected.plan.map(({ steps }) => steps));
  expect(JSON.stringify(seen.plan)).toContain('Remove 350 excess rows in 50 groups from t');
  expect(expected.findings).toEqual([]);
  expect(seen).toMatchObject({ verdict: 'findings', findings: [{ message: expect.stringContaining('is a standby') }] });
  expect(seen.exitCode).toBeUndefined();
});

test('of several hosts the one that target_session_attrs asks for is taken, a real standby too', async () => {
  const folders = [primary, standby].map(({ url }) => new URLSearchParams(url.split('?')[1]).get('host') ?? '');
  const among = async (attrs: string): Promise<boolean> => {
    const url = `postgresql://postgres@/postgres?host=${folders.map(encodeURIComponent).join(',')}&target_session_attrs=${attrs}`;
    const { database } = await makeContext({ url });
    if (database.kind !== 'url') throw new Error('a URL was given');
    const session = await openSession(database.target, { purpose: 'hosts' });
    const [row] = await session.query(statement('select pg_is_in_recovery() as standby'));
    await session.close();
    return row?.standby === true;
  };
  expect([await among('standby'), await among('prefer-standby'), await among('read-only')]).toEqual([true, true, true]);
  expect([await among('primary'), await among('read-write'), await among('any')]).toEqual([false, false, false]);
});
