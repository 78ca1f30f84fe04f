import { beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { runInside } from '../support/run-inside.ts';

const db = useDatabase();

beforeAll(async () => {
  await db.sql.unsafe(`
    create table hooks (id int primary key, event_id text, body text, created_at timestamptz default now());
    insert into hooks (id, event_id, body) select i, 'e' || i % 90, 'secret ' || i from generate_series(1, 100) i;
    create table accounts (id int primary key, email text);
    insert into accounts select i, i || '@x.org' from generate_series(1, 100) i; analyze`);
});

test('--explain says how the copies came, and ends like find-duplicates', async () => {
  const { exitCode, stdout } = await msgdb('--table', 'hooks', '--key', 'event_id', '--explain', '--redact');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('hooks  how the copies by event_id came');
  expect(stdout).toMatch(/time {7}created_at timestamp with time zone; its default is now\(\)/);
  expect(stdout).toMatch(/the same time +10 +100 % +10 +[█#]+/);
  expect(stdout).not.toContain('secret 1');
});

test('--by names the column', async () => {
  const wrong = await msgdb('--table', 'hooks', '--key', 'event_id', '--explain', '--by', 'received');
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toContain('hooks has no column received.');
  expect(wrong.stderr).toContain('Name one that does: created_at.');
});

test('--discover proposes, and ends well whatever it proposes', async () => {
  const { exitCode, stdout } = await msgdb('--discover');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('accounts (email)  likely');
  expect(stdout).toContain('msgdb find-duplicates --table hooks --key event_id --explain');
});

test('a proposed command can be run as it stands', async () => {
  const { stdout } = await msgdb('--discover', '--table', 'hooks', '--format', 'json');
  const [found] = JSON.parse(stdout).discovery.candidates;
  const [, , ...words] = found.next.split(' ');
  expect(found.counted).toEqual({ coveredRows: 100, groups: 10, excessRows: 10 });
  expect((await msgdb(...words)).stdout).toContain('10 excess rows in 1 of 1 rule');
});

test.each([
  [['--discover', '--key', 'a'], '--discover and --key are given together.'],
  [['--by', 'created_at'], '--by is given without --explain.'],
  [['--discover', '--time-limit', '10'], '--time-limit is "10"'],
  [['--memory', 'much'], '--memory is "much"'],
])('%j is refused', async (words, message) => {
  const { exitCode, stderr } = await msgdb(...words);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});

async function msgdb(...words: readonly string[]) {
  return await runInside(['find-duplicates', '-u', db.url, ...words]);
}
