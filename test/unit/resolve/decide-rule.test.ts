import { expect, test } from 'vitest';
import type { Limit, OnDiffer } from '../../../src/model/operations/common.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { decideRule } from '../../../src/resolve/decide-rule.ts';

type Said = readonly [limit: Limit | undefined, onDiffer: OnDiffer | undefined];

const HALF = { share: 0.5 };
const FIVE = { losers: 5 };

test.each<[rule: Said, settings: readonly [Limit | undefined, OnDiffer], decided: Said]>([
  [
    [undefined, undefined],
    [undefined, 'keep'],
    [undefined, 'keep'],
  ],
  [
    [undefined, undefined],
    [HALF, 'stop'],
    [HALF, 'stop'],
  ],
  [
    [FIVE, 'keep'],
    [HALF, 'keep'],
    [FIVE, 'keep'],
  ],
  [
    [{ losers: 0 }, undefined],
    [HALF, 'keep'],
    [{ losers: 0 }, 'keep'],
  ],
  // Either may be the careful one.
  [
    [undefined, 'stop'],
    [undefined, 'keep'],
    [undefined, 'stop'],
  ],
  [
    [undefined, 'keep'],
    [undefined, 'stop'],
    [undefined, 'stop'],
  ],
])('a rule of %j under settings %j', ([limit, onDiffer], [general, whenDiffering], [decidedLimit, decidedOnDiffer]) => {
  const rule = uniqueKey({
    table: 't',
    key: ['k'],
    agree: ['a'],
    ...(limit ? { limit } : {}),
    ...(onDiffer ? { onDiffer } : {}),
  });
  const decided = decideRule(rule, { limit: general, onDiffer: whenDiffering });
  expect(decided).toEqual({ ...rule, limit: decidedLimit, onDiffer: decidedOnDiffer });
});
