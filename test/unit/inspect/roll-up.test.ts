import { expect, test } from 'vitest';
import { rollUp } from '../../../src/inspect/explain/roll-up.ts';

test('nothing makes no picture', () => {
  expect(rollUp(new Map())).toBeUndefined();
});

test('hours stay hours within a day, with those between them', () => {
  const rolled = rollUp(hours({ '2024-03-01T10:00Z': 2, '2024-03-01T12:00Z': 5 }));
  expect(rolled).toEqual({
    per: 'hour',
    periods: [
      { from: '2024-03-01T10:00:00.000Z', excessRows: 2 },
      { from: '2024-03-01T11:00:00.000Z', excessRows: 0 },
      { from: '2024-03-01T12:00:00.000Z', excessRows: 5 },
    ],
  });
});

test.each([
  ['2024-03-01T23:00Z', '2024-03-24T01:00Z', 'day', 24, '2024-03-01'],
  ['2024-03-01T23:00Z', '2024-03-25T01:00Z', 'week', 5, '2024-02-26'],
  ['2024-03-03T23:00Z', '2024-12-31T01:00Z', 'month', 10, '2024-03-01'],
  ['2021-12-31T23:00Z', '2024-01-01T00:00Z', 'year', 4, '2021-01-01'],
  ['1970-01-01T00:00Z', '2024-01-01T00:00Z', 'year', 24, '2001-01-01'],
])('from %s to %s it is by %s, in %i periods from %s', (first, last, per, periods, from) => {
  const rolled = rollUp(hours({ [first]: 1, [last]: 1 }));
  expect(rolled).toMatchObject({ per });
  expect(rolled?.periods).toHaveLength(periods);
  expect(rolled?.periods[0]?.from.slice(0, 10)).toBe(from);
});

test('no row is lost while adding up', () => {
  const rolled = rollUp(hours({ '2024-02-29T23:00Z': 3, '2024-03-03T23:00Z': 4, '2024-04-30T00:00Z': 5 }));
  expect(rolled?.per).toBe('week');
  expect(rolled?.periods.reduce((sum, { excessRows }) => sum + excessRows, 0)).toBe(12);
  // The 3rd of March 2024 was a Sunday: the end of the week that began in February.
  expect(rolled?.periods[0]).toEqual({ from: '2024-02-26T00:00:00.000Z', excessRows: 7 });
});

function hours(counts: Readonly<Record<string, number>>): ReadonlyMap<number, number> {
  return new Map(Object.entries(counts).map(([time, rows]) => [Date.parse(time) / 3_600_000, rows]));
}
