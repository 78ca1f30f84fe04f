import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeProject, runCli, startCli } from '../support/cli.ts';
import { useDatabase } from '../support/database.ts';
import { runInside } from '../support/run-inside.ts';

const one = useDatabase();
const two = useDatabase();
const three = useDatabase();

const RULE = ['--table', 'chat', '--key', 'phone'];

beforeAll(async () => {
  for (const { sql } of [one, two, three]) {
    await sql.unsafe(
      'create table chat (id int primary key, phone text); insert into chat values (1, $$a$$), (2, $$b$$)',
    );
  }
  await two.sql.unsafe('insert into chat values (3, $$b$$)');
});

interface Entry {
  readonly name: string;
  readonly status: string;
  readonly exitCode: number | null;
  readonly summary: string;
  readonly error?: { readonly code: string };
  readonly report?: { readonly targets: readonly { readonly excessRows: number }[] };
}

async function fleet(words: readonly string[], lines: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const cwd = await makeProject({ 'tenants.txt': `${lines.join('\n')}\n`, ...files });
  const [command = '', ...more] = words;
  const result = await runInside([command, '--targets', 'tenants.txt', ...more], { cwd });
  return { ...result, cwd };
}

async function results(words: readonly string[], lines: readonly string[], files?: Readonly<Record<string, string>>) {
  const { exitCode, stdout, cwd } = await fleet([...words, '--format', 'json'], lines, files);
  const report = JSON.parse(stdout);
  const entries = new Map<string, Entry>(report.results.map((entry: Entry) => [entry.name, entry]));
  return { exitCode, report, entries, cwd, stdout };
}

describe('databases', () => {
  test('each has a line of its own, and the worst decides the exit code', async () => {
    const { exitCode, stdout } = await fleet(
      ['find-duplicates', ...RULE],
      ['# tenants', '', `first ${one.url}`, `second ${two.url}`, `third ${three.url}`],
    );
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^find-duplicates - 3 targets - 3 at a time$/m);
    expect(stdout).toMatch(/\+ first {2,}no duplicates; checked 1 rule - \d/);
    expect(stdout).toMatch(/! second {2,}1 excess row in 1 of 1 rule/);
    expect(stdout).toMatch(/! FINDINGS {2}2 of 3 targets in order, 1 with findings/);
  });

  test('JSON has the report of each, and what is everywhere', async () => {
    const { report, entries, exitCode } = await results(['find-duplicates', ...RULE], [one.url, `"t 2" ${two.url}`]);
    expect(exitCode).toBe(1);
    expect(report).toMatchObject({
      formatVersion: 1,
      command: 'fleet',
      runs: 'find-duplicates',
      verdict: 'findings',
      counts: { ok: 1, findings: 1 },
      exitCode: 1,
      findings: [{ code: 'MSGDB_DUPLICATES_FOUND' }],
    });
    expect(entries.get(one.name)).toMatchObject({ status: 'ok', exitCode: 0, schema: null });
    expect(entries.get('t 2')?.report?.targets[0]?.excessRows).toBe(1);
  });

  test('NDJSON tells what happens on each target as it happens, and a line for each that ends', async () => {
    const file = join(await makeProject({}), 'fleet.ndjson');
    const { stdout, exitCode } = await fleet(
      ['find-duplicates', ...RULE, '--parallel', '1', '--format', 'ndjson', '--output', `ndjson=${file}`],
      [`first ${one.url}`, `second ${two.url}`],
    );
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(exitCode).toBe(1);
    expect(lines[0]).toMatchObject({ part: 'begin', value: { command: 'fleet', runs: 'find-duplicates', targets: 2 } });
    expect(lines.at(-1)).toMatchObject({ part: 'end', value: { verdict: 'findings', counts: { ok: 1, findings: 1 } } });
    const places = lines.flatMap(({ part, value }) =>
      part === 'event' ? [`event of ${value.target}`] : part === 'results' ? [`result of ${value.name}`] : [],
    );
    expect([...new Set(places)]).toEqual(['event of first', 'result of first', 'event of second', 'result of second']);
    expect(await readFile(file, 'utf8')).toContain('"target":"second"');
  });

  test('status says of each which migrations it lacks, and doctor what is in its way', async () => {
    const files = { 'migrations/0001-note.sql': 'create table note (id int primary key);' };
    const lines = [`first ${one.url}`, `second ${two.url}`];
    expect((await results(['migrate'], lines.slice(0, 1), files)).exitCode).toBe(0);
    try {
      const statuses = await results(['status', '--exit-code'], lines, files);
      expect(statuses.exitCode).toBe(1);
      expect(statuses.entries.get('first')).toMatchObject({
        status: 'ok',
        summary: '1 of 1 migration applied, 0 pending',
      });
      expect(statuses.entries.get('second')).toMatchObject({
        status: 'findings',
        report: { findings: [{ code: 'MSGDB_MIGRATION_PENDING' }] },
      });
      expect((await results(['status'], lines, files)).exitCode).toBe(0);
      await two.sql.unsafe('create table halfway (id int); insert into halfway values (1), (1)');
      await two.sql.unsafe('create unique index concurrently halfway_key on halfway (id)').catch(() => undefined);
      const doctors = await results(['doctor'], lines);
      expect(doctors.entries.get('first')).toMatchObject({ status: 'ok' });
      expect(doctors.entries.get('second')).toMatchObject({
        status: 'findings',
        report: { findings: [{ message: expect.stringContaining('halfway_key') }] },
      });
    } finally {
      await one.sql.unsafe('drop table note; drop schema msgdb cascade');
      await two.sql.unsafe('drop table if exists halfway');
    }
  });

  test('a target that cannot be reached fails by itself; others go on where that is asked for', async () => {
    const nowhere = 'gone postgresql://nobody:hush-hush@127.0.0.1:1/x';
    const stopped = await results(['find-duplicates', ...RULE, '--parallel', '1'], [nowhere, `first ${one.url}`]);
    expect(stopped.exitCode).toBe(3);
    expect(stopped.entries.get('gone')).toMatchObject({ status: 'failed', error: { code: 'MSGDB_CONNECTION_FAILED' } });
    expect(stopped.entries.get('first')).toMatchObject({ status: 'not begun', exitCode: null });
    const words = ['find-duplicates', ...RULE, '--parallel', '1', '--continue-on-error'];
    const continued = await results(words, [nowhere, `first ${one.url}`]);
    expect(continued.exitCode).toBe(3);
    expect(continued.entries.get('first')?.status).toBe('ok');
    expect(stopped.stdout + continued.stdout).not.toContain('hush-hush');
  });

  test.each([
    [['nonsense'], 'tenants.txt:1 names no target: nothing says which database'],
    [['a schema=x', 'b schema=x y=1'], 'tenants.txt:2 names no target: "y" is none of'],
    [['{"urll": "x"}'], 'Write url instead.'],
    [['a postgresql://h/x', 'a postgresql://h/y'], 'Two targets are called a: tenants.txt:1 and tenants.txt:2.'],
    [['a:pw-secret@h/x schema=a'], 'tenants.txt:1 names no target'],
    [['a postgres://u:pw-secret@h:port/x'], 'tenants.txt:1'],
    [['# none'], '--targets tenants.txt names no target.'],
  ])('%j is refused before anything is begun', async (lines, message) => {
    const { exitCode, stderr } = await fleet(['verify', ...RULE], lines);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('pw-secret');
  });

  test.each([
    [['verify', '--parallel', '3'], '--parallel is given without --targets.'],
    [['dedupe', '--targets', 't', '--sql'], '--targets and --sql are given together.'],
    [['dedupe', '--targets', 't', '--plan', 'x'], '--targets and --plan are given together.'],
    [['preflight', '-', '--targets', 't'], 'cannot be read from standard input'],
    [
      ['verify', '--targets', 't', '--output', 'sarif=/nowhere/x.sarif'],
      'The format sarif does not go with --targets.',
    ],
    [['migrate', '--targets', 't', '--connections', '2'], '`migrate` has up to 3 connections to a target.'],
    [['verify', '--targets', 't'], 'The file of --targets cannot be read: t.'],
    [['verify', '-u', one.url, '--targets', 'sql:select 1; select 2'], 'The SQL of --targets is not one SELECT.'],
    [['verify', '-u', one.url, '--targets', 'sql:select 1 as x'], 'row 1 of --targets names no target: "x" is none of'],
    [['status', '--targets', 't', '--runs'], '--targets and --runs are given together.'],
    [['dedupe', '--targets', 't', '--embedded'], '--targets and --embedded are given together.'],
  ])('%j is refused', async (words, message) => {
    const { exitCode, stderr } = await runInside(words);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  test('a query names databases of the server, and cannot change anything', async () => {
    const query = `sql:select n as database from (values ('${one.name}'), ('${two.name}')) t(n)`;
    const { stdout, exitCode } = await runInside(['find-duplicates', '-u', three.url, '--targets', query, ...RULE]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(two.name);
    const writing = "sql:select set_config('x.y', 'z', false) as name, nextval('s')::text as schema";
    await one.sql.unsafe('create sequence s');
    const refused = await runInside(['verify', '-u', one.url, '--targets', writing, ...RULE]);
    expect(refused.stderr).toContain('read-only transaction');
  });

  test('junit has a case, github an annotation for each', async () => {
    const lines = [`first ${one.url}`, `second ${two.url}`];
    const junit = await fleet(['find-duplicates', ...RULE, '--format', 'junit'], lines);
    expect(junit.stdout).toMatch(/tests="2" failures="1"/);
    const github = await fleet(['find-duplicates', ...RULE, '--format', 'github'], lines);
    expect(github.stdout).toMatch(/^::error title=second%3A MSGDB_DUPLICATES_FOUND/m);
    expect(github.stdout.match(/^::/gm)).toHaveLength(2);
  });

  test.each([1, 2])('never more connections than --connections %i, one that was closed included', async (most) => {
    const role = await one.createRole(`few_${most}`, {
      attributes: `connection limit ${most}`,
      grants: ['select on all tables in schema public'],
    });
    const lines = Array.from({ length: 40 }, (_, place) => `t${place} ${role.url}`);
    const { exitCode, entries } = await results(
      ['find-duplicates', ...RULE, '--parallel', '8', '--connections', String(most), '--continue-on-error'],
      lines,
    );
    expect([...entries.values()].filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(exitCode).toBe(0);
  });
});

describe('changing', () => {
  const MIGRATION = `import { migration, uniqueKey } from 'msgdb';
    export default migration({ summary: 'One chat a phone', up: [uniqueKey({ table: 'chat', key: ['phone'], index: 'chat_phone' })] });`;

  test('dedupe asks, and without a terminal nothing is begun', async () => {
    const { exitCode, stderr } = await fleet(['dedupe', ...RULE], [`second ${two.url}`]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Remove the copies in 1 target?');
    expect(await two.sql`select from chat`).toHaveLength(3);
  });

  test('migrate and rollback go through all, and a resumed run leaves out what is done', async () => {
    const lines = [`first ${one.url}`, `second ${two.url}`, `gone postgresql://x@127.0.0.1:1/x`];
    const files = { 'migrations/0001-chat.ts': MIGRATION };
    const earlier = join(await makeProject({}), 'fleet.json');
    const first = await fleet(['migrate', '--continue-on-error', '--output', `json=${earlier}`], lines, files);
    expect(first.exitCode).toBe(3);
    expect(first.stdout).toContain('next: the same command with --resume');
    expect(await two.sql`select from chat`).toHaveLength(2);
    const words = ['--targets', 'tenants.txt', '--continue-on-error', '--resume', earlier];
    const { cwd } = first;
    const again = await runInside(['migrate', ...words, '--format', 'json'], { cwd });
    const statuses = JSON.parse(again.stdout).results.map(({ name, status }: Entry) => `${name}: ${status}`);
    expect(statuses).toEqual(['first: done before', 'second: done before', 'gone: failed']);
    const dry = await runInside(['migrate', ...words, '--dry-run'], { cwd });
    expect(dry.stderr.replaceAll(/\s+/g, ' ')).toContain('is the report of another command: migrate with other flags.');
    const other = await runInside(['verify', ...words], { cwd });
    expect(other.stderr.replaceAll(/\s+/g, ' ')).toContain('is the report of another command: migrate.');
    const verified = await runInside(['verify', '--targets', 'tenants.txt', '--continue-on-error'], { cwd });
    expect(verified.stdout).toMatch(/\+ second /);
    const undone = await runInside(['rollback', '--targets', 'tenants.txt', '--continue-on-error'], { cwd });
    expect(undone.stdout).toMatch(/\+ second /);
    expect(await two.sql`select from chat`).toHaveLength(3);
    expect(await readdir(dirname(earlier))).toEqual(['fleet.json']);
  });

  test('targets of one database wait for each other, and not for the run lock', async () => {
    const lines = Array.from({ length: 4 }, (_, place) => `t${place} ${two.url}`);
    const { exitCode, entries } = await results(['dedupe', ...RULE, '--yes', '--lock-wait', '0'], lines);
    expect([...entries.values()].map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(exitCode).toBe(0);
    expect(await two.sql`select from chat`).toHaveLength(2);
  });
});

test('Ctrl-C stops those at work, begins no further one, and --resume goes on', async () => {
  const cwd = await makeProject({ 'tenants.txt': `a ${three.url}\nb ${one.url}\nc ${three.url}\n` });
  await three.sql.unsafe('begin; lock table chat');
  const words = ['find-duplicates', '--targets', 'tenants.txt', '--parallel', '1', ...RULE];
  const running = await startCli([...words, '--output', 'json=fleet.json'], { cwd });
  await running.waitFor('3 targets');
  await expect.poll(async () => two.sql`select from pg_locks where not granted`).toHaveLength(1);
  const { exitCode, stdout } = await running.kill('SIGINT');
  await three.sql.unsafe('rollback');
  expect(exitCode).toBe(130);
  expect(stdout).toContain('INTERRUPTED');
  expect(stdout).toMatch(/o c {2,}not begun/);
  const report = JSON.parse(await readFile(join(cwd, 'fleet.json'), 'utf8'));
  expect(report.counts).toMatchObject({ interrupted: 1, 'not begun': 2 });
  const resumed = await runInside([...words, '--resume', 'fleet.json'], { cwd });
  expect(resumed.exitCode).toBe(0);
});

test('as many targets at a time as are asked for, without a warning of the runtime', async () => {
  const lines = Array.from({ length: 12 }, (_, number) => `t${number} ${one.url}\n`);
  const cwd = await makeProject({ 'tenants.txt': lines.join('') });
  const words = ['find-duplicates', '--targets', 'tenants.txt', '--parallel', '12', ...RULE];
  const { exitCode, stderr } = await runCli(words, { cwd });
  expect(exitCode).toBe(0);
  expect(stderr).not.toContain('Warning');
});
