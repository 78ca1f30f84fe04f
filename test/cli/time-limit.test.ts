import { beforeEach, describe, expect, test } from 'vitest';
import { type CliResult, makeProject, runCli, startCli } from '../support/cli.ts';
import { useDatabase } from '../support/database.ts';
import { errorMessage, startOtherServer } from '../support/other-server.ts';

const database = useDatabase();

beforeEach(async () => {
  await database.sql.unsafe(`
    drop schema if exists msgdb cascade;
    drop schema public cascade; create schema public;
    create table messages (id bigint generated always as identity primary key, wa_id text);
    insert into messages (wa_id) select 'w' || (i % 30) from generate_series(1, 60) i`);
});

async function findingOf({ stdout }: CliResult) {
  const report = JSON.parse(stdout);
  return { report, code: report.findings[0]?.code, message: String(report.findings[0]?.message) };
}

describe('--timeout ends a command at a safe point, and the next one goes on', () => {
  test('between migrations, and within a statement, which is rolled back', async () => {
    const cwd = await makeProject({
      'migrations/0001-first.sql': 'create table first ();',
      'migrations/0002-slow.sql': 'create table second ();\nselect pg_sleep(600 - 600 * (select count(*) from hurry));',
      'migrations/0003-last.sql': 'create table third ();',
    });
    await database.sql`create table hurry ()`;
    const words = ['migrate', '-u', database.url, '--format', 'json'];
    const ended = await runCli([...words, '--timeout', '8s'], { cwd });
    const { report, code, message } = await findingOf(ended);
    expect([ended.exitCode, code]).toEqual([4, 'MSGDB_TIMEOUT']);
    expect(message).toMatch(
      /^0002-slow: The 8 s that --timeout allows are over: stopped at a safe point\. It was at: /,
    );
    expect(report.findings[0].fix).toMatch(/Run the same command again/);
    expect(report).toMatchObject({ applied: [{ name: '0001-first' }], pending: ['0002-slow', '0003-last'] });
    expect(await database.sql`select to_regclass('second') as made`).toEqual([{ made: null }]);
    await database.sql`insert into hurry default values`;
    const again = await runCli([...words, '--timeout', '60s'], { cwd });
    expect(again.exitCode).toBe(0);
    expect((await findingOf(again)).report.applied).toHaveLength(2);
  });

  test('between batches: what was removed stays, and is in the archive', async () => {
    const words = ['dedupe', '--table', 'messages', '--key', 'wa_id', '--yes', '-u', database.url];
    const slow = ['--strategy', 'online', '--batch-size', '2', '--batch-delay', '400ms'];
    const ended = await runCli([...words, ...slow, '--timeout', '3s']);
    expect([ended.exitCode, ended.stdout + ended.stderr]).toEqual([4, expect.stringContaining('MSGDB_TIMEOUT')]);
    const counted = async () => (await database.sql`select count(*)::int as rows from messages`)[0]?.rows;
    expect(await counted()).toBeGreaterThan(30);
    const again = await runCli(words);
    expect(again.exitCode).toBe(0);
    expect(await counted()).toBe(30);
    const listed = await runCli(['archive', 'list', '-u', database.url, '--format', 'json']);
    const { runs } = JSON.parse(listed.stdout) as { runs: { tables: { removed: number }[] }[] };
    expect(runs.flatMap(({ tables }) => tables).reduce((sum, { removed }) => sum + removed, 0)).toBe(30);
  });

  test('while it waits for a table that another session holds, which it names', async () => {
    const cwd = await makeProject({ 'migrations/0001-index.sql': 'create index on messages (id);' });
    await database.open().begin(async (tx) => {
      await tx`lock table messages in access exclusive mode`;
      const words = ['migrate', '-u', database.url, '--lock-timeout', '200ms', '--lock-retries', '1000'];
      const { exitCode, stdout, stderr } = await runCli([...words, '--timeout', '10s'], { cwd });
      expect([exitCode, stdout + stderr]).toEqual([4, expect.stringContaining('MSGDB_TIMEOUT')]);
      expect((stdout + stderr).replaceAll(/\s+/g, ' ')).toMatch(/It was at: A table is busy/);
    });
  });

  test('a wrong time is refused', async () => {
    const { exitCode, stderr } = await runCli(['migrate', '--timeout', 'soon', '-u', database.url]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--timeout')]);
  });
});

describe('what may pass by itself ends with 4', () => {
  test('a table that stays locked', async () => {
    const cwd = await makeProject({ 'migrations/0001-index.sql': 'create index on messages (id);' });
    await database.open().begin(async (tx) => {
      await tx`lock table messages in access exclusive mode`;
      const words = ['migrate', '-u', database.url, '--lock-timeout', '50ms', '--lock-retries', '1'];
      const ended = await runCli([...words, '--format', 'json'], { cwd });
      expect([ended.exitCode, (await findingOf(ended)).code]).toEqual([4, 'MSGDB_LOCK_TIMEOUT']);
    });
  });

  test('another run that does not end', async () => {
    const slow = { 'migrations/0001-slow.sql': 'select pg_sleep(600);' };
    const running = await startCli(['migrate', '-u', database.url], { cwd: await makeProject(slow) });
    await running.waitFor(/0001-slow/);
    const cwd = await makeProject(slow);
    const ended = await runCli(['migrate', '-u', database.url, '--lock-wait', '300ms', '--format', 'json'], { cwd });
    expect([ended.exitCode, JSON.parse(ended.stdout).findings[0].code]).toEqual([4, 'MSGDB_RUN_LOCKED']);
    await running.kill('SIGINT');
  });

  test.each([[[]], [['--wait', '700ms']]])('a server that is starting, with %j', async (wait) => {
    const starting = await startOtherServer((socket) =>
      socket.once('data', () => socket.end(errorMessage('57P03', 'the database system is starting up'))),
    );
    const url = `postgres://ann@127.0.0.1:${starting.port}/shop?sslmode=disable`;
    const ended = await runCli(['find-duplicates', '--table', 't', '--key', 'k', '-u', url, ...wait]);
    expect([ended.exitCode, ended.stderr]).toEqual([4, expect.stringContaining('MSGDB_SERVER_STARTING')]);
  });
});
