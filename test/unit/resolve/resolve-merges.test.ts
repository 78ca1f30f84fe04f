import { expect, test } from 'vitest';
import type { ColumnFacts } from '../../../src/model/facts.ts';
import type { MergeStrategy } from '../../../src/model/operations/common.ts';
import { Refusals } from '../../../src/model/refusals.ts';
import { resolveKey } from '../../../src/resolve/resolve-key.ts';
import { resolveMerges } from '../../../src/resolve/resolve-merges.ts';
import { expectRefusals, type Refused } from '../../support/refusals.ts';
import { column, factsOf, table } from '../../support/table-facts.ts';

/** The column v of t (id, k, v), as it is in the case. */
function resolve(merge: Readonly<Record<string, MergeStrategy>>, v: Partial<ColumnFacts> = {}) {
  const own = table('t', ['k'], { columns: [column('id'), column('k'), column('v', v)] });
  const refusals = new Refusals('t');
  const key = resolveKey({ key: ['k', { expression: 'lower(v)' }], nulls: 'distinct' }, factsOf(own), refusals);
  return { merges: resolveMerges(merge, key, own, refusals), refusals: refusals.all };
}

const ofType = (storageType: string, more: Partial<ColumnFacts> = {}): Partial<ColumnFacts> => ({
  type: storageType,
  storageType,
  ...more,
});
const JSON_TYPE = ofType('json', { sortable: false });
const ARRAY = ofType('integer[]', { elementType: 'integer' });

test.each<[strategy: MergeStrategy, type: Partial<ColumnFacts>]>([
  ['first-non-null', JSON_TYPE],
  ['min', ofType('date')],
  ['max', ofType('text')],
  ['sum', ofType('bigint')],
  ['sum', ofType('numeric(10,2)')],
  ['sum', ofType('interval day to second(3)')],
  ['sum', ofType('money')],
  ['or', ofType('boolean')],
  ['and', ofType('boolean')],
  ['concat', ofType('character varying(20)')],
  ['concat', ofType('character(3)')],
  ['concat', ofType('public.citext')],
  ['concat', ARRAY],
  ['jsonb-merge', JSON_TYPE],
  ['jsonb-merge', ofType('jsonb')],
  [{ expression: 'max(v)' }, JSON_TYPE],
])('%o of a column like %o', (strategy, type) => {
  const { merges, refusals } = resolve({ v: strategy }, { plainType: 'p', baseType: 'b', ...type });
  expectRefusals(refusals, []);
  expect(merges).toEqual([
    { column: 'v', strategy, type: 'p', baseType: 'b', isArray: type.elementType !== undefined },
  ]);
});

test.each<[strategy: MergeStrategy, type: Partial<ColumnFacts>, part: string]>([
  ['min', JSON_TYPE, 'v is of type json, which has no order for min.'],
  ['max', JSON_TYPE, 'no order for max'],
  ['sum', ofType('text'), 'v is of type text, which has no sum.'],
  ['sum', ofType('interval_list'), 'has no sum'],
  ['or', ofType('integer'), "'or' is for boolean columns"],
  ['and', ofType('integer'), "'and' is for boolean columns"],
  ['concat', ofType('integer'), "'concat' is for text and arrays"],
  ['concat', ofType('textile'), "'concat' is for text and arrays"],
  ['jsonb-merge', ofType('text'), "'jsonb-merge' is for json and jsonb columns"],
])('%o is refused of a column like %o', (strategy, type, part) => {
  expectRefusals(resolve({ v: strategy }, type).refusals, [['MSGDB_REFUSED', part]]);
});

test.each<[what: string, merge: Readonly<Record<string, MergeStrategy>>, v: Partial<ColumnFacts>, refused: Refused]>([
  ['no such column', { w: 'max' }, {}, ['MSGDB_COLUMN_NOT_FOUND', 't has no column w.']],
  ['a generated column', { v: 'max' }, { generated: true }, ['MSGDB_REFUSED', 'v is generated', 'Take v out of merge']],
  ['an identity that is always generated', { v: 'max' }, { identityAlways: true }, ['MSGDB_REFUSED', 'v is generated']],
  ['the primary key', { id: 'max' }, {}, ['MSGDB_REFUSED', 'id is the primary key', 'Take id out of merge']],
  ['the key', { k: 'max' }, {}, ['MSGDB_REFUSED', 'k is part of the key, so it is equal in all copies']],
  // What it is comes first: of a settled column no strategy would do.
  ['the key, with a strategy that is not for its type', { k: 'or' }, {}, ['MSGDB_REFUSED', 'k is part of the key']],
  ['a column under two names', { v: 'max', V: 'min' }, {}, ['MSGDB_USAGE', 'merge names the column v more than once.']],
])('%s is refused', (_, merge, v, refused) => {
  expectRefusals(resolve(merge, v).refusals, [refused]);
});

test('a column that an expression of the key reads may be merged', () => {
  expectRefusals(resolve({ v: 'first-non-null' }).refusals, []);
});

test('what is offered instead follows the type', () => {
  expect(resolve({ v: 'sum' }, JSON_TYPE).refusals[0]?.fix).toMatch(/merge: \{ v: 'first-non-null' \}/);
  expect(resolve({ v: 'sum' }, ofType('text')).refusals[0]?.fix).toMatch(/\{ v: 'first-non-null' or 'max' \}/);
});
