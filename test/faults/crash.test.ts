import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { dedupe } from '../../src/commands/dedupe/dedupe.ts';
import { migrate } from '../../src/commands/migrate/migrate.ts';
import { uniqueKey } from '../../src/model/operations/unique-key.ts';
import {
  cleanDatabase,
  column,
  expectNoDebris,
  expectOk,
  expectSecondRunDoesNothing,
  makeRule,
  type Project,
  readImages,
} from '../db/engine/project.ts';
import { makeRandom } from '../db/engine/random.ts';
import { makeContext } from '../support/context.ts';
import { useDatabase } from '../support/database.ts';
import { FULL } from '../support/form.ts';
import type { Order } from './worker.ts';

const db = useDatabase();
const SEED = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);
const random = makeRandom(SEED);
const GROUPS = 300;
const SMALL_BATCH = 6;
const RULE = {
  table: 't',
  key: ['k'],
  index: 'wanted',
  keep: ['id'],
  merge: { n: 'sum' },
} as const;

/** Kills that come at some time, and kills that come when the step that is named has begun. */
const KILLS = [
  ...Array.from({ length: FULL ? 9 : 5 }, () => 'any time'),
  ...Array.from({ length: FULL ? 5 : 2 }, () => 'Build unique index'),
];

let before: Awaited<ReturnType<typeof readImages>>;
let next: Promise<Worker>;

beforeAll(() => {
  next = startWorker();
});

afterAll(async () => (await next).kill());

beforeEach(async () => {
  const { sql } = db;
  await cleanDatabase(sql);
  await sql.unsafe(`
    create table t (id int primary key, k int, n int);
    create table child (id int primary key, t_id int not null references t on delete cascade, name int, unique (t_id, name));
    insert into t select n, n % ${GROUPS}, 1 from generate_series(1, ${GROUPS * 3}) n;
    insert into child select n, n, n % 2 from generate_series(1, ${GROUPS * 3}) n;
    analyze`);
  before = await readImages(sql);
});

describe(`a process that is killed (TEST_SEED=${SEED})`, () => {
  test.each(KILLS.map((when, place) => [place, when] as const))(
    'SIGKILL %i, %s: the next run completes, and undo is exact',
    async (place, when) => {
      const project = await makeRule(db, RULE, { strategy: 'online' });
      const worker = await takeWorker();
      worker.begin(orderOf(project, 'migrate'));
      if (when !== 'any time') await worker.said(when);
      await sleep(when === 'any time' ? random.below(1200) : random.below(25));
      await worker.kill();
      await expectCompleted(project);
      if (place % 4 === 0 || when !== 'any time') await expectUndone(project);
    },
  );

  test.each([0, 1, 2])('SIGKILL %i during the undo: the next rollback completes it', async () => {
    const project = await makeRule(db, RULE, { strategy: 'online', batchSize: 100 });
    expectOk(await project.migrate());
    const worker = await takeWorker();
    worker.begin(orderOf(project, 'rollback'));
    await worker.said(/Drop|Restore/);
    await sleep(random.below(400));
    await worker.kill();
    await expectUndone(project);
  });
});

describe('a server process that is terminated', () => {
  test.each([0, 1, 2])('pg_terminate_backend %i: the next run completes', async () => {
    const project = await makeRule(db, RULE, { strategy: 'online' });
    const slow = { ...project.context, settings: { ...project.context.settings, batchSize: SMALL_BATCH } };
    const migrating = migrate(slow, { dryRun: false, allowOutOfOrder: false }).catch((error: unknown) => error);
    await sleep(random.below(1000));
    await db.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
       where application_name like 'msgdb: %' and datname = current_database()`;
    await migrating;
    await expectCompleted(project);
  });
});

test('whenever its sessions are terminated, a command ends by itself, and soon', async () => {
  const { sql } = db;
  for (let wait = 0; wait < 120; wait += 5) {
    await cleanDatabase(sql);
    await sql`create table t as select n as id, n % 20 as k, 1 as n from generate_series(1, 60) as n`;
    const project = await makeRule(db, RULE, { strategy: 'online', batchSize: 5 });
    const migrating = project.migrate().then(
      () => 'ended',
      () => 'ended',
    );
    await sleep(wait);
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
       where application_name like 'msgdb: %' and datname = current_database()`;
    const ending = await Promise.race([migrating, sleep(4_000).then(() => 'hanging')]);
    expect({ wait, ending }).toEqual({ wait, ending: 'ended' });
  }
});

test('a build that outlives its killed client is waited for, and then made use of or cleared away', async () => {
  const { sql } = db;
  const project = await makeRule(db, RULE, { strategy: 'online' });
  const old = await db.open().reserve();
  const worker = await takeWorker();
  await old.unsafe('begin isolation level repeatable read; select from child');
  worker.begin({ ...orderOf(project, 'migrate'), batchSize: 1000 });
  await worker.said('Build unique index');
  for (;;) {
    const [row] =
      await sql`select count(*)::int as builds from pg_stat_progress_create_index where phase like 'waiting%'`;
    if (row?.builds === 1) break;
    await sleep(5);
  }
  await worker.kill();
  setTimeout(() => void old.unsafe('commit').then(() => old.release()), 1000);
  await expectCompleted(project);
  await expectUndone(project);
});

test('a commit that outlives its killed client is waited for and swept, also by a command with nothing to do', async () => {
  const { sql } = db;
  const project = await makeRule(db, RULE, { strategy: 'online' });
  await sql.unsafe(`
    create function public.hold() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock(4711); return null; end $$;
    create constraint trigger hold after delete on t deferrable initially deferred for each row execute function hold()`);
  const holder = db.open();
  await holder.unsafe('select pg_advisory_lock(4711)');
  const worker = await takeWorker();
  worker.begin(orderOf(project, 'migrate'));
  while ((await column(sql, 'select pid from pg_locks where objid = 4711 and not granted')).length === 0)
    await sleep(5);
  await worker.kill();
  const told: string[] = [];
  const context = await makeContext(db, {
    emit: (event) => {
      if (event.kind !== 'waiting') return;
      told.push(event.message);
      void holder.unsafe('select pg_advisory_unlock(4711)').then(() => undefined);
    },
  });
  const rule = uniqueKey({ table: 'child', key: ['id'] });
  expect((await dedupe(context, { dryRun: false, yes: true, samples: 0, rule })).summary).toContain('nothing to do');
  await expectNoDebris(sql);
  expect(told).toEqual([
    expect.stringMatching(
      /^the server is still working for a run that was killed: pid \d+ \(msgdb: .*; waiting for it$/,
    ),
  ]);
  await expectCompleted(project);
});

function orderOf(project: Project, command: Order['command']): Order {
  return { url: db.url, migrationsDir: project.context.migrationsDir, command, batchSize: SMALL_BATCH };
}

async function expectCompleted(project: Project): Promise<void> {
  const { sql } = db;
  expectOk(await project.migrate());
  expect(await column(sql, 'select count(*) from t where id > ' + GROUPS)).toEqual(['0']);
  expect(await column(sql, "select count(*) || '-' || sum(n) from t")).toEqual([`${GROUPS}-${GROUPS * 3}`]);
  const [archive] = await column(sql, `select name from msgdb.archives where source_table = 't'`);
  expect(
    await column(
      sql,
      `select count(distinct id) || '-' || count(*) from msgdb."${archive}" where msgdb_image = 'removed'`,
    ),
  ).toEqual([`${GROUPS * 2}-${GROUPS * 2}`]);
  expect(await column(sql, "select count(*) || '-' || max(t_id) from child")).toEqual([`${GROUPS}-${GROUPS}`]);
  await expectNoDebris(sql);
  await expectSecondRunDoesNothing(sql, project);
}

async function expectUndone(project: Project): Promise<void> {
  const report = await project.rollback();
  expectOk(report);
  expect(await readImages(db.sql)).toEqual(before);
  await expectNoDebris(db.sql);
  expect(await column(db.sql, `select to_regclass('wanted')`)).toEqual([null]);
}

interface Worker {
  begin(order: Order): void;
  said(text: string | RegExp): Promise<void>;
  kill(): Promise<void>;
}

/** Gives a worker that is ready, and starts the next one, because starting takes longer than being killed. */
async function takeWorker(): Promise<Worker> {
  const worker = await next;
  next = startWorker();
  onTestFinished(() => worker.kill());
  return worker;
}

async function startWorker(): Promise<Worker> {
  const path = fileURLToPath(new URL('worker.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'jiti/register', path], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  const worker = watch(child);
  await worker.said('ready');
  return worker;
}

function watch(child: ChildProcess): Worker {
  let output = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  let over = false;
  void ended.then(() => {
    over = true;
  });
  return {
    begin: (order) => child.stdin?.write(`${JSON.stringify(order)}\n`),
    async said(text) {
      while (!(typeof text === 'string' ? output.includes(text) : text.test(output))) {
        if (over) throw new Error(`the worker ended without ${text}:\n${output}`);
        await sleep(2);
      }
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
