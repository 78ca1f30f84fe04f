import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Command } from '../../../src/cli/definition/command.ts';
import type { Flags } from '../../../src/cli/definition/flag.ts';
import { createJsonDisplay } from '../../../src/cli/log/json-display.ts';
import { runCommand } from '../../../src/cli/run-command.ts';
import { MsgdbError } from '../../../src/model/errors.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import type { Report } from '../../../src/model/report.ts';
import { VERSION } from '../../../src/model/version.ts';
import type { LogEntry } from '../../../src/report/log-entry.ts';
import { pretendProcess, runInside } from '../../support/run-inside.ts';

const report: Report = {
  ...{ command: 'demo', chapters: [], verdict: 'ok', exitCode: 0, summary: 'the end', findings: [], durationMs: 1 },
};

interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly log: readonly Readonly<Record<string, unknown>>[];
}

async function logOf(run: Command['run'], flags: Flags = {}, env: Record<string, string> = {}): Promise<Ran> {
  const command: Command = {
    ...{ name: 'demo', group: '', summary: '', description: '', arguments: [], flags: [], examples: [], run },
  };
  const { exitCode, stdout, stderr } = await pretendProcess({ cwd: tmpdir(), env }, async (process) =>
    runCommand({ command, input: { arguments: [], flags: { logFormat: 'json', ...flags } } }, process),
  );
  const lines = stderr.split('\n');
  expect(lines.pop()).toBe('');
  return { exitCode, stdout, log: lines.map((line) => JSON.parse(line)) };
}

const done: RunEvent = {
  ...{ kind: 'step-done', title: 'remove', table: 'chat', durationMs: 1.4, detail: '2 rows removed' },
  counts: { removed: 2 },
};

describe('stderr as lines of JSON', () => {
  test('tell what happens, and stdout has the report', async () => {
    const { stdout, log } = await logOf(async ({ emit }) => {
      emit({ kind: 'section', title: '0001-chat' });
      emit({ kind: 'run-started', runId: '20260131-184502-9f3c' });
      emit({ kind: 'waiting', message: 'chat is busy', table: 'chat', queries: ['select 1'] });
      emit({ kind: 'waiting', message: 'chat is busy', table: 'chat' });
      emit(done);
      emit({ kind: 'server-message', message: { severity: 'WARNING', text: 'late', from: 'server' } });
      emit({ kind: 'server-message', message: { severity: 'NOTICE', text: 'so', from: 'server' } });
      return { kind: 'report', report };
    });
    expect(stdout).toContain('the end');
    const runId = '20260131-184502-9f3c';
    expect(log.map(({ time, command, ...rest }) => rest)).toEqual([
      { level: 'info', event: 'begin', version: VERSION },
      { level: 'info', event: 'section', message: '0001-chat' },
      { level: 'info', event: 'run-started', runId },
      { level: 'warn', event: 'waiting', runId, message: 'chat is busy', table: 'chat' },
      {
        ...{ level: 'info', event: 'step-done', runId, message: 'remove', table: 'chat', durationMs: 1 },
        ...{ detail: '2 rows removed', counts: { removed: 2 } },
      },
      { level: 'warn', event: 'server-message', runId, message: 'late', severity: 'WARNING', from: 'server' },
      { level: 'info', event: 'server-message', runId, message: 'so', severity: 'NOTICE', from: 'server' },
      { level: 'info', event: 'end', exitCode: 0, durationMs: expect.any(Number) },
    ]);
    expect(new Set(log.map(({ command }) => command))).toEqual(new Set(['demo']));
    for (const { time } of log) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('statements of others are there with --verbose alone, and never where rows are hidden', async () => {
    const queries = (flags: Flags) =>
      logOf(async ({ emit }) => {
        emit({ kind: 'waiting', message: 'chat is busy', queries: ["select 'a@b.c'"] });
        return { kind: 'report', report };
      }, flags).then(({ log }) => JSON.stringify(log).includes('a@b.c'));
    expect([await queries({}), await queries({ verbose: true })]).toEqual([false, true]);
    expect(await queries({ verbose: true, redact: true })).toBe(false);
  });

  test('an error is one line, also where a document has it, without secrets and hidden rows', async () => {
    const { exitCode, stdout, log } = await logOf(
      async () => {
        throw new MsgdbError('MSGDB_LOCK_TIMEOUT', {
          what: 'Failing row contains (7, a@b.c); the password is s3cret-word.',
          data: { table: 'chat' } as never,
        });
      },
      { format: 'json', redact: true },
      { PGPASSWORD: 's3cret-word' },
    );
    expect(exitCode).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'failed' });
    expect(log).toHaveLength(3);
    expect(log[1]).toMatchObject({ level: 'error', event: 'error', code: 'MSGDB_LOCK_TIMEOUT', table: 'chat' });
    expect(log[1]).toMatchObject({ exitCode: 4, why: expect.any(String), fix: expect.any(String) });
    expect(JSON.stringify(log)).not.toMatch(/s3cret-word|a@b\.c/);
    expect(log[2]).toMatchObject({ event: 'end', exitCode: 4 });
  });

  test('a defect has its stack with --verbose, in one line', async () => {
    const { log } = await logOf(
      async () => {
        throw new TypeError('odd');
      },
      { verbose: true },
    );
    expect(log.map(({ event }) => event)).toEqual(['begin', 'error', 'trace', 'end']);
    expect(log[2]?.message).toMatch(/TypeError: odd\n\s+at /);
  });

  test('with --quiet there are errors alone', async () => {
    const run: Command['run'] = async ({ emit }) => {
      emit(done);
      throw new MsgdbError('MSGDB_REFUSED', { what: 'No.' });
    };
    expect((await logOf(run, { quiet: true })).log.map(({ event }) => event)).toEqual(['error']);
  });

  test('what anybody else writes is lines of it, whole', async () => {
    const command: Command = {
      ...{ name: 'demo', group: '', summary: '', description: '', arguments: [], flags: [], examples: [] },
      run: async () => ({ kind: 'report', report }),
    };
    const { stderr } = await pretendProcess({ cwd: tmpdir(), env: { MSGDB_LOG_FORMAT: 'json' } }, async (process) => {
      const input = { arguments: [], flags: {} };
      const run: Command['run'] = async () => {
        const heart = Buffer.from('a\nb ♥\n\n');
        process.stderr.write(heart.subarray(0, 5));
        await new Promise((resolve) => process.stderr.write(heart.subarray(5), resolve));
        process.stderr.write('no end');
        expect(process.stderr.isTTY).toBe(false);
        return { kind: 'report', report };
      };
      return await runCommand({ command: { ...command, run }, input }, process);
    });
    const entries = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(entries.map(({ event, message }) => [event, message])).toEqual([
      ['begin', undefined],
      ['output', 'a'],
      ['output', 'b ♥'],
      ['output', 'no end'],
      ['end', undefined],
    ]);
  });

  test('a format there is not is refused, and the flag goes before the environment', async () => {
    const run: Command['run'] = async () => ({ kind: 'report', report });
    const words = await runInside(['verify', '--log-format', 'human', '--wrong'], {
      env: { MSGDB_LOG_FORMAT: 'json' },
    });
    expect(words.stderr).toMatch(/^x msgdb verify has no flag --wrong/);
    const { stderr } = await pretendProcess({ cwd: tmpdir(), env: { MSGDB_LOG_FORMAT: 'xml' } }, async (process) => {
      const command = { ...{ name: 'demo', group: '', summary: '', description: '' }, run };
      const task = { command: { ...command, arguments: [], flags: [], examples: [] } };
      return await runCommand({ ...task, input: { arguments: [], flags: {} } }, process);
    });
    expect(stderr).toContain('$MSGDB_LOG_FORMAT is "xml", which is not one of human, json.');
  });
});

describe('while a step runs', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function open() {
    const entries: LogEntry[] = [];
    const put = (entry: LogEntry) => entries.push(entry);
    return { display: createJsonDisplay({ quiet: false, verbose: false, put, onRun: () => {} }), entries };
  }

  test('it is told at most every ten seconds how far it is, and when it is whole', () => {
    const { display, entries } = open();
    for (let count = 1; count <= 100; count += 1) {
      display.listen({ kind: 'progress', title: 'groups of chat', table: 'chat', done: count, total: 100 });
      vi.advanceTimersByTime(500);
    }
    expect(entries.filter(({ event }) => event === 'progress').map(({ done: count }) => count)).toEqual([
      1, 21, 41, 61, 81, 100,
    ]);
  });

  test('a silent one shows a sign of life, until the display is closed', () => {
    const { display, entries } = open();
    display.listen({ kind: 'step-started', title: 'build the index' });
    vi.advanceTimersByTime(21_000);
    expect(entries.slice(1)).toEqual([
      { level: 'info', event: 'working', message: 'build the index · 10.0 s' },
      { level: 'info', event: 'working', message: 'build the index · 20.0 s' },
    ]);
    display.close();
    display.listen(done);
    vi.advanceTimersByTime(60_000);
    expect(entries).toHaveLength(3);
  });
});
