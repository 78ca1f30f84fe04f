import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { runInside } from '../support/run-inside.ts';

const db = useDatabase();

beforeAll(async () => {
  await db.sql.unsafe(`
    create table hooks (id int primary key, event_id text, body text);
    insert into hooks select i, 'e' || i % 4, case when i % 8 < 4 then 'first' else 'second' end from generate_series(1, 10) i;
    create table reactions (id int primary key, hook_id int references hooks);
    insert into reactions values (1, 9);`);
});

test('before the first run there is nothing to tell, and the message says what to do', async () => {
  const { exitCode, stderr } = await msgdb('report');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('No run has changed this database.');
});

test('the last run is told from the database: what it changed, whose copies they were, and how to undo it', async () => {
  const done = JSON.parse(
    (await msgdb('dedupe', '--table', 'hooks', '--key', 'event_id', '--yes', '--format', 'json')).stdout,
  );
  const { exitCode, stdout } = await msgdb('report', '--format', 'json');
  expect(exitCode).toBe(0);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    command: 'report',
    verdict: 'ok',
    runId: done.runId,
    undo: `msgdb archive restore ${done.runId}`,
  });
  expect(report.run).toMatchObject({ command: 'dedupe', finishedAt: expect.any(String) });
  expect(report.changes).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: 'removed', table: 'hooks', rows: 6, restored: 0, undoneAt: null }),
      expect.objectContaining({ kind: 'updated', table: 'reactions', rows: 1 }),
    ]),
  );
  expect(report.groups).toMatchObject([
    {
      table: 'hooks',
      groups: 4,
      removed: 6,
      sizes: [
        { from: 2, to: 2, groups: 2 },
        { from: 3, to: 3, groups: 2 },
      ],
    },
  ]);
  const [sample] = report.groups[0].samples;
  expect(sample).toMatchObject({ key: { id: '1' }, copies: 3, differs: ['body'] });
  expect(sample.rows).toEqual([
    { id: '1', body: 'first' },
    { id: '5', body: 'second' },
    { id: '9', body: 'first' },
  ]);
  expect((await msgdb('report')).stdout).toMatch(/6 rows removed, with a copy in the archive/);
});

test('a run is told by its ID, as a page too, and without row contents where they are to be hidden', async () => {
  const { runId } = JSON.parse((await msgdb('report', '--format', 'json')).stdout);
  const folder = mkdtempSync(join(tmpdir(), 'msgdb-report-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'incident.html');
  const { exitCode } = await msgdb('report', runId, '--redact', '--output', `html=${file}`);
  expect(exitCode).toBe(0);
  const page = readFileSync(file, 'utf8');
  expect(page).toContain(`msgdb archive restore ${runId}`);
  expect(page).not.toContain('second');
  expect(page).toContain('‹6 chars #');
});

test('what was undone since is told as undone, with nothing left to undo', async () => {
  const { runId } = JSON.parse((await msgdb('report', '--format', 'json')).stdout);
  await msgdb('archive', 'restore', runId, '--yes');
  const report = JSON.parse((await msgdb('report', runId, '--format', 'json')).stdout);
  expect(report.undo).toBeNull();
  expect(report.summary).toContain('restored since');
});

test('looking changes nothing, and an ID that is not there is told', async () => {
  const { exitCode, stderr } = await msgdb('report', '20000101-000000-ffff');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('There is no run 20000101-000000-ffff in this database.');
});

async function msgdb(...words: readonly string[]) {
  return await runInside([...words, '--database-url', db.url]);
}
