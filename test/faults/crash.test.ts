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
import { until } from '../db/online/climb.ts';
import { makeContext } from '../support/context.ts';
import { useDatabase } from '../support/database.ts';
import { FULL, seedOfRun } from '../support/form.ts';
import type { Order } from './worker.ts';

const db = useDatabase();
const SEED = seedOfRun();
const random = makeRandom(SEED);
const GROUPS = 300;
/** So small that most of the run's time goes into batches; larger where the kill is to come after them. */
const SMALL_BATCH = 6;
const BATCH = 100;
const RULE = {
  table: 't',
  key: ['k'],
  index: 'wanted',
  keep: ['id'],
  merge: { n: 'sum' },
} as const;

/** Kills that come at some time, and kills that come when the step that is named has begun. */
const KILLS = [
  ...Array.from({ length: FULL ? 9 : 3 }, () => 'any time'),
  ...Array.from({ length: FULL ? 5 : 2 }, () => 'Build unique index'),
];
const TIMES = FULL ? [0, 1, 2] : [0];
/** Kills at some time that were to come, and that came before the run was over. */
const counted = { asked: 0, inTime: 0 };

let before: Awaited<ReturnType<typeof readImages>>;
let next: Promise<Worker>;

beforeAll(() => {
  next = startWorker();
});

afterAll(async () => {
  await (await next).kill();
  // Otherwise the kills would have come too late, and proved nothing.
  if (counted.asked > 0) expect(counted.inTime / counted.asked).toBeGreaterThan(0.5);
});

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

describe('a process that is killed', () => {
  test.each(KILLS.map((when, place) => [place, when] as const))(
    'SIGKILL %i, %s: the next run completes, and undo is exact',
    async (place, when) => {
      const project = await makeRule(db, RULE, { strategy: 'online' });
      const worker = await takeWorker();
      worker.begin({ ...orderOf(project, 'migrate'), batchSize: when === 'any time' ? SMALL_BATCH : BATCH });
      if (when !== 'any time') await worker.said(when);
      await sleep(when === 'any time' ? random.below(1200) : random.below(25));
      count(await worker.kill());
      await expectCompleted(project);
      if (place % 4 === 0 || when !== 'any time') await expectUndone(project);
    },
  );

  test.each(TIMES)('SIGKILL %i during the undo: the next rollback completes it', async () => {
    const project = await makeRule(db, RULE, { strategy: 'online', batchSize: 100 });
    expectOk(await project.migrate());
    const worker = await takeWorker();
    worker.begin(orderOf(project, 'rollback'));
    await worker.said(/Drop|Restore/);
    await sleep(random.below(100));
    count(await worker.kill());
    await expectUndone(project);
  });
});

describe('a server process that is terminated', () => {
  test.each(TIMES)('pg_terminate_backend %i: the next run completes', async () => {
    const project = await makeRule(db, RULE, { strategy: 'online' });
    const slow = { ...project.context, settings: { ...project.context.settings, batchSize: SMALL_BATCH } };
    const migrating = migrate(slow, { dryRun: false, allowOutOfOrder: false }).catch((error: unknown) => error);
    // It is at work then, with nine tenths of its batches to come.
    await until(async () => (await column(db.sql, `select count(*) < ${GROUPS * 3} from t`))[0] === 'true');
    await sleep(random.below(400));
    const ended = await db.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
       where application_name like 'msgdb: %' and datname = current_database()`;
    count(ended.length > 0);
    await migrating;
    await expectCompleted(project);
  });
});

test('whenever its sessions are terminated, a command ends by itself, and soon', async () => {
  const { sql } = db;
  for (let wait = 0; wait < 120; wait += FULL ? 5 : 15) {
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
    const ending = await Promise.race([migrating, sleep(20_000).then(() => 'hanging')]);
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
  const waiting = `select pid from pg_stat_progress_create_index
                    where phase like 'waiting%' and datname = current_database()`;
  await until(async () => (await column(sql, waiting)).length === 1);
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
  const held =
    'select pid from pg_locks l join pg_database d on d.oid = l.database where objid = 4711 and not granted and datname = current_database()';
  await until(async () => (await column(sql, held)).length > 0);
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

function count(inTime: boolean): void {
  counted.asked += 1;
  if (inTime) counted.inTime += 1;
}

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
  /** Gives whether it was still at work. */
  kill(): Promise<boolean>;
}

/** Gives a worker that is ready, and starts the next one, because starting takes longer than being killed. */
async function takeWorker(): Promise<Worker> {
  const worker = await next;
  next = startWorker();
  onTestFinished(() => void worker.kill());
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
      const atWork = !over && !output.includes('\nended ');
      child.kill('SIGKILL');
      await ended;
      return atWork;
    },
  };
}
