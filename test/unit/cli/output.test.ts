import { mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Command } from '../../../src/cli/definition/command.ts';
import type { Flags } from '../../../src/cli/definition/flag.ts';
import { checkOutputFile, writeOutputFile } from '../../../src/cli/output-file.ts';
import { guessOutputOptions, parseOutputOptions, refuseFormatOfScript } from '../../../src/cli/output-options.ts';
import { runCommand } from '../../../src/cli/run-command.ts';
import { MsgdbError } from '../../../src/model/errors.ts';
import type { Report } from '../../../src/model/report.ts';
import { pretendProcess } from '../../support/run-inside.ts';
import { errorOf } from './errors.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'msgdb-output-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('where the report goes and in what form', () => {
  test.each<[Flags, object]>([
    [{}, { format: 'human', printed: true, files: [], quiet: false, verbose: false, redact: false, color: true }],
    [
      { format: 'sarif', output: ['x'] },
      { format: 'sarif', printed: false, files: [{ path: 'x', format: 'sarif' }] },
    ],
    [
      { format: 'github', output: ['json=a/b=c.json', 'human=x'] },
      {
        format: 'github',
        printed: true,
        files: [
          { path: 'a/b=c.json', format: 'json' },
          { path: 'x', format: 'human' },
        ],
      },
    ],
    [
      { output: ['./json=x', 'sarif=y'] },
      {
        printed: false,
        files: [
          { path: './json=x', format: 'human' },
          { path: 'y', format: 'sarif' },
        ],
      },
    ],
    [
      { quiet: true, color: false, redact: true },
      { quiet: true, color: false, redact: true },
    ],
  ])('%j', (flags, options) => {
    expect(parseOutputOptions(flags)).toMatchObject(options);
  });

  test('an unknown format is refused, and taken for human meanwhile', () => {
    const error = errorOf(() => parseOutputOptions({ format: 'jsn' }));
    expect([error.code, error.fix]).toEqual(['MSGDB_USAGE', 'Did you mean --format json?']);
    expect(guessOutputOptions({ format: 'jsn' }).format).toBe('human');
  });

  test.each<[readonly string[], RegExp, RegExp]>([
    [['pdf=r.pdf'], /names a format that does not exist: pdf/, /--output \.\/pdf=r\.pdf/],
    [['jsn=r.json'], /does not exist: jsn/, /--output json=r\.json/],
    [['a', 'b'], /more than once without a format: a, b/, /--output a --output json=b/],
    [['json=r', 'sarif=./r'], /written to r: json and sarif/, /a file for each/],
  ])('%j is refused', (output, what, fix) => {
    const error = errorOf(() => parseOutputOptions({ output }));
    expect([error.code, error.message, error.fix]).toEqual([
      'MSGDB_USAGE',
      expect.stringMatching(what),
      expect.stringMatching(fix),
    ]);
  });

  test('contradictions are refused', () => {
    expect(errorOf(() => refuseFormatOfScript({ output: ['json=x'] })).message).toContain('--output json=x');
    refuseFormatOfScript({ output: ['x.sql'] });
    expect(errorOf(() => parseOutputOptions({ quiet: true, verbose: true })).code).toBe('MSGDB_USAGE');
    expect(errorOf(() => refuseFormatOfScript({ format: 'json' })).code).toBe('MSGDB_USAGE');
    refuseFormatOfScript({ format: 'human' });
    refuseFormatOfScript({});
  });
});

describe('the story of a command that is there for it', () => {
  const command: Command = {
    name: 'demo',
    group: '',
    summary: '',
    description: '',
    arguments: [],
    flags: [],
    examples: [],
    tellsStory: true,
    run: async ({ emit }) => {
      emit({ kind: 'section', title: 'Once' });
      return {
        kind: 'report',
        report: {
          command: 'demo',
          chapters: [],
          verdict: 'ok',
          exitCode: 0,
          summary: 'the end',
          findings: [],
          durationMs: 1,
        },
      };
    },
  };

  test.each<[Flags, RegExp, RegExp]>([
    [{}, /^Once\n.*the end/s, /^$/],
    [{ quiet: true }, /^(?!.*Once).*the end/s, /^$/],
    [{ format: 'json' }, /^\{(?!.*Once).*"the end"/s, /^Once\n/],
    [{ format: 'json', quiet: true }, /^\{(?!.*Once).*"the end"/s, /^$/],
  ])('comes before the report for people, else on stderr: %j', async (flags, report, beside) => {
    const { exitCode, stdout, stderr } = await pretendProcess({ cwd: tmpdir() }, async (process) =>
      runCommand({ command, input: { arguments: [], flags } }, process),
    );
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(report),
      stderr: expect.stringMatching(beside),
    });
  });
});

describe('the lines of JSON on stdout', () => {
  const hostile = '\u001b[2J\r\n{"part":"end"}\u2028 s3cret-word';
  const report = {
    ...{ command: 'init', files: [], verdict: 'ok', exitCode: 0, summary: 'the end', findings: [], durationMs: 1 },
  } as unknown as Report;
  function commandThat(run: Command['run']): Command {
    return { name: 'init', group: '', summary: '', description: '', arguments: [], flags: [], examples: [], run };
  }
  async function linesOf(run: Command['run'], flags: Flags = {}) {
    const env = { PGPASSWORD: 's3cret-word' };
    const { stdout } = await pretendProcess({ cwd: tmpdir(), env }, async (process) =>
      runCommand(
        { command: commandThat(run), input: { arguments: [], flags: { format: 'ndjson', ...flags } } },
        process,
      ),
    );
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  test('tell what happens while it happens, before the report and after one beginning', async () => {
    const lines = await linesOf(async ({ emit }) => {
      emit({ kind: 'step-started', title: 'look' });
      emit({ kind: 'progress', title: 'look', done: 1, total: 4 });
      emit({ kind: 'progress', title: 'look', done: 2, total: 4 });
      emit({ kind: 'progress', title: 'look', done: 4, total: 4 });
      emit({ kind: 'waiting', message: hostile, queries: ['select 1'] });
      emit({ kind: 'waiting', message: hostile, queries: ['select 1'] });
      emit({ kind: 'facts', rows: [['a', 'b']] });
      return { kind: 'report', report };
    });
    expect(lines.map(({ part, value }) => value.kind ?? part)).toEqual([
      ...['begin', 'step-started', 'progress', 'progress', 'waiting', 'facts', 'end'],
    ]);
    expect(lines[3].value).toEqual({
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      kind: 'progress',
      title: 'look',
      done: 4,
      total: 4,
    });
    expect(lines[4].value.message).toBe(hostile.replace('s3cret-word', '***'));
    expect(lines[4].value).not.toHaveProperty('queries');
    expect(lines[5].value.facts).toEqual({ a: 'b' });
    expect(lines.at(-1)).toMatchObject({ part: 'end', value: { verdict: 'ok' } });
  });

  test('have one beginning when the command fails after an event, too', async () => {
    const lines = await linesOf(async ({ emit }) => {
      emit({ kind: 'note', message: 'so far' });
      throw new MsgdbError('MSGDB_REFUSED', { what: 'no' });
    });
    expect(lines.map(({ part }) => part)).toEqual(['begin', 'event', 'findings', 'end']);
  });

  test('tell what others run with --verbose, and not with --redact', async () => {
    const run: Command['run'] = async ({ emit }) => {
      emit({ kind: 'waiting', message: 'wait', queries: ['select 1'] });
      return { kind: 'report', report };
    };
    expect((await linesOf(run, { verbose: true }))[1].value.queries).toEqual(['select 1']);
    expect((await linesOf(run, { verbose: true, redact: true }))[1].value).not.toHaveProperty('queries');
  });
});

describe('a report in a file', () => {
  test('replaces what is there, and leaves nothing beside it', async () => {
    const folder = makeFolder();
    const file = join(folder, 'report.json');
    writeFileSync(file, 'old and longer');
    await checkOutputFile(file);
    await writeOutputFile(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['report.json']);
  });

  test('keeps the permissions of the file, and the link to it', async () => {
    const folder = makeFolder();
    const [file, link] = [join(folder, 'report'), join(folder, 'link')];
    writeFileSync(file, 'old');
    await chmod(file, 0o600);
    symlinkSync(file, link);
    await writeOutputFile(link, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).toSorted()).toEqual(['link', 'report']);
  });

  test('a device is written to, not replaced', async () => {
    await checkOutputFile('/dev/null');
    await writeOutputFile('/dev/null', 'gone');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test.each<[string, (folder: string) => string, string]>([
    ['a folder', (folder) => folder, 'It is a folder'],
    ['in no folder', (folder) => join(folder, 'none', 'report'), 'does not exist'],
    ['below a file', (folder) => join(folder, 'file', 'report'), 'does not exist'],
    ['without a name', () => ' ', 'a variable that is not set'],
  ])('%s is refused before any work', async (_name, path, why) => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'file'), '');
    await expect(checkOutputFile(path(folder))).rejects.toMatchObject({
      code: 'MSGDB_USAGE',
      why: expect.stringContaining(why),
    });
  });
});
