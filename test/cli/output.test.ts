import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { CLI, makeProject, runCli } from '../support/cli.ts';
import { useDatabase } from '../support/database.ts';
import { runInside } from '../support/run-inside.ts';

const database = useDatabase();
const rule = ['--table', 'messages', '--key', 'wa_id'];
const colour = '\x1b[';

beforeAll(async () => {
  await database.sql.unsafe(`
    create table messages (id bigint generated always as identity primary key, wa_id text, body text);
    insert into messages (wa_id, body)
    select 'w' || (i % 900), repeat('long text ', 300) || i from generate_series(1, 1000) i`);
});

function find(words: readonly string[] = [], options: Parameters<typeof runCli>[1] = {}) {
  return runCli(['find-duplicates', ...rule, '-u', database.url, ...words], options);
}

/** For how it looks: in this process. */
function look(words: readonly string[] = [], options: Parameters<typeof runInside>[1] = {}) {
  return runInside(['find-duplicates', ...rule, '-u', database.url, ...words], options);
}

describe('stdout carries the report alone', () => {
  test('of people', async () => {
    const { exitCode, stdout, stderr } = await find();
    expect([exitCode, stderr]).toEqual([1, '']);
    expect(stdout).toContain('messages');
    expect(stdout).not.toContain(colour);
  });

  test('of programs', async () => {
    const { exitCode, stdout } = await find(['--format', 'json', '--samples', '2']);
    const report = JSON.parse(stdout);
    expect(exitCode).toBe(1);
    expect(report).toMatchObject({ command: 'find-duplicates', verdict: 'findings', targets: [{ excessRows: 100 }] });
    expect(report.targets[0].samples).toHaveLength(2);
  });

  test('of the demo for programs, whose story is on stderr', async () => {
    const { exitCode, stdout, stderr } = await runCli(['demo', '--format', 'json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ command: 'demo', verdict: 'ok' });
    const told = ['as they were found', 'The duplicates', 'before', 'The repair', 'The proof', 'The way back'];
    const places = told.map((title) => stderr.indexOf(title));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(places).not.toContain(-1);
  });

  test('warnings of the configuration go to stderr, unless quiet', async () => {
    const cwd = await makeProject({ 'msgdb.config.json': '{ "jobs": 4 }', 'msgdb.config.mjs': 'export default {};' });
    expect((await find(['--samples', '0'], { cwd })).stderr).toContain('msgdb.config.json beside it is ignored');
    expect((await look(['--samples', '0', '-q'], { cwd })).stderr).toBe('');
  });

  test('row contents are hidden with --redact, by flag and by configuration', async () => {
    const cwd = await makeProject({ 'msgdb.config.json': '{ "redact": true }' });
    for (const { stdout } of [await look(['--redact']), await look([], { cwd })]) {
      expect(stdout).toContain('wa_id');
      expect(stdout).not.toContain('long text');
    }
  });

  test('--redact=COLUMNS hides those alone, and says which name no column has', async () => {
    const { stdout, stderr } = await look(['--redact=BODY,bodi']);
    expect(stdout).toContain('wa_id = w1');
    expect(stdout).not.toContain('long text');
    expect(stderr).toContain('no column of this database is called "bodi"');
    expect(stderr).not.toContain('BODY');
  });
});

describe('how it looks', () => {
  test.each<[string, Record<string, string>, readonly string[], boolean]>([
    ['a pipe', { NO_COLOR: '' }, [], false],
    ['FORCE_COLOR', { NO_COLOR: '', FORCE_COLOR: '1' }, [], true],
    ['FORCE_COLOR=0', { NO_COLOR: '', FORCE_COLOR: '0' }, [], false],
    ['--no-color', { NO_COLOR: '', FORCE_COLOR: '1' }, ['--no-color'], false],
    ['NO_COLOR', { NO_COLOR: '1' }, [], false],
  ])('%s', async (_name, env, words, coloured) => {
    expect((await look(['--samples', '0', ...words], { env })).stdout.includes(colour)).toBe(coloured);
  });

  test('symbols follow the locale', async () => {
    expect((await look(['--samples', '0'], { env: { LANG: 'C.UTF-8' } })).stdout).toContain('▲ FINDINGS');
    expect((await look(['--samples', '0'], { env: { LANG: 'C' } })).stdout).toContain('! FINDINGS');
  });

  test('COLUMNS sets the width of a pipe', async () => {
    const { stdout } = await look(['--samples', '0'], { env: { COLUMNS: '50' } });
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(50);
  });
});

describe('--output', () => {
  test('puts the report in the file, and nothing on stdout', async () => {
    const cwd = await makeProject({});
    const { exitCode, stdout, stderr } = await find(['--format', 'json', '--output', 'report.json'], { cwd });
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toBe('The report is in report.json\n');
    expect(JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8'))).toMatchObject({ verdict: 'findings' });
    expect(readdirSync(cwd)).toEqual(['report.json']);
  });

  test('writes each format that is named, of one look, beside what goes to stdout', async () => {
    const cwd = await makeProject({});
    const outputs = ['json=r.json', 'sarif=r.sarif', 'human=r.txt'].flatMap((file) => ['--output', file]);
    const { exitCode, stdout, stderr } = await find([...outputs, '--format', 'github', '--redact'], { cwd });
    expect([exitCode, stderr]).toEqual([1, 'The report is in r.json, r.sarif, r.txt\n']);
    expect(stdout).toMatch(/^::error title=MSGDB_DUPLICATES_FOUND/);
    const [json, sarif, human] = ['r.json', 'r.sarif', 'r.txt'].map((name) => readFileSync(join(cwd, name), 'utf8'));
    const report = JSON.parse(json ?? '');
    expect(report.targets[0]).toMatchObject({ excessRows: 100 });
    expect(JSON.parse(sarif ?? '').runs[0].results).toHaveLength(report.findings.length);
    expect(human).toContain('FINDINGS');
    expect([json, sarif, human].join('')).not.toContain('long text');
  });

  test('takes formats before the command and after it, and one file in place of stdout', async () => {
    const cwd = await makeProject({});
    const words = ['--output', 'json=r.json', 'find-duplicates', ...rule, '-u', database.url, '--output', 'r.txt'];
    expect(await runCli(words, { cwd })).toMatchObject({ exitCode: 1, stdout: '' });
    expect(readdirSync(cwd).toSorted()).toEqual(['r.json', 'r.txt']);
  });

  test('an error is in each of the files', async () => {
    const cwd = await makeProject({ 'r.json': 'stale' });
    const words = ['find-duplicates', '--table', 'none', '--key', 'a', '-u', database.url, '--output', 'json=r.json'];
    const { exitCode, stdout, stderr } = await runCli([...words, '--output', 'junit=r.xml'], { cwd });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('MSGDB_TABLE_NOT_FOUND');
    expect(JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8'))).toMatchObject({ verdict: 'failed' });
    expect(readFileSync(join(cwd, 'r.xml'), 'utf8')).toContain('MSGDB_TABLE_NOT_FOUND');
  });

  test('a file is not coloured, and quiet says nothing of it', async () => {
    const cwd = await makeProject({});
    const env = { NO_COLOR: '', FORCE_COLOR: '1' };
    expect(await find(['-q', '--output', 'report'], { cwd, env })).toMatchObject({ stdout: '', stderr: '' });
    expect(readFileSync(join(cwd, 'report'), 'utf8')).not.toContain(colour);
  });

  test('a folder that is not there is refused before any work', async () => {
    const cwd = await makeProject({ 'migrations/0001-a.sql': 'create table made (id int);' });
    const { exitCode, stdout, stderr } = await runCli(
      ['migrate', '-u', database.url, '--output', join('none', 'report.json')],
      { cwd },
    );
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('does not exist');
    expect(existsSync(join(cwd, 'none'))).toBe(false);
    expect(await database.sql`select to_regclass('made') as made`).toEqual([{ made: null }]);
  });

  test('an error takes the place of the report: no stale one is left to be believed', async () => {
    const cwd = await makeProject({ 'report.json': '{ "verdict": "ok" }' });
    const { exitCode, stdout, stderr } = await runCli(
      [
        'find-duplicates',
        '--table',
        'nowhere',
        '--key',
        'a',
        '-u',
        database.url,
        '--format',
        'json',
        '--output',
        'report.json',
      ],
      { cwd },
    );
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('MSGDB_TABLE_NOT_FOUND');
    expect(JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8'))).toMatchObject({ verdict: 'failed' });
  });
});

describe('a reader that goes away', () => {
  test.each([
    ['before anything is written', 0],
    ['after the first bytes', 1],
  ])('%s ends the program quietly', async (_name, reads) => {
    const words = ['find-duplicates', ...rule, '-u', database.url, '--format', 'json', '--samples', '100'];
    const child = spawn(process.execPath, [CLI, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    if (reads === 0) child.stdout.destroy();
    else child.stdout.once('data', () => child.stdout.destroy());
    const exitCode = await new Promise((resolve) => child.once('close', resolve));
    expect([exitCode, stderr]).toEqual([1, '']);
  });

  test('a large report arrives whole', async () => {
    const { stdout } = await find(['--format', 'json', '--samples', '100']);
    expect(stdout.length).toBeGreaterThan(600_000);
    expect(JSON.parse(stdout).targets[0].samples).toHaveLength(100);
  });
});

describe('a script', () => {
  test('is printed as it is, and changes nothing', async () => {
    const { exitCode, stdout, stderr } = await runCli(['dedupe', ...rule, '--sql', '-u', database.url]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.toLowerCase()).toContain('delete');
    expect(await database.sql`select count(*)::int as rows from messages`).toEqual([{ rows: 1000 }]);
  });

  test('has no format', async () => {
    const { exitCode, stdout } = await runCli(['migrate', '--sql', '--format', 'json']);
    expect([exitCode, JSON.parse(stdout).error.message]).toEqual([2, '--sql and --format json are given together.']);
  });
});
