import { expect, test } from 'vitest';
import { formatDuration, formatTime } from '../../../src/report/human/numbers.ts';

test.each([
  [0, '0 ms'],
  [0.4, '0 ms'],
  [12.3, '12 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [1423, '1.4 s'],
  [59_949, '59.9 s'],
  [59_999, '1 min 0 s'],
  [125_000, '2 min 5 s'],
  [3_599_400, '59 min 59 s'],
  [3_599_900, '1 h 0 min'],
  [12_000_000, '3 h 20 min'],
])('a duration of %d ms reads %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test('times are shown in UTC; what is no time is left alone', () => {
  expect(formatTime('2024-11-20T09:05:12.345+01:00')).toBe('2024-11-20 08:05');
  expect(formatTime('yesterday')).toBe('yesterday');
});
