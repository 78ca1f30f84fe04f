import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { createCensor } from '../../../src/cli/terminal/censor.ts';
import { listenForSignals } from '../../../src/cli/terminal/interruption.ts';
import { catchUncaught } from '../../../src/cli/terminal/leave.ts';
import { renderWarnings } from '../../../src/cli/warnings.ts';
import type { Config } from '../../../src/config/config.ts';
import { asError } from '../../../src/library/as-error.ts';
import { createContext } from '../../../src/library/create-context.ts';
import { MsgdbError } from '../../../src/model/errors.ts';

const config: Config = {
  database: { kind: 'embedded', directory: '/data' },
  schema: 'public',
  historySchema: 'msgdb',
  migrationsDir: '/project/migrations',
  projectDir: '/project',
  waitMs: 0,
  timeoutMs: 0,
  lockWaitMs: 1,
  lockTimeoutMs: 2,
  lockRetries: 3,
  strategy: 'auto',
  indexTimeoutMs: 4,
  fence: 'reject',
  waitForBlockersMs: 6,
  jobs: 1,
  batchDelayMs: 5,
  window: 'always',
  indexReferences: 'temporary',
  memoryBytes: 64,
  onDiffer: 'keep',
  sources: [],
  orms: [],
  rules: {},
  redact: false,
  logFormat: 'human',
  warnings: [],
  secrets: [],
};

/** What stands for the process: it records the exit. */
class FakeProcess extends EventEmitter {
  readonly exits: number[] = [];
  exit(code: number): void {
    this.exits.push(code);
  }
}

describe('signals', () => {
  function listen() {
    const process = new FakeProcess();
    const told: string[] = [];
    const interruption = listenForSignals(process, {
      onFirst: (signal) => told.push(signal),
      onSecond: () => told.push('at once'),
    });
    return { process, told, interruption };
  }

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('the first %s aborts, the second one ends at once with %i', (signal, code) => {
    const { process, told, interruption } = listen();
    expect(interruption.exitCode()).toBeUndefined();
    process.emit(signal, signal);
    expect([interruption.signal.aborted, interruption.exitCode(), process.exits]).toEqual([true, code, []]);
    process.emit(signal, signal);
    expect(process.exits).toEqual([code]);
    expect(told).toEqual([signal, 'at once']);
  });

  test('the first signal decides the exit code of a stop at a safe point', () => {
    const { process, interruption } = listen();
    process.emit('SIGTERM', 'SIGTERM');
    process.emit('SIGINT', 'SIGINT');
    expect(interruption.exitCode()).toBe(143);
    expect(process.exits).toEqual([130]);
  });

  test('leaving a prompt counts as Ctrl-C', () => {
    const { interruption } = listen();
    interruption.interrupt();
    expect([interruption.signal.aborted, interruption.exitCode()]).toEqual([true, 130]);
  });

  test('nothing listens any more when the work is over', () => {
    const { process, interruption } = listen();
    interruption.release();
    expect(process.listenerCount('SIGINT') + process.listenerCount('SIGTERM')).toBe(0);
  });
});

describe('whatever is thrown becomes an error to show', () => {
  test('an error of msgdb is itself', () => {
    const error = new MsgdbError('MSGDB_REFUSED', { what: 'no' });
    expect(asError(error)).toBe(error);
  });

  test.each<[unknown, string]>([
    [new TypeError('x is not a function'), 'x is not a function'],
    [new TypeError(), 'TypeError'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [new Error('cannot reach postgres://app:hush@h/d'), 'cannot reach postgres://app:***@h/d'],
  ])('%s is a defect', (thrown, message) => {
    const error = asError(thrown);
    expect([error.code, error.exitCode, error.message]).toEqual(['MSGDB_INTERNAL', 5, message]);
    expect(error.cause).toBe(thrown);
  });

  test('an aborted wait is an interruption, but only when it was asked for', () => {
    const abort = new DOMException('This operation was aborted', 'AbortError');
    expect(asError(abort, { signal: AbortSignal.abort() }).code).toBe('MSGDB_INTERRUPTED');
    expect(asError(abort, { signal: new AbortController().signal }).code).toBe('MSGDB_INTERNAL');
  });
});

test('what nobody caught is shown once, and ends the process with its exit code', async () => {
  const process = new FakeProcess();
  const shown: unknown[] = [];
  catchUncaught(process, async (thrown) => {
    shown.push(thrown);
    return 5;
  });
  process.emit('uncaughtException', 'first');
  process.emit('unhandledRejection', 'second');
  await new Promise((resolve) => setImmediate(resolve));
  expect([shown, process.exits]).toEqual([['first'], [5]]);
});

test('passwords go out of every part of an error, also those learnt later', () => {
  const censor = createCensor(['hush-hush']);
  censor.learn(['s3cret']);
  const writes = (name: string) => ({ table: { schema: 'public', name }, command: 'insert' as const });
  const error = new MsgdbError('MSGDB_VERIFY_FAILED', {
    what: 'what hush-hush',
    why: 'why s3cret',
    fix: 'fix s3cret',
    data: { raised: ['hush-hush'], writes: writes('a s3cret b'), line: 1, codes: [null] },
  });
  const { message, why, fix, data } = censor.cleanError(error);
  expect([message, why, fix]).toEqual(['what ***', 'why ***', 'fix ***']);
  expect(data).toEqual({ raised: ['***'], writes: writes('a *** b'), line: 1, codes: [null] });
});

test('a context holds what was configured', () => {
  const surroundings = {
    env: {},
    signal: new AbortController().signal,
    workingDir: '/work',
    emit: () => {},
    confirm: async () => false,
  };
  const { settings, libraryEntry, ...context } = createContext({ ...config, limit: { losers: 7 } }, surroundings);
  expect(settings).toEqual({
    onDiffer: 'keep',
    schema: 'public',
    historySchema: 'msgdb',
    waitMs: 0,
    strategy: 'auto',
    lockWaitMs: 1,
    lockTimeoutMs: 2,
    lockRetries: 3,
    indexTimeoutMs: 4,
    batchSize: undefined,
    fence: 'reject',
    waitForBlockersMs: 6,
    batchDelayMs: 5,
    indexReferences: 'temporary',
    memoryBytes: 64,
    jobs: 1,
    maxReplicaLagMs: undefined,
    maxRate: undefined,
    maxWalRateBytes: undefined,
    window: 'always',
    limit: { losers: 7 },
  });
  expect(libraryEntry).toMatch(/src\/index\.ts$/);
  expect(context).toMatchObject({ migrationsDir: '/project/migrations', projectDir: '/project', ...surroundings });
  expect(createContext({ ...config, batchSize: 7 }, surroundings).settings.batchSize).toBe(7);
});

test('warnings of the configuration are lines', () => {
  const look = { width: 80, colour: false, unicode: false, verbose: false, redact: false };
  expect(renderWarnings(config, look)).toBe('');
  expect(renderWarnings({ ...config, warnings: ['watch out'] }, look)).toBe('! watch out\n');
});
