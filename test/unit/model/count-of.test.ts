import { expect, test } from 'vitest';
import { countOf, formatCount } from '../../../src/model/count-of.ts';

test('counts have thousands separators, and words follow them', () => {
  expect(formatCount(1_204_331)).toBe('1,204,331');
  expect([0, 1, 2, 1204].map((count) => countOf(count, 'row'))).toEqual(['0 rows', '1 row', '2 rows', '1,204 rows']);
  expect([1, 2].map((count) => countOf(count, 'row is', 'rows are'))).toEqual(['1 row is', '2 rows are']);
});
