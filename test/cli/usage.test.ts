import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { VERSION } from '../../src/model/version.ts';
import { makeProject, REPOSITORY, runCli } from '../support/cli.ts';
import { runInside } from '../support/run-inside.ts';

const colour = '\x1b[';

/** The file and all that it imports when it is loaded, paths from the root; packages and Node's modules by their names. */
async function loadedBefore(file: string, known = new Set<string>()): Promise<readonly string[]> {
  known.add(file);
  if (!file.startsWith('dist/')) return [...known];
  const code = await readFile(join(REPOSITORY, file), 'utf8');
  for (const [, name = ''] of code.matchAll(/^(?:import|export)\b(?:[^'"();]*?\bfrom\s*)?["']([^"']+)["']/gm)) {
    const next = name.startsWith('.') ? join(dirname(file), name) : name;
    if (!known.has(next)) await loadedBefore(next, known);
  }
  return [...known];
}

/** Makes objects at the end of the program, and says how many megabytes it then has for new ones. */
const FILL = `process.on('exit', () => {
  let kept = [];
  for (let n = 0; n < 3_000_000; n += 1) kept = kept.length > 50_000 ? [] : (kept.push({ n }), kept);
  const spaces = require('node:v8').getHeapSpaceStatistics();
  console.error(spaces.find((space) => space.space_name === 'new_space').space_size / 1e6);
});`;

describe('help and version', () => {
  test.each([['--version'], ['-V']])('msgdb %s prints the version', async (...words) => {
    expect(await runCli(words)).toMatchObject({ exitCode: 0, stdout: `msgdb ${VERSION}\n`, stderr: '' });
  });

  test('what the version is printed with is a few files of msgdb alone', async () => {
    const loaded = await loadedBefore('dist/cli/main.js');
    expect(loaded.filter((file) => !file.startsWith('node:')).length).toBeLessThanOrEqual(5);
    expect(loaded.filter((file) => !/^(node:|dist\/)/.test(file))).toEqual([]);
  });

  test('a command keeps the room that V8 has for new objects as small as it was', async () => {
    const folder = await makeProject({ 'fill.cjs': FILL });
    const { exitCode, stderr } = await runCli(['--help'], { env: { NODE_OPTIONS: `--require ${folder}/fill.cjs` } });
    expect(exitCode).toBe(0);
    expect(Number(stderr)).toBeGreaterThan(0);
    expect(Number(stderr)).toBeLessThan(5);
  });

  test.each([['--help'], ['help'], ['help', 'migrate'], ['migrate', '--help'], ['archive', '-h']])(
    'msgdb %s %s goes to stdout',
    async (...words) => {
      const run = words.includes('migrate') ? runInside : runCli;
      const { exitCode, stdout, stderr } = await run(words);
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).toContain('Usage: msgdb');
    },
  );

  test('no command at all is wrong usage: help on stderr, nothing on stdout', async () => {
    const { exitCode, stdout, stderr } = await runCli([]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: msgdb');
  });

  test('help is coloured when colour is forced, not with --no-color', async () => {
    const env = { FORCE_COLOR: '1', NO_COLOR: '' };
    expect((await runInside(['migrate', '--help'], { env })).stdout).toContain(colour);
    expect((await runInside(['migrate', '--help', '--no-color'], { env })).stdout).not.toContain(colour);
  });
});

describe('wrong usage ends with 2 and one message on stderr', () => {
  test.each<[string, string]>([
    ['migrat', '`msgdb migrate`'],
    ['migrate --dry-rnu', '--dry-run'],
    ['status extra', '"extra"'],
    ['migrate --to', '--to is given without a value'],
    ['archive show', 'needs a RUN'],
    ['status --format jsn', '--format json'],
    ['status -q -v', '--quiet and --verbose'],
    ['find-duplicates --table chat', '--table is given without --key'],
    ['dedupe --table Chat', '`msgdb find-duplicates --table Chat --discover`'],
    ['new WhatsApp --migrations-dir /etc/passwd', 'No migration can be written to '],
    ['dedupe --table t --key lower(a', 'A ) is missing'],
    ['find-duplicates --samples many', '--samples is "many"'],
    ['rollback --to a --step 1', '--to and --step'],
    ['migrate --lock-wait 5', '--lock-wait'],
    ['migrate --strategy onlin', '--strategy online'],
    ['migrate --limit 101%', '--limit'],
    ['archive purge --older-than 30', '30d'],
    ['status -u postgres://h/d --embedded', '--database-url and --embedded'],
    ['status -c nowhere.json', 'nowhere.json'],
  ])('msgdb %s', async (line, message) => {
    const { exitCode, stdout, stderr } = await runInside(line.split(' '));
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/\n {2}MSGDB_(USAGE|CONFIG_INVALID)\n$/);
    expect(stderr.match(/MSGDB_/g)).toHaveLength(1);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('as a document on stdout where one was asked for', async () => {
    const json = await runCli(['status', '--format', 'json', '--nope']);
    expect([json.exitCode, json.stderr]).toEqual([2, '']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      formatVersion: 1,
      command: 'status',
      verdict: 'failed',
      error: { code: 'MSGDB_USAGE' },
    });
    expect((await runInside(['status', '--nope', '--format', 'github'])).stdout).toMatch(/^::error/);
    expect((await runInside(['status', '--nope', '--format', 'junit'])).stdout).toMatch(/^<\?xml/);
    expect(JSON.parse((await runInside(['status', '--nope', '--format', 'sarif'])).stdout)).toMatchObject({
      version: '2.1.0',
    });
  });

  test('the password of a URL in the wrong place is not repeated', async () => {
    for (const words of [['postgres://app:hush@h/d'], ['migrate', 'postgres://app:hush@h/d'], ['--ulr=p://a:hush@h']]) {
      const { exitCode, stdout, stderr } = await runInside(words);
      expect(exitCode).toBe(2);
      expect(stdout + stderr).not.toContain('hush');
    }
  });
});

describe('without a database', () => {
  test.each([['status'], ['migrate'], ['verify'], ['archive']])('msgdb %s says how to name one', async (...words) => {
    const cwd = await makeProject({ 'migrations/0001-a.sql': 'select 1;' });
    const { exitCode, stdout, stderr } = await runInside(words, { cwd });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('MSGDB_DATABASE_URL=');
    expect(stderr).toContain('MSGDB_NO_DATABASE');
  });

  test('a server that is not there ends with 3, and the password stays hidden', async () => {
    const cwd = await makeProject({ 'migrations/0001-a.sql': 'select 1;' });
    const words = ['status', '-v', '-u', 'postgres://app:hush-hush@127.0.0.1:1/d?connect_timeout=2'];
    const { exitCode, stdout, stderr } = await runCli(words, { cwd });
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toContain('MSGDB_CONNECTION_FAILED');
    expect(stderr).not.toContain('hush-hush');
  });

  test('init and new need none', async () => {
    const cwd = await makeProject({});
    expect(await runCli(['init'], { cwd })).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await runCli(['new', 'unique id', '--table', 'chat', '--key', 'a, b'], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('0001-unique-id.ts'),
    });
  });
});
