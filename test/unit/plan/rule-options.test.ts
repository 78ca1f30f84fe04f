import { expect, test } from 'vitest';
import { finding } from '../../../src/model/finding.ts';
import { placeOptions } from '../../../src/plan/refusals/rule-options.ts';

const MIGRATION = 'This is an option of a rule in a migration, not a flag: `msgdb new n --table t --key k` writes one.';

test.each([
  [
    "Write merge: { body: 'first-non-null' or 'max' }, or an aggregate: { expression: '…' }.",
    'Write --merge body=first-non-null or --merge body=max or an aggregate, --merge "body=…(body)".',
  ],
  [
    "Say what the survivor takes, such as merge: { größe: 'first-non-null' }, or let it keep its own.",
    'Say what the survivor takes, such as --merge größe=first-non-null, or let it keep its own.',
  ],
  ["Order by keep: ['(a::text) asc'], or leave it out.", 'Order by --keep "(a::text) asc", or leave it out.'],
  ["Order by columns; keep: [{ most: 'children' }] counts.", 'Order by columns; --keep "most children" counts.'],
  ["keep: [{ most: 'complete', of: ['a'] }, …].", `keep: [{ most: 'complete', of: ['a'] }, …]. ${MIGRATION}`],
  ['Mark them: losers: { set: … }.', `Mark them: losers: { set: … }. ${MIGRATION}`],
  ["Choose onCollision: 'merge' for c.", `Choose onCollision: 'merge' for c. ${MIGRATION}`],
  ['Take body out of merge.', 'Take body out of merge.'],
])('the fix %j of a rule that flags gave names the flag, or where no flag does it', (fix, shown) => {
  const refusals = [finding('MSGDB_REFUSED', 'No.', { fix })];
  expect(placeOptions(refusals, 'msgdb new n --table t --key k').map((each) => each.fix)).toEqual([shown]);
});
