import { describe, expect, test } from 'vitest';
import { MsgdbError } from '../../../src/model/errors.ts';
import { parseWindow, type Window } from '../../../src/model/window.ts';
import { refuseOutsideWindow, stopAtSafePoint, stopBeforeLong } from '../../../src/session/keep-to-window.ts';
import type { EngineSettings } from '../../../src/session/workplace.ts';

/** A run in these hours, at a time of day in UTC. */
function at(time: string, hours = '22:00-05:00 UTC') {
  const window = parseWindow(hours) as Window;
  const now = (): Date => new Date(`2026-01-01T${time}Z`);
  return { window, now, settings: { window } as EngineSettings, signal: new AbortController().signal };
}

function errorOf(work: () => void): MsgdbError {
  try {
    work();
  } catch (error) {
    if (error instanceof MsgdbError) return error;
  }
  throw new Error('it went through');
}

describe('a window', () => {
  test('keeps a run from beginning outside of it, says what time it is there, and when it opens', () => {
    const error = errorOf(() => refuseOutsideWindow(at('14:03:30')));
    expect(error).toMatchObject({ code: 'MSGDB_WINDOW_CLOSED', exitCode: 4 });
    expect(error.message).toBe('Nothing was begun: the window is 22:00-05:00 (UTC, where it is 14:03).');
    expect(error.fix).toContain('opens in 7.9 h, or with --window none');
    expect(() => refuseOutsideWindow(at('23:00:00'))).not.toThrow();
    expect(() => refuseOutsideWindow(at('14:00:00', 'none'))).not.toThrow();
  });

  test('ends a run at a safe point when it is over', () => {
    expect(() => stopAtSafePoint(at('04:59:59'))).not.toThrow();
    expect(errorOf(() => stopAtSafePoint(at('05:00:00'))).message).toBe(
      'Stopped at a safe point: the window, 22:00-05:00 (UTC, where it is 05:00), is over.',
    );
    expect(() => stopAtSafePoint(at('05:00:00', 'none'))).not.toThrow();
  });

  test('an interruption is told as one, in the window and after it', () => {
    for (const time of ['23:00:00', '12:00:00']) {
      const run = { ...at(time), signal: AbortSignal.abort() };
      expect(errorOf(() => stopAtSafePoint(run)).code).toBe('MSGDB_INTERRUPTED');
    }
  });

  test('what would not be done in the rest of it is left to the next one, unless no window is long enough', () => {
    const build = { title: 'Build index once', seconds: 7_200 };
    expect(() => stopBeforeLong(at('02:59:00'), build)).not.toThrow();
    expect(errorOf(() => stopBeforeLong(at('03:30:00'), build)).message).toBe(
      'Stopped at a safe point before "Build index once": it takes about 2 h, and the window, 22:00-05:00 (UTC, where it is 03:30), is over in 1.5 h.',
    );
    expect(() => stopBeforeLong(at('03:30:00'), { ...build, seconds: 8 * 3_600 })).not.toThrow();
    expect(() => stopBeforeLong(at('03:30:00', 'none'), build)).not.toThrow();
  });
});
