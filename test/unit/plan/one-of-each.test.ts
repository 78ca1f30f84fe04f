import { expect, test } from 'vitest';
import type { Dedupe } from '../../../src/model/dedupe.ts';
import type { OperationFacts } from '../../../src/model/facts.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { describeOutcome, NOTHING_DONE } from '../../../src/model/outcome.ts';
import type { ResolvedRelink, Survey } from '../../../src/model/plan.ts';
import { Refusals } from '../../../src/model/refusals.ts';
import { refuseBlastRadius } from '../../../src/plan/refusals/refuse-blast-radius.ts';
import { refuseChildren, refuseDiffering } from '../../../src/plan/refusals/refuse-groups.ts';
import { refuseDisagreement } from '../../../src/plan/refusals/refuse-unique-key.ts';
import { noteUnlinked } from '../../../src/resolve/note-unlinked.ts';

const TABLE = { schema: 'public', name: 't' };
const FACTS = { table: { table: TABLE } } as OperationFacts;
const REFERENCE = {
  label: 'child.t_id',
  onCollision: 'refuse',
  columns: [{ name: 't_id' }],
  uniques: [{ index: 'u' }],
  guards: [],
  merges: [],
  references: [],
  referenced: ['id'],
};
const DEDUPE = { key: { table: TABLE }, onDiffer: 'stop', references: [REFERENCE] } as unknown as Dedupe;

/** One row, or group, of all that a look may count. */
const SURVEY = {
  census: { covered: 2, groups: 1, excessRows: 1, largestGroup: 2 },
  differing: { groups: 1, columns: [{ column: 'v', groups: 1 }], noteUnlinked: { groups: 1, rows: 1 } },
  ambiguous: [{ columns: ['id'], rows: 1 }],
  references: [{ moving: 1, colliding: 1, unnamed: 1, refused: 0 }],
} as unknown as Survey;

test('refusals speak of one row, and of one group, in the singular', () => {
  const refusals = new Refusals('t');
  refuseDiffering(DEDUPE, SURVEY, refusals);
  refuseChildren(DEDUPE, SURVEY, refusals);
  refuseDisagreement(uniqueKey({ table: 't', key: ['k'], agree: ['v'] }), 1, FACTS, refusals);
  refuseBlastRadius({ losers: 0 }, SURVEY.census, 't (k)', refusals);
  expect(refusals.all.map(({ message }) => message)).toEqual([
    '1 group of t has copies that differ, in v (1).',
    '1 row of t has the same id as a row that would be removed, but is not a copy of it: the rows that refer to this value could belong to either.',
    '1 row of child.t_id would lose the reference: the survivor has NULL in id.',
    '1 row of child.t_id would become a copy of another under u.',
    '1 group of t differs in v, which must be equal within a group.',
    '1 of the 2 rows of t (k) (50.0 %) would be removed, and the limit is 0.',
  ]);
});

test('rows that relink leaves alone', () => {
  const survey = { lost: 3, matched: 0, ambiguous: 1, missing: 1, waiting: 1 };
  expect(noteUnlinked(survey, {} as ResolvedRelink)).toEqual([
    '1 row matches more than one row and is left alone.',
    '1 row matches no row; createMissing would create it.',
    '1 row has NULL in a matching column and is left alone.',
  ]);
});

test('what came of a step', () => {
  const one = { label: 'child.t_id', columns: ['t_id'], rows: 1 };
  const done = { ...NOTHING_DONE, removed: 1, archived: 1, merged: 1, created: 1, disagreeing: 1, restored: 1 };
  expect(describeOutcome({ ...done, childrenRemoved: [{ ...one, rows: 3, refused: 2 }], repointed: [one] })).toBe(
    '1 row removed (archived), 1 survivor merged, child.t_id: 1 row re-pointed, child.t_id: 1 row removed as a copy, ' +
      'child.t_id: 2 rows removed because a constraint would refuse them, 1 row created, 1 group left alone: the copies disagree, 1 row restored',
  );
});
