import { expect, test } from 'vitest';
import type { IndexFacts, OperationFacts } from '../../../src/model/facts.ts';
import { judgeIndexes, type WantedIndex } from '../../../src/resolve/judge-index.ts';
import { column, factsOf, index, table } from '../../support/table-facts.ts';

const WANTED: WantedIndex = {
  name: 'wanted',
  columns: [{ column: 'a' }, { column: 'b' }],
  unique: true,
  method: 'btree',
  predicate: undefined,
  nulls: 'distinct',
};
const SCRATCH = 'msgdb_second_0123456789';
const NOT_VALID = { valid: false };
const DEFERRABLE = { immediate: false };
const EXPRESSION = { column: undefined, text: 'lower((a)::text)', plain: true };
const NOT_PLAIN = [
  { column: 'a', text: 'a', plain: false },
  { column: 'b', text: 'b', plain: true },
];

interface Case {
  readonly what: string;
  readonly wanted?: Partial<WantedIndex>;
  readonly indexes: readonly IndexFacts[];
  /** By meaning, names of indexes. */
  readonly judged: Readonly<Record<string, string | readonly string[]>>;
}

function judge({ wanted, indexes }: Case, more: Partial<OperationFacts> = {}) {
  const facts = { ...factsOf(table('t', ['a', 'b', 'c'], { indexes })), ...more };
  const judged = judgeIndexes({ ...WANTED, ...wanted }, facts);
  const named = Object.entries(judged).flatMap(([meaning, found]) => {
    if (Array.isArray(found)) return found.length > 0 ? [[meaning, found.map(({ name }) => name)]] : [];
    return found ? [[meaning, (found as IndexFacts).name]] : [];
  });
  return Object.fromEntries(named);
}

test.each<Case>([
  { what: 'the same', indexes: [index('x', ['a', 'b'])], judged: { serving: 'x' } },
  { what: 'in another order', indexes: [index('x', ['b', 'a'])], judged: { serving: 'x' } },
  {
    what: 'two of them: the one of the name',
    indexes: [index('x', ['a', 'b']), index('wanted', ['b', 'a'])],
    judged: { serving: 'wanted' },
  },
  { what: 'one column more', indexes: [index('x', ['a', 'b', 'c'])], judged: {} },
  { what: 'one column less', indexes: [index('x', ['a'])], judged: {} },
  { what: 'a column twice', indexes: [index('x', ['a', 'b', 'a'])], judged: {} },
  { what: 'a predicate', indexes: [index('x', ['a', 'b'], { predicate: 'a > 0' })], judged: {} },
  { what: 'another method', indexes: [index('x', ['a', 'b'], { method: 'hash' })], judged: {} },
  { what: 'not unique', indexes: [index('x', ['a', 'b'], { unique: false })], judged: {} },
  { what: 'NULLs that are equal', indexes: [index('x', ['a', 'b'], { nullsNotDistinct: true })], judged: {} },
  { what: 'other operator classes', indexes: [index('x', ['a', 'b'], { key: NOT_PLAIN })], judged: {} },
  { what: 'an EXCLUDE constraint', indexes: [index('x', ['a', 'b'], { exclusion: true })], judged: {} },
  { what: 'not ready', indexes: [index('x', ['a', 'b'], { ready: false })], judged: {} },
  { what: 'deferrable', indexes: [index('x', ['a', 'b'], DEFERRABLE)], judged: { deferrable: 'x', inTheWay: 'x' } },
  // ON CONFLICT takes a constraint over all rows along, whatever the predicate of the index is.
  {
    what: 'deferrable over all rows, where some are wanted',
    wanted: { predicate: 'a > 0' },
    indexes: [index('x', ['a', 'b'], DEFERRABLE)],
    judged: { inTheWay: 'x' },
  },
  {
    what: 'deferrable beside one that serves',
    indexes: [index('x', ['a', 'b'], DEFERRABLE), index('y', ['a', 'b'])],
    judged: { serving: 'y', deferrable: 'x', inTheWay: 'x' },
  },
  {
    what: 'deferrable and not valid',
    indexes: [index('x', ['a', 'b'], { ...DEFERRABLE, ...NOT_VALID })],
    judged: { otherDebris: ['x'] },
  },
  { what: 'not valid, of the name', indexes: [index('wanted', ['a', 'b'], NOT_VALID)], judged: { debris: 'wanted' } },
  {
    what: 'not valid, of other names',
    indexes: [index('x', ['a', 'b'], NOT_VALID), index('y', ['b', 'a'], NOT_VALID)],
    judged: { otherDebris: ['x', 'y'] },
  },
  {
    what: 'being built',
    indexes: [index('x', ['a', 'b'], { ...NOT_VALID, building: true })],
    judged: { building: 'x' },
  },
  {
    what: 'being built, of the name',
    indexes: [index('wanted', ['a', 'b'], { ...NOT_VALID, building: true })],
    judged: { building: 'wanted' },
  },
  { what: 'the name alone', indexes: [index('wanted', ['c'])], judged: { impostor: 'wanted' } },
  {
    what: 'the name alone, beside one that serves',
    indexes: [index('wanted', ['c']), index('x', ['a', 'b'])],
    judged: { serving: 'x', impostor: 'wanted' },
  },
  { what: 'what msgdb makes for the time of a build', indexes: [index(SCRATCH, ['a', 'b'])], judged: {} },
  { what: 'the same, not valid', indexes: [index(SCRATCH, ['a', 'b'], NOT_VALID)], judged: {} },
  {
    what: 'not unique is wanted: the order is what it is for',
    wanted: { unique: false },
    indexes: [index('x', ['b', 'a'], { unique: false })],
    judged: {},
  },
  {
    what: 'not unique is wanted, in this order',
    wanted: { unique: false },
    indexes: [index('x', ['a', 'b'], { unique: false })],
    judged: { serving: 'x' },
  },
  {
    what: 'not unique is wanted: what is made of NULLs does not matter',
    wanted: { unique: false },
    indexes: [index('x', ['a', 'b'], { unique: false, nullsNotDistinct: true })],
    judged: { serving: 'x' },
  },
  {
    what: 'equal NULLs are wanted',
    wanted: { nulls: 'not distinct' },
    indexes: [index('x', ['a', 'b']), index('y', ['a', 'b'], { nullsNotDistinct: true })],
    judged: { serving: 'y' },
  },
])('$what', (each) => {
  expect(judge(each)).toEqual(each.judged);
});

test.each<[what: string, notNull: readonly string[], judged: object]>([
  ['no key column can be NULL: both kinds mean the same', ['a', 'b'], { serving: 'x' }],
  ['one can', ['a'], {}],
])('%s', (_, notNull, judged) => {
  const indexes = [index('x', ['a', 'b'], { nullsNotDistinct: true })];
  const columns = ['a', 'b'].map((name) => column(name, { notNull: notNull.includes(name) }));
  const facts = factsOf(table('t', [], { columns, indexes }));
  expect(judge({ what: '', indexes, judged: {} }, { table: facts.table })).toEqual(judged);
});

test.each<[what: string, wanted: Partial<WantedIndex>, there: IndexFacts, judged: object]>([
  [
    'an expression that PostgreSQL prints in another way',
    { columns: [{ expression: 'lower(a)' }] },
    index('x', [], { key: [EXPRESSION] }),
    { serving: 'x' },
  ],
  ['another expression', { columns: [{ expression: 'upper(a)' }] }, index('x', [], { key: [EXPRESSION] }), {}],
  [
    'a predicate that it prints in another way',
    { predicate: 'a is not null' },
    index('x', ['a', 'b'], { predicate: '(a IS NOT NULL)' }),
    { serving: 'x' },
  ],
  ['another predicate', { predicate: 'b is not null' }, index('x', ['a', 'b'], { predicate: '(a IS NOT NULL)' }), {}],
  ['no predicate', { predicate: 'a is not null' }, index('x', ['a', 'b']), {}],
])('%s', (_, wanted, there, judged) => {
  const expressions = new Map([
    ['lower(a)', 'lower(t.a)'],
    ['lower((a)::text)', 'lower(t.a)'],
    ['a is not null', 't.a IS NOT NULL'],
    ['(a IS NOT NULL)', 't.a IS NOT NULL'],
  ]);
  const columns = new Map(['a', 'b', 'c'].map((name) => [name, `t.${name}`]));
  expect(judge({ what: '', wanted, indexes: [there], judged: {} }, { canonical: { columns, expressions } })).toEqual(
    judged,
  );
});
