import { describe, expect, test } from 'vitest';
import { parseAge } from '../../../src/cli/values/age.ts';
import { parseEndingPoint } from '../../../src/cli/values/ending-point.ts';
import { parseWholeNumber } from '../../../src/config/settings/whole-number.ts';
import { errorOf } from './errors.ts';

const DAY = 86_400_000;

test.each<[string, number]>([
  ['0', 0],
  ['30m', 1_800_000],
  ['12h', DAY / 2],
  ['30d', 30 * DAY],
  ['2w', 14 * DAY],
  ['1y', 365.25 * DAY],
  [' 90 d ', 90 * DAY],
])('the age %s', (text, ms) => {
  expect(parseAge('--older-than', text)).toBe(ms);
});

test.each(['', '30', '30s', '-1d', '1.5d', 'never'])('%j is no age', (text) => {
  const error = errorOf(() => parseAge('--older-than', text));
  expect(error.code).toBe('MSGDB_USAGE');
  expect(error.message).toContain('--older-than');
});

test('a number without a unit is answered with the unit', () => {
  expect(errorOf(() => parseAge('--older-than', '30')).fix).toBe('Write 30d for days.');
});

describe('a flag that counts', () => {
  test.each<[string | undefined, number]>([
    [undefined, 5],
    ['0', 0],
    ['12', 12],
  ])('%s', (text, number) => {
    expect(parseWholeNumber('--samples', text, { least: 0, fallback: 5 })).toBe(number);
  });

  test.each(['', '-1', '1.5', '1e3', 'all', '12345678901'])('%j is refused', (text) => {
    expect(errorOf(() => parseWholeNumber('--samples', text, { least: 0, fallback: 5 })).message).toContain(
      '--samples',
    );
  });

  test('0 is refused where at least one is needed', () => {
    expect(errorOf(() => parseWholeNumber('--step', '0', { least: 1, fallback: 1 })).code).toBe('MSGDB_USAGE');
  });
});

test('a rollback ends at a migration or after a number of them, not both', () => {
  expect(parseEndingPoint({})).toEqual({});
  expect(parseEndingPoint({ to: '0001-a' })).toEqual({ to: '0001-a' });
  expect(parseEndingPoint({ step: '2' })).toEqual({ step: 2 });
  expect(errorOf(() => parseEndingPoint({ to: '0001-a', step: '2' })).code).toBe('MSGDB_USAGE');
});
