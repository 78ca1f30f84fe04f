import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { afterAll, describe, expect, test } from 'vitest';
import { type TestDatabase, useDatabase } from '../../support/database.ts';
import { FULL, seedOfRun } from '../../support/form.ts';
import { cleanDatabase, column, expectNoDebris, expectOk, makeRule } from './project.ts';
import { makeRandom } from './random.ts';
import { type Scene, sceneSql, write } from './writer.ts';

const RUNS = Number(process.env.TEST_RUNS ?? (FULL ? 200 : 16));
const WRITERS = 3;
const SEED = seedOfRun();

/** Runs spend most of their time waiting, so several have a database each at a time. */
const lanes = Array.from({ length: 4 }, () => ({ db: useDatabase(), clients: new Map<number, postgres.Sql>() }));
type Lane = (typeof lanes)[number];
const rounds = Array.from({ length: Math.ceil(RUNS / lanes.length) }, (_, round) => round);
let met = 0;
/** What may stop a run among writers: locks that are not to be had, and copies that come faster than they go. */
const MAY_STOP = ['MSGDB_LOCK_TIMEOUT', 'MSGDB_DUPLICATES_FOUND'];
/** With a trigger on a table of a few rows, writers may write more copies than it had rows: the limit is to stop that. */
const GREW = /t has more duplicates than when the plan was made: (\d+) would be removed, and the limit is (\d+)\./;

describe('writers that go on', () => {
  test.each(rounds)(`round %i of ${lanes.length} runs: laws 1 to 3 hold`, async (round) => {
    await Promise.all(lanes.map(async (lane, place) => runOnce(lane, round * lanes.length + place)));
  });

  afterAll(() => {
    // Otherwise the writers would have come too late, and proved nothing.
    expect(met).toBeGreaterThan(RUNS);
  });
});

async function runOnce({ db, clients }: Lane, run: number): Promise<void> {
  const random = makeRandom(SEED + run);
  const { sql } = db;
  const kind = random.below(5);
  const scene: Scene = { groups: random.below(25) + 5, children: kind > 1, partitioned: kind === 0 };
  await cleanDatabase(sql);
  await sql.unsafe(sceneSql(scene));
  const stop = new AbortController();
  const writers = Array.from({ length: WRITERS }, async (_, place) =>
    write(clientOf(db, clients, place), makeRandom(SEED * 31 + run * 7 + place), scene, stop.signal),
  );
  const project = await makeRule(
    db,
    { table: 't', key: scene.partitioned ? ['k', 'live'] : ['k'], where: 'live', keep: ['v desc'], index: 'wanted' },
    {
      strategy: random.below(5) === 0 ? 'locked' : 'online',
      jobs: random.below(3) + 1,
      batchSize: random.below(4) === 0 ? undefined : random.below(6) + 1,
      lockTimeoutMs: 300,
      lockRetries: 20,
    },
  );
  const migrating = project.migrate();
  // Writers stop after a while, so that the build has its chance; the batches have met them by then.
  await sleep(60 + random.below(120));
  stop.abort();
  met += (await Promise.all(writers)).reduce((sum, each) => sum + each, 0);
  const report = await migrating;
  const told = `run ${run}`;
  for (const { code, message } of report.findings) {
    const [, losers, limit] = GREW.exec(message) ?? [];
    if (limit === undefined) expect(MAY_STOP, `${told}: ${message}`).toContain(code);
    else expect(Number(losers), `${told}: ${message}`).toBeGreaterThan(Number(limit));
  }
  if (report.verdict !== 'ok') expectOk(await project.migrate());
  const archive = await archiveOf(sql);
  await expectLaws(sql, archive, scene, told);
  await expectNoDebris(sql);
  expectOk(await project.verify());
  if (random.below(3) > 0) return;

  // What is put back is back, and what is not is reported.
  const undone = await project.rollback();
  const missing = await column(sql, vanished(scene, 'false'));
  expect(missing.length, told).toBeLessThanOrEqual(undone.notRestoredRows);
  await expectNoDangling(sql, scene, told);
}

async function expectLaws(sql: postgres.Sql, archive: string, scene: Scene, told: string): Promise<void> {
  // Law 1: every key that a row was removed for still has a row, unless writers took rows of it away.
  const lost = `
      select distinct a.k from ${archive} a
       where a.msgdb_image = 'removed' and not exists (select from t where t.k = a.k and t.live)
         and not exists (select from log where what in ('DELETE', 'AWAY') and log.k = a.k)`;
  expect(await column(sql, lost), `${told}: keys that lost their last row`).toEqual([]);
  // Law 2: each row that came is in the table, in the archive, or was deleted by a writer; never twice.
  const inArchive = `exists (select from ${archive} a where a.id = c.id and a.msgdb_image = 'removed')`;
  expect(await column(sql, vanished(scene, inArchive)), `${told}: rows that vanished`).toEqual([]);
  const twice = `select id from (select id from t union all select id from ${archive} where msgdb_image = 'removed') x
                  group by id having count(*) > 1`;
  expect(await column(sql, twice), `${told}: rows that are here and in the archive`).toEqual([]);
  // Law 3: the rule is true, and rows outside it were not touched.
  expect(await column(sql, 'select k from t where live group by k having count(*) > 1'), told).toEqual([]);
  const outside = `select id from ${archive} where msgdb_image = 'removed' and (not live or k is null)`;
  expect(await column(sql, outside), told).toEqual([]);
  await expectNoDangling(sql, scene, told);
  if (!scene.children) return;
  // And whom a row was removed for is here, was deleted by a writer, or was removed for one of whom that is true.
  const orphaned = `
      with recursive good(id) as (
        select id from t union select id from log where what = 'DELETE'
        union select a.id from ${archive} a join good g on a.msgdb_survivor_1 = g.id where a.msgdb_image = 'removed')
      select id from ${archive} where msgdb_image = 'removed' and id not in (select id from good)`;
  expect(await column(sql, orphaned), `${told}: rows removed for nobody`).toEqual([]);
}

async function expectNoDangling(sql: postgres.Sql, { children }: Scene, told: string): Promise<void> {
  if (!children) return;
  expect(await column(sql, 'select id from child where t_id not in (select id from t)'), told).toEqual([]);
}

/** Ids of rows that came and are nowhere, without a writer having deleted them. */
function vanished({ groups }: Scene, elsewhere: string): string {
  return `
      with came as (select generate_series(1, ${groups * 3}) as id union select id from log where what = 'INSERT')
      select id from came c
       where not exists (select from t where t.id = c.id) and not ${elsewhere}
         and not exists (select from log where what = 'DELETE' and log.id = c.id)`;
}

async function archiveOf(sql: postgres.Sql): Promise<string> {
  const [name] = await column(sql, `select name from msgdb.archives where source_table = 't'`);
  return `msgdb."${name}"`;
}

function clientOf(db: TestDatabase, clients: Map<number, postgres.Sql>, place: number): postgres.Sql {
  const client = clients.get(place) ?? db.open();
  clients.set(place, client);
  return client;
}
