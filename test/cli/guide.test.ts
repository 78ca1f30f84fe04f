import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { CLI, inheritedEnvironment, makeProject } from '../support/cli.ts';
import { useDatabase } from '../support/database.ts';

const db = useDatabase();

/** Gives a program a terminal: of util-linux, which Debian and Alpine have; BSD's takes other flags. */
const SCRIPT = '/usr/bin/script';
const there =
  process.platform === 'linux' &&
  (await access(SCRIPT).then(
    () => true,
    () => false,
  ));

const ENTER = '\r';
const DOWN = '\x1b[B';
const ESCAPE = '\x1b';
const INTERRUPT = '\x03';

beforeEach(async () => {
  await db.reset();
  await db.sql.unsafe(`
    create table hooks (id int primary key, event_id text, created_at timestamptz default now());
    insert into hooks (id, event_id) select i, 'e' || i % 90 from generate_series(1, 100) i; analyze`);
});

test.runIf(there)('a person at a terminal is led to a plan, and Ctrl-C leaves everything as it was', async () => {
  const terminal = await open(['dedupe']);
  await terminal.answer('Where are the duplicates?', ENTER);
  await terminal.answer('hooks (event_id): 10 excess rows of 100 rows', ENTER);
  await terminal.answer('Which row of each group stays?', DOWN, ENTER);
  await terminal.answer('Which other columns refer to rows of hooks?', ENTER);
  await terminal.answer('10 rows would be removed; nothing was changed', INTERRUPT);
  expect(await terminal.exitCode).toBe(130);
  expect(unwrapped(terminal.shown())).toContain('Cancelled: nothing was changed.');
  expect(await db.sql`select count(*)::int from hooks`).toEqual([{ count: 100 }]);
});

test.runIf(there)('the rows go when the last question is answered with yes', async () => {
  const terminal = await open(['dedupe']);
  await terminal.answer('Where are the duplicates?', ENTER);
  await terminal.answer('hooks (event_id): 10 excess rows', ENTER);
  await terminal.answer('Which row of each group stays?', ENTER);
  await terminal.answer('Which other columns refer', ENTER);
  await terminal.answer('What is to be done?', DOWN, DOWN, ENTER);
  await terminal.answer('Remove 10 rows from hooks?', DOWN, ENTER);
  expect(await terminal.exitCode).toBe(0);
  expect(terminal.shown()).toContain('msgdb dedupe --table hooks --key event_id');
  expect(await db.sql`select count(*)::int from hooks`).toEqual([{ count: 90 }]);
});

test.runIf(there)('Escape goes back, and from the first question out', async () => {
  const terminal = await open(['dedupe']);
  await terminal.answer('Where are the duplicates?', DOWN, ENTER);
  await terminal.answer('Which table?', ESCAPE);
  await terminal.answer('Where are the duplicates?', ESCAPE);
  expect(await terminal.exitCode).toBe(1);
  expect(unwrapped(terminal.shown())).toContain('You went back from the first question.');
});

test.runIf(there)('msgdb alone offers the same where a database is known and there are no migrations', async () => {
  const offered = await open([]);
  await offered.answer('Look for duplicates in', 'y');
  await offered.answer('Where are the duplicates?', INTERRUPT);
  expect(await offered.exitCode).toBe(130);
  const declined = await open([]);
  await declined.answer('No shows the help.', 'n');
  expect(await declined.exitCode).toBe(2);
  expect(declined.shown()).toContain('Usage: msgdb <command> [flags]');
});

test.runIf(there)('msgdb alone shows the help in a project with migrations', async () => {
  const terminal = await open([], { 'migrations/0001-one.sql': 'select 1;' });
  expect(await terminal.exitCode).toBe(2);
  expect(terminal.shown()).not.toContain('Look for duplicates in');
});

/** Prompts break their lines at the width of the terminal. */
function unwrapped(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** Runs the program in a terminal of its own. Answers are given when their question is there, each after the one before. */
async function open(words: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const cwd = await makeProject(files);
  const env = { ...inheritedEnvironment(), MSGDB_DATABASE_URL: db.url, TERM: 'xterm', LANG: 'C.UTF-8', NO_COLOR: '1' };
  const command = [process.execPath, CLI, ...words].join(' ');
  const child = spawn(SCRIPT, ['-qefc', `stty cols 100 rows 50; exec ${command}`, '/dev/null'], { cwd, env });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let shown = '';
  let seen = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const exitCode = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  async function answer(question: string, ...keys: readonly string[]): Promise<void> {
    await expect.poll(() => unwrapped(shown.slice(seen)), { timeout: 30_000, interval: 20 }).toContain(question);
    for (const key of keys) {
      seen = shown.length;
      child.stdin.write(key);
      await expect.poll(() => shown.length, { timeout: 30_000, interval: 20 }).toBeGreaterThan(seen);
    }
  }
  return { answer, exitCode, shown: () => shown };
}
