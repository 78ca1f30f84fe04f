import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { migrate } from '../../../src/commands/migrate/migrate.ts';
import { migrateScript } from '../../../src/commands/migrate/migrate-script.ts';
import { rollback } from '../../../src/commands/rollback/rollback.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, expectOk } from './project.ts';

const db = useDatabase();

beforeEach(async () => {
  await cleanDatabase(db.sql);
  await db.sql.unsafe('create table t (id int); create table said (what text, value text)');
});

/** A project of these files. */
async function project(files: Readonly<Record<string, string>>) {
  const migrationsDir = await mkdtemp(join(tmpdir(), 'msgdb-limits-'));
  onTestFinished(() => rm(migrationsDir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(migrationsDir, name), text);
  const waits: string[] = [];
  const emit = (event: RunEvent): void => {
    if (event.kind === 'waiting') waits.push(event.message);
  };
  const context = await makeContext(db, { migrationsDir, emit });
  return {
    waits,
    context,
    migrate: async (dryRun = false) => migrate(context, { dryRun, allowOutOfOrder: false }),
  };
}

const SAY = `insert into said select name, setting from pg_settings where name in ('statement_timeout', 'lock_timeout')`;

async function said(): Promise<unknown> {
  const rows = await db.sql`select what, value from said order by what, value`;
  return rows.map(({ what, value }) => [what, value]);
}

test.each([
  ['in one transaction', ''],
  ['each by itself', '-- msgdb:no-transaction\n'],
])('the limits of a header hold for its script alone, %s', async (_, header) => {
  const { migrate } = await project({
    '0001-a.sql': `-- Say them\n${header}-- msgdb:timeout 30m\n-- msgdb:lock-timeout 5s\n${SAY};`,
    '0002-b.sql': `${header}${SAY};`,
  });
  expectOk(await migrate());
  expect(await said()).toEqual([
    ['lock_timeout', '2000'],
    ['lock_timeout', '5000'],
    ['statement_timeout', '0'],
    ['statement_timeout', '1800000'],
  ]);
});

test('the undo in a file of its own has a header of its own', async () => {
  const { migrate, context } = await project({
    '0001-a.sql': '-- msgdb:timeout 30m\nselect 1;',
    '0001-a.down.sql': `-- msgdb:lock-timeout 7s\n${SAY};`,
  });
  expectOk(await migrate());
  expectOk(await rollback(context, { dryRun: false, steps: 1 } as never));
  expect(await said()).toEqual([
    ['lock_timeout', '7000'],
    ['statement_timeout', '0'],
  ]);
});

test('a file of code says the same by options', async () => {
  const { migrate } = await project({
    '0001-a.mjs': `export default { summary: 's', up: [{ kind: 'sql', up: "${SAY.replaceAll('"', '\\"')}", transaction: true, timeout: '1s', lockTimeout: '2m' }] };`,
  });
  expectOk(await migrate());
  expect(await said()).toEqual([
    ['lock_timeout', '120000'],
    ['statement_timeout', '1000'],
  ]);
});

test.each([
  ['in one transaction', '', 0],
  ['each by itself', '-- msgdb:no-transaction\n', 1],
])('a statement that takes longer is ended, with whose limit it was, %s', async (_, header, stay) => {
  const { migrate } = await project({
    '0001-a.sql': `${header}-- msgdb:timeout 50ms\ninsert into t values (1);\nselect pg_sleep(60);`,
  });
  const { exitCode, findings } = await migrate();
  expect([exitCode, findings[0]?.data?.line]).toEqual([5, header === '' ? 3 : 4]);
  expect(findings[0]?.data?.why).toBe('The script allows each of its statements 50ms.');
  expect(findings[0]?.fix).toMatch(/^Give it more time: `-- msgdb:timeout`/);
  expect(await db.sql`select from t`).toHaveLength(stay);
});

test.each([
  ['its own', '-- msgdb:no-transaction\n-- msgdb:lock-timeout 40ms\n', /longer than 40ms, which the script waits/],
  ['its own, in one transaction', 'select 1;\n-- for everyone\n', /retries lasted/],
  ['that of the flag', '-- msgdb:no-transaction\n\n', /retries lasted/],
  ['what it sets', "-- msgdb:no-transaction\nset lock_timeout = '30ms';\n", /retries lasted/],
])('a lock is waited for as long as %s says, and tried again', async (_, header, why) => {
  const { context, waits } = await project({ '0001-a.sql': `${header}alter table t add column a int;` });
  const settings = { ...context.settings, lockTimeoutMs: header.includes('set lock') ? 600_000 : 50, lockRetries: 2 };
  const run = async () => migrate({ ...context, settings }, { dryRun: false, allowOutOfOrder: false });
  await db.sql.begin(async (tx) => {
    await tx`lock table t`;
    const { findings, exitCode } = await run();
    expect(findings[0]).toMatchObject({ code: 'MSGDB_LOCK_TIMEOUT', data: { line: 3, column: 1 } });
    expect(findings[0]?.message).toMatch(/Line 3: A table could not be locked in 3 attempts/);
    expect(findings[0]?.data?.excerpt).toBe('LINE 3: alter table t add column a int');
    expect(findings[0]?.data?.why).toMatch(why);
    expect(exitCode).toBe(4);
  });
  expect(waits.filter((message) => /trying again/.test(message))).toHaveLength(2);
  expectOk(await run());
  expect(await db.sql`select a from t`).toHaveLength(0);
});

test('the plan and the script say them', async () => {
  const { migrate, context } = await project({
    '0001-a.sql': '-- msgdb:timeout 30m\n-- msgdb:lock-timeout 5s\nselect 1;',
    '0002-b.sql': '-- msgdb:no-transaction\n-- msgdb:timeout 1h\nselect 2;',
  });
  const { plan } = await migrate(true);
  expect(plan.map(({ steps }) => [steps[0]?.title, steps[0]?.details, steps[0]?.sql.slice(0, 4)])).toEqual([
    [
      'Run SQL in one transaction',
      ['each statement may take 30m (statement_timeout)', 'each waits 5s for a lock (lock_timeout)'],
      ['begin;', "set local statement_timeout = '1800000ms';", "set local lock_timeout = '5000ms';", 'select 1;'],
    ],
    [
      'Run SQL, each statement by itself',
      ['each statement may take 1h (statement_timeout)'],
      ["set statement_timeout = '3600000ms';", 'select 2;', expect.stringContaining('ran-sql')],
    ],
  ]);
  const script = await migrateScript(context, { allowOutOfOrder: false });
  expect(script).toMatch(/begin;[\s\S]*set local lock_timeout = '5000ms';\nselect 1;[\s\S]*commit;/);
  await db.sql.unsafe(script);
  expect(await db.sql`select from msgdb.ledger where kind = 'ran-sql'`).toHaveLength(2);
});
