import { beforeEach, expect, test } from 'vitest';
import { makeProject, runCli, startCli } from '../support/cli.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const rule = ['--table', 'messages', '--key', 'wa_id'];

/** One object a line and nothing else, with what every line has. */
function parseLog(stderr: string): readonly Readonly<Record<string, unknown>>[] {
  expect(stderr).toMatch(/\n$/);
  const log = stderr.trimEnd().split('\n');
  const entries: Record<string, unknown>[] = log.map((line) => JSON.parse(line));
  for (const entry of entries) {
    expect(Date.parse(String(entry.time))).toBeGreaterThan(0);
    expect(entry.level).toMatch(/^(info|warn|error)$/);
  }
  return entries;
}

beforeEach(async () => {
  await database.sql.unsafe(`
    drop table if exists messages;
    create table messages (id bigint generated always as identity primary key, wa_id text, body text);
    insert into messages (wa_id, body) select 'w' || (i % 90), 'secret text ' || i from generate_series(1, 100) i`);
});

test('a removal is told with its run, tables and figures, and what files and Node print is told too', async () => {
  const cwd = await makeProject({
    'msgdb.config.ts': "console.log('loaded'); process.emitWarning('odd'); export default { lockTimeout: '100ms' };",
  });
  const words = ['dedupe', ...rule, '-u', database.url, '--yes', '--log-format', 'json', '--format', 'json'];
  const running = await database.sql.begin(async (tx) => {
    await tx.unsafe('lock table messages in row exclusive mode');
    const begun = await startCli(words, { cwd });
    await begun.waitFor('"event":"waiting"');
    return begun;
  });
  const { exitCode, stdout, stderr } = await running.result;
  const log = parseLog(stderr);
  const { runId } = JSON.parse(stdout) as { runId: string };
  expect(exitCode).toBe(0);
  expect(log.filter(({ event }) => event === 'output').map(({ message }) => message)).toEqual([
    'loaded',
    expect.stringContaining('Warning: odd'),
    expect.any(String),
  ]);
  expect(log).toContainEqual(expect.objectContaining({ event: 'run-started', runId }));
  expect(log).toContainEqual(expect.objectContaining({ level: 'warn', event: 'waiting', table: 'messages', runId }));
  expect(log).toContainEqual(
    expect.objectContaining({ event: 'step-done', table: 'messages', counts: { removed: 10, archived: 10 }, runId }),
  );
  expect(log.at(-1)).toMatchObject({ event: 'end', command: 'dedupe', exitCode: 0 });
  expect(stderr).not.toContain('secret text');
});

test('a question that nobody can answer, and words that mean nothing, are errors of the log', async () => {
  const env = { MSGDB_LOG_FORMAT: 'json', MSGDB_DATABASE_URL: database.url };
  const asked = await runCli(['dedupe', ...rule], { env });
  expect(asked.exitCode).toBe(1);
  expect(parseLog(asked.stderr).at(-2)).toMatchObject({ level: 'error', code: 'MSGDB_CONFIRMATION_NEEDED' });
  const mistyped = await runCli(['dedupe', '--tabel', 'x'], { env });
  expect(parseLog(mistyped.stderr)).toMatchObject([
    { level: 'error', event: 'error', code: 'MSGDB_USAGE', exitCode: 2 },
    { event: 'end', exitCode: 2 },
  ]);
});

test('as the file says it; an interruption is told, and the log has its end', async () => {
  const cwd = await makeProject({ 'msgdb.config.json': '{ "logFormat": "json" }' });
  const running = await startCli(
    [
      'dedupe',
      ...rule,
      '-u',
      database.url,
      '--yes',
      '--strategy',
      'online',
      '--batch-size',
      '2',
      '--batch-delay',
      '1s',
    ],
    { cwd },
  );
  await running.waitFor('"event":"progress"');
  const { exitCode, stderr } = await running.kill('SIGINT');
  const log = parseLog(stderr);
  expect(exitCode).toBe(130);
  expect(log).toContainEqual(
    expect.objectContaining({ event: 'note', message: expect.stringContaining('safe point') }),
  );
  expect(log.at(-1)).toMatchObject({ event: 'end', exitCode: 130 });
});

test('each line of many targets has the name of its own', async () => {
  const cwd = await makeProject({
    targets: `one ${database.url}\ntwo postgresql://nobody:pass-word@127.0.0.1:1/none\n`,
  });
  const words = ['find-duplicates', ...rule, '--targets', 'targets', '--continue-on-error', '--log-format', 'json'];
  const { exitCode, stderr } = await runCli(words, { cwd });
  const log = parseLog(stderr);
  expect(exitCode).toBe(3);
  expect(log).toContainEqual(expect.objectContaining({ event: 'targets', targets: 2 }));
  expect(log).toContainEqual(expect.objectContaining({ event: 'step-started', target: 'one', table: 'messages' }));
  expect(log).toContainEqual(
    expect.objectContaining({ level: 'info', event: 'target-done', target: 'one', status: 'findings', exitCode: 1 }),
  );
  expect(log).toContainEqual(
    expect.objectContaining({ level: 'error', event: 'target-done', target: 'two', status: 'failed', exitCode: 3 }),
  );
  expect(stderr).not.toContain('pass-word');
});
