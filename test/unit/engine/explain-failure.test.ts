import { expect, test } from 'vitest';
import { explainFailure, type Standing } from '../../../src/engine/index-build/explain-failure.ts';
import { MsgdbError } from '../../../src/model/errors.ts';
import { NOTHING_DONE } from '../../../src/model/outcome.ts';
import type { IndexBuild } from '../../../src/model/plan.ts';

const BUILD: IndexBuild = {
  table: { schema: 'public', name: 't' },
  partitioned: false,
  name: 'wanted',
  columns: [],
  predicate: undefined,
  nulls: 'distinct',
  unique: true,
  method: 'btree',
};

interface Told {
  readonly name: string;
  readonly standing: Standing;
  readonly code: string;
  readonly what: RegExp;
}
const CASES: readonly Told[] = [
  {
    name: 'copies that differ',
    standing: { outcome: { ...NOTHING_DONE, disagreeing: 3 }, fenced: true },
    code: 'MSGDB_GROUP_DIFFERS',
    what: /3 groups of copies in t are left alone/,
  },
  {
    name: 'copies of one group that differ',
    standing: { outcome: { ...NOTHING_DONE, disagreeing: 1 }, fenced: true },
    code: 'MSGDB_GROUP_DIFFERS',
    what: /1 group of copies in t is left alone/,
  },
  {
    name: 'rows that move',
    standing: { outcome: { ...NOTHING_DONE, unsettled: 2 }, fenced: true },
    code: 'MSGDB_DUPLICATES_FOUND',
    what: /rows of 2 groups of copies in t are changed all the time/,
  },
  {
    name: 'copies in spite of the fence',
    standing: { outcome: NOTHING_DONE, fenced: true },
    code: 'MSGDB_DUPLICATES_FOUND',
    what: /in spite of the fence/,
  },
];

test.each(CASES)('a build that met copies says why: $name, and does not advise a fence', ({ standing, code, what }) => {
  const cause = new MsgdbError('MSGDB_DATABASE_ERROR', { what: 'copies', data: { sqlstate: '23505' } });
  const told = explainFailure(cause, BUILD, undefined, standing);
  expect(told).toMatchObject({ code, message: expect.stringMatching(what) });
  expect(told).not.toMatchObject({ fix: expect.stringContaining('--fence') });
});

test('without a fence, one is advised', () => {
  const cause = new MsgdbError('MSGDB_DATABASE_ERROR', { what: 'copies', data: { sqlstate: '23505' } });
  expect(explainFailure(cause, BUILD, undefined, { outcome: NOTHING_DONE, fenced: false })).toMatchObject({
    code: 'MSGDB_DUPLICATES_FOUND',
    fix: expect.stringContaining('--fence reject'),
  });
});
