import { expect, test } from 'vitest';
import { nearest } from '../../../src/model/nearest.ts';

test.each([
  ['lockTimout', 'lockTimeout'],
  ['lock_timeout', 'lockTimeout'],
  ['lock-wait', 'lockWait'],
  ['LOCKWAIT', 'lockWait'],
  ['schem', 'schema'],
  ['shcema', 'schema'],
  ['lockw', 'lockWait'],
  ['sch', 'schema'],
  ['lo', undefined],
  ['colour', undefined],
  ['', undefined],
])('%j most likely means %j', (typed, meant) => {
  expect(nearest(typed, ['lockTimeout', 'lockWait', 'schema'])).toBe(meant);
});
