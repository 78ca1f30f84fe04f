import { beforeEach, expect, test } from 'vitest';
import { dedupe } from '../../../src/commands/dedupe/dedupe.ts';
import { status } from '../../../src/commands/status/status.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { RUN_LOCK } from '../../../src/sql/lock-class.ts';
import { placeName } from '../../../src/sql/own-schema.ts';
import { useDatabase } from '../../support/database.ts';
import { fingerprint } from '../../support/fingerprint.ts';
import { cleanDatabase, expectOk, makeProjectOf } from './project.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const RULE = uniqueKey({ table: 't', key: ['k'], limit: { share: 1 } });

async function makeRuns() {
  await db.sql.unsafe(
    `create table t (id int primary key, k int); insert into t select id, id / 2 from generate_series(1, 20) id`,
  );
  const project = await makeProjectOf(db, [RULE]);
  return { ...project, list: async (runs?: number) => status(project.context, { exitCode: false, runs }) };
}

test('without a run there is none, and without --runs they are not listed', async () => {
  const { list } = await makeRuns();
  expect((await list(5)).runs).toEqual([]);
  expect(await list()).not.toHaveProperty('runs');
});

test('each run is listed with who, when, how long, and what it changed, also what was undone since; looking changes nothing', async () => {
  const { context, list, migrate, rollback } = await makeRuns();
  await dedupe(context, { rule: RULE, dryRun: false, yes: true, samples: 0, planOut: undefined });
  expectOk(await migrate());
  await db.sql`insert into t values (100, 1)`.catch(() => undefined);
  expectOk(await rollback());
  const before = await fingerprint(db.sql, { physical: true });
  const { runs } = await list(5);
  expect(await fingerprint(db.sql, { physical: true })).toEqual(before);
  const [row] = await db.sql`select current_user as by`;
  expect(runs).toMatchObject([
    { command: 'rollback', state: 'ended', changed: '0001-the-test rolled back', by: row?.by },
    { command: 'migrate', state: 'ended', changed: 'index t_k_key built' },
    { command: 'dedupe', state: 'ended', changed: '9 rows of t removed' },
  ]);
  for (const run of runs ?? []) {
    expect(run.durationMs).toBeGreaterThanOrEqual(0);
    expect(run.startedAt).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(run.runId).toMatch(/^\d{8}-\d{6}-[0-9a-f]{4}$/);
  }
  expect((await list(1)).runs).toMatchObject([{ command: 'rollback' }]);
});

test('one that was killed is told from one that is at work', async () => {
  const { list, migrate } = await makeRuns();
  expectOk(await migrate());
  await db.sql`update msgdb.runs set finished_at = null`;
  expect((await list(5)).runs).toMatchObject([
    { state: 'interrupted', durationMs: null, changed: expect.stringContaining('0001-the-test applied') },
  ]);
  const run = db.open();
  await run.unsafe(`select pg_advisory_lock(${placeName(RUN_LOCK.join(', '), 'msgdb')})`);
  const { runs } = await list(5);
  await run.end();
  expect(runs).toMatchObject([{ state: 'running' }]);
});
