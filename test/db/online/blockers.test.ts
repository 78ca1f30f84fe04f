import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { RunEvent } from '../../../src/model/event.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { readHolders, readObstacles } from '../../../src/session/blockers.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectNoDebris, expectOk, makeProjectOf } from '../engine/project.ts';
import { until } from './climb.ts';
import { asRun } from './run.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const TABLE = `create table t (id int primary key, k int); insert into t values (1, 1), (2, 1), (3, 2)`;
const T = { schema: 'public', name: 't' };

async function makeProject(settings: Parameters<typeof makeProjectOf>[2] = {}, table = 't') {
  const told: RunEvent[] = [];
  const project = await makeProjectOf(
    db,
    [uniqueKey({ table, key: ['k'], index: `wanted_${table}`, limit: { share: 1 } })],
    {
      emit: (event) => told.push(event),
      ...settings,
    },
  );
  return { ...project, told };
}

async function openForLong(sql: ReturnType<typeof db.open>) {
  const session = await sql.reserve();
  onTestFinished(async () => {
    await session.unsafe('rollback');
    session.release();
  });
  await session.unsafe(`set application_name = 'nightly report'; begin`);
  await session.unsafe('select count(*) from t, u');
  return session;
}

test('a transaction that has been open for long is named before anything is begun, and waited for with --wait-for-blockers', async () => {
  await db.sql.unsafe(`${TABLE}; create table u (k int)`);
  const report = await openForLong(db.open());
  await sleep(10_500);

  const impatient = await makeProject({ settings: { waitForBlockersMs: 600 } });
  const gaveUp = await impatient.migrate();
  expect(gaveUp.exitCode).toBe(4);
  expect(gaveUp.findings[0]).toMatchObject({
    code: 'MSGDB_LOCK_TIMEOUT',
    message: expect.stringMatching(/t was not worked on: pid \d+ \(nightly report, .* still in the way after 0.6 s/),
  });
  expect(await column(db.sql, 'select count(*) from t')).toEqual(['3']);
  await expectNoDebris(db.sql);

  const project = await makeProject({ settings: { strategy: 'locked' } }, 'u');
  expectOk(await project.migrate());
  const [pid] = await column(report, 'select pg_backend_pid()');
  expect(project.told).toContainEqual({
    kind: 'note',
    message: expect.stringMatching(
      new RegExp(`^work on u may have to wait for pid ${pid} \\(nightly report, idle in transaction, for \\d\\d s\\)$`),
    ),
    queries: [`pid ${pid}: select count(*) from t, u`],
  });

  await db.sql.unsafe('drop schema msgdb cascade'); // the next project's migration has the same name
  const patient = await makeProject({ settings: { waitForBlockersMs: 150_000 } });
  const migrating = patient.migrate();
  await until(async () => patient.told.some(({ kind }) => kind === 'waiting'));
  await report.unsafe('commit');
  expectOk(await migrating);
  expect(patient.told.filter(({ kind }) => kind === 'waiting')).toHaveLength(1);
});

test('a prepared transaction is named among the holders and the obstacles, where the server allows any', async (context) => {
  const [allowed] = await column(db.sql, `select current_setting('max_prepared_transactions')::int > 0`);
  if (allowed !== 'true') return context.skip();
  await db.sql.unsafe(TABLE);
  await db.sql.unsafe(`begin; update t set k = 5 where id = 3; prepare transaction 'forgotten'`);
  try {
    await asRun(db, {}, async ({ session }) => {
      const holders = await readHolders(session, T);
      expect(holders.map(({ name }) => name)).toEqual([
        expect.stringMatching(/^prepared transaction 'forgotten' \(for \d+ s\)$/),
      ]);
      expect((await readObstacles(session, T)).map(({ id }) => id)).toEqual(['gid forgotten']);
    });
  } finally {
    await db.sql.unsafe(`rollback prepared 'forgotten'`);
  }
});

test('time limits that a role has for its application do not end a run', async () => {
  const { sql } = db;
  const role = await db.createRole('limited');
  const [name] = await column(sql, 'select current_database()');
  await sql.unsafe(`grant create on database ${name} to ${role.name};
    alter role ${role.name} set statement_timeout = '50ms'; alter role ${role.name} set idle_session_timeout = '100ms';
    alter role ${role.name} set idle_in_transaction_session_timeout = '50ms'`);
  await sql.unsafe(`${TABLE}; alter table t owner to ${role.name};
    grant usage, create on schema public to ${role.name};
    create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.2); return old; end $$;
    create trigger slow before delete on t for each row execute function slow()`);
  const project = await makeProjectOf({ url: role.url }, [uniqueKey({ table: 't', key: ['k'], limit: { share: 1 } })], {
    settings: { strategy: 'online' },
  });
  expectOk(await project.migrate());
  expect(await column(sql, 'select count(*) from t')).toEqual(['2']);
});
