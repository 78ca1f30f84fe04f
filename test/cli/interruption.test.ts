import { beforeEach, describe, expect, test } from 'vitest';
import { makeProject, runCli, startCli } from '../support/cli.ts';
import { useDatabase } from '../support/database.ts';
import { startOtherServer } from '../support/other-server.ts';
import { runInside } from '../support/run-inside.ts';

const database = useDatabase();
const rule = ['--table', 'messages', '--key', 'wa_id'];

beforeEach(async () => {
  await database.sql.unsafe(`
    drop schema if exists msgdb cascade;
    drop table if exists messages;
    create table messages (id bigint generated always as identity primary key, wa_id text);
    insert into messages (wa_id) select 'w' || (i % 9) from generate_series(1, 10) i`);
});

async function countRows(): Promise<number> {
  const [row] = await database.sql<{ rows: number }[]>`select count(*)::int as rows from messages`;
  return row?.rows ?? -1;
}

/** Runs the work while another session holds msgdb's table, so that a migration has to wait. */
async function withTableLocked(work: () => Promise<void>): Promise<void> {
  const other = database.open();
  await other.begin(async (tx) => {
    await tx`lock table messages in access exclusive mode`;
    await work();
  });
}

describe('a command that has to wait', () => {
  async function startWaiting(sql: string) {
    const cwd = await makeProject({ 'migrations/0001-index.sql': sql });
    const words = ['migrate', '-u', database.url, '--lock-timeout', '300ms', '--lock-retries', '1000'];
    return await startCli(words, { cwd });
  }

  test.each([
    ['SIGINT', 130, 'create index on messages (id);', /0001-index/],
    ['SIGTERM', 143, 'create index on messages (id);', /0001-index/],
    // It looks for copies first.
    ['SIGINT', 130, 'create unique index on messages (id);', /A table is busy/],
  ] as const)('stops at a safe point on %s, with exit code %i: %s', async (signal, code, sql, seen) => {
    await withTableLocked(async () => {
      const running = await startWaiting(sql);
      await running.waitFor(seen);
      const { exitCode, stdout, stderr } = await running.kill(signal);
      expect(exitCode).toBe(code);
      expect(stderr).toContain('stopping at the next safe point');
      expect(stdout + stderr).toContain('MSGDB_INTERRUPTED');
    });
  });
});

describe('a command that connects', () => {
  test.each([
    ['verify', 'SIGINT', 130],
    ['migrate', 'SIGTERM', 143],
  ] as const)('%s to a server that never answers stops on %s, with exit code %i', async (command, signal, code) => {
    let reached = (): void => undefined;
    const connected = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const silent = await startOtherServer(() => reached());
    const cwd = await makeProject({ 'migrations/0001-index.sql': 'create unique index on messages (id);' });
    const url = `postgres://ann:hush-hush@127.0.0.1:${silent.port}/shop?connect_timeout=0`;
    const running = await startCli([command, '-u', url], { cwd, timeoutMs: 120_000 });
    await connected;
    const { exitCode, stdout, stderr } = await running.kill(signal);
    expect(exitCode).toBe(code);
    expect(stdout + stderr).toContain('Interrupted while connecting.');
    expect(stdout + stderr).not.toContain('hush');
  });
});

describe('a command that removes rows outside a migration', () => {
  test('refuses where there is no terminal to ask on', async () => {
    const { exitCode, stdout, stderr } = await runCli(['dedupe', ...rule, '-u', database.url], { input: 'y\n' });
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain('MSGDB_CONFIRMATION_NEEDED');
    expect(stderr).toMatch(/this needs a confirmation\. Remove 1 row from messages\?/);
    expect(stderr).toMatch(
      /why +stdin is not a terminal, and --yes is not given\.\n +fix +Run the same command with --yes\. To look first: the\s+same\s+command\s+with\s+--dry-run\./,
    );
    expect(await countRows()).toBe(10);
  });

  test('does it with --yes, and shows the steps on stderr', async () => {
    const { exitCode, stdout, stderr } = await runCli(['dedupe', ...rule, '--yes', '-u', database.url]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('1 row');
    expect(stderr).toMatch(/^ {2}\+ .* ms\n$/);
    expect(await countRows()).toBe(9);
  });

  test('shows nothing but the report when quiet', async () => {
    const { exitCode, stderr } = await runInside(['dedupe', ...rule, '-yq', '-u', database.url]);
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('only looks with --dry-run', async () => {
    const { exitCode, stderr } = await runInside(['dedupe', ...rule, '--dry-run', '--yes', '-u', database.url]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(await countRows()).toBe(10);
  });
});
