import { describe, expect, test } from 'vitest';
import { describeWindow, parseWindow, standingOf } from '../../../src/model/window.ts';

/** A window that has a form. */
function windowOf(text: string) {
  const window = parseWindow(text);
  if (window === undefined || window === 'always') throw new Error(`${text} has no hours`);
  return window;
}

describe('a window', () => {
  test.each([
    ['22:00-05:00', { from: 1320, to: 300, zone: undefined }],
    [' 9:30 - 17:00 ', { from: 570, to: 1020, zone: undefined }],
    ['20:00-24:00 UTC', { from: 1200, to: 1440, zone: 'UTC' }],
    ['00:00-06:00 Europe/Berlin', { from: 0, to: 360, zone: 'Europe/Berlin' }],
    ['none', 'always'],
  ])('is read from %j', (text, window) => {
    expect(parseWindow(text)).toEqual(window);
  });

  test.each([
    '',
    '22:00',
    '22-05',
    '22:00-25:00',
    '22:60-23:00',
    '24:00-05:00',
    '05:00-05:00',
    '22:00-05:00 Berlin',
    '10pm-5am',
  ])('is not read from %j', (text) => {
    expect(parseWindow(text)).toBeUndefined();
  });

  test.each([
    ['22:00-05:00 UTC', '2026-01-01T21:59:59Z', { open: false, secondsUntil: 1 }],
    ['22:00-05:00 UTC', '2026-01-01T22:00:00Z', { open: true, secondsLeft: 25_200, secondsWhole: 25_200 }],
    ['22:00-05:00 UTC', '2026-01-01T23:59:59Z', { open: true, secondsLeft: 18_001, secondsWhole: 25_200 }],
    ['22:00-05:00 UTC', '2026-01-01T00:00:00Z', { open: true, secondsLeft: 18_000, secondsWhole: 25_200 }],
    ['22:00-05:00 UTC', '2026-01-01T04:59:59Z', { open: true, secondsLeft: 1, secondsWhole: 25_200 }],
    ['22:00-05:00 UTC', '2026-01-01T05:00:00Z', { open: false, secondsUntil: 61_200 }],
    ['09:00-17:00 UTC', '2026-01-01T12:00:00Z', { open: true, secondsLeft: 18_000, secondsWhole: 28_800 }],
    ['00:00-24:00 UTC', '2026-01-01T12:00:00Z', { open: true, secondsLeft: 43_200, secondsWhole: 86_400 }],
    ['20:00-24:00 UTC', '2026-01-01T00:00:00Z', { open: false, secondsUntil: 72_000 }],
  ])('%s at %s', (text, moment, standing) => {
    expect(standingOf(windowOf(text), new Date(moment))).toEqual(standing);
  });

  test('goes by the clock of its time zone, in winter and in summer', () => {
    const berlin = windowOf('22:00-05:00 Europe/Berlin');
    expect(standingOf(berlin, new Date('2026-01-01T21:30:00Z'))).toMatchObject({ open: true });
    expect(standingOf(berlin, new Date('2026-01-01T20:30:00Z'))).toMatchObject({ open: false });
    expect(standingOf(berlin, new Date('2026-07-01T20:30:00Z'))).toMatchObject({ open: true });
    expect(describeWindow(berlin, new Date('2026-07-01T20:30:00Z'))).toBe(
      '22:00-05:00 (Europe/Berlin, where it is 22:30)',
    );
  });

  test('without one, names that of the machine', () => {
    const { timeZone } = new Intl.DateTimeFormat('en').resolvedOptions();
    expect(describeWindow(windowOf('22:00-05:00'), new Date())).toContain(`22:00-05:00 (${timeZone}, where it is `);
  });
});
