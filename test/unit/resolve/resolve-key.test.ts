import { expect, test } from 'vitest';
import type { IndexFacts, IndexPartFacts, OperationFacts, TableFacts } from '../../../src/model/facts.ts';
import type { KeyPart, Nulls } from '../../../src/model/operations/common.ts';
import { Refusals } from '../../../src/model/refusals.ts';
import { keyLabel, resolveKey } from '../../../src/resolve/resolve-key.ts';
import { expectRefusals, type Refused } from '../../support/refusals.ts';
import { factsOf, index, table } from '../../support/table-facts.ts';

const PART: IndexPartFacts = {
  sql: 'a',
  type: 'json',
  length: -1,
  align: 4,
  storage: 'x',
  textual: false,
  virtual: false,
  hasClass: true,
  hashFunction: null,
};

interface Case {
  readonly what: string;
  readonly key: readonly KeyPart[];
  readonly where?: string;
  readonly nulls?: Nulls;
  readonly table?: Partial<TableFacts>;
  readonly facts?: Partial<OperationFacts>;
  readonly version?: number;
  /** What the key is called, and how its groups are found. */
  readonly label?: string;
  readonly grouping?: string;
  readonly refused?: readonly Refused[];
}

function resolve({ key, where, nulls = 'distinct', table: more, facts: others, version = 180_001 }: Case) {
  const facts = { ...factsOf(table('t', ['a', 'b', 'Name'], more)), ...others };
  const refusals = new Refusals('t');
  const server = { ...facts.server, versionNumber: version, version: String(version / 10_000) };
  const resolved = resolveKey({ key, where, nulls }, { ...facts, server }, refusals);
  return { key: resolved, refusals: refusals.all };
}

test.each<Case>([
  { what: 'columns', key: ['a', 'b'], label: 't (a, b)' },
  { what: 'a predicate', key: ['a'], where: 'a > 0', label: 't (a) where a > 0' },
  { what: 'an expression', key: [{ expression: 'lower(a)' }, 'b'], label: 't (lower(a), b)' },
  { what: 'a name in capitals that only the lower-cased column has', key: ['A'], label: 't (a)' },
  { what: 'a name as the catalogue has it', key: ['Name'], label: 't (Name)' },
  {
    what: 'a name in quotes is taken literally',
    key: ['"A"'],
    label: 't ()',
    refused: [['MSGDB_COLUMN_NOT_FOUND', 't has no column "A".', 'id, a, b, Name']],
  },
  {
    what: 'each column that is not there is named',
    key: ['x', 'a', 'y'],
    label: 't (a)',
    refused: [
      ['MSGDB_COLUMN_NOT_FOUND', 'no column x'],
      ['MSGDB_COLUMN_NOT_FOUND', 'no column y'],
    ],
  },
  { what: 'a column under two names', key: ['a', 'A'], refused: [['MSGDB_USAGE', 'The key names a twice.', 'once']] },
  {
    what: 'an expression twice',
    key: [{ expression: 'lower(a)' }, 'b', { expression: 'lower(a)' }],
    refused: [['MSGDB_USAGE', 'lower(a) twice']],
  },
  {
    what: 'an expression with a collation',
    key: [{ expression: 'a COLLATE "C"' }],
    refused: [['MSGDB_REFUSED', 'a COLLATE "C" names a collation', 'ALTER COLUMN']],
  },
  { what: 'the word in a constant or a quoted name', key: [{ expression: `a || 'x collate y' || "collate"` }] },
  { what: 'a word that contains it', key: [{ expression: 'collated(a)' }] },
  { what: 'NULLs that are equal', key: ['a'], nulls: 'not distinct', version: 150_000 },
  {
    what: 'the same before PostgreSQL 15',
    key: ['a'],
    nulls: 'not distinct',
    version: 140_000,
    refused: [['MSGDB_VERSION_UNSUPPORTED', 'needs PostgreSQL 15; this is 14', 'coalesce(']],
  },
  { what: 'distinct NULLs before PostgreSQL 15', key: ['a'], version: 140_000 },
  {
    what: 'a virtual column',
    key: ['a'],
    facts: { parts: [{ ...PART, virtual: true }] },
    refused: [['MSGDB_REFUSED', 't.a is a virtual generated column', 'STORED']],
  },
  {
    what: 'a type without an order',
    key: ['b', 'a'],
    facts: { parts: [PART, { ...PART, hasClass: false }] },
    refused: [['MSGDB_REFUSED', 't.a is of type json', 'in a btree index', '42704', 'md5((a)::text)']],
  },
  {
    what: 'an expression of such a type',
    key: [{ expression: ' f(a) ' }],
    facts: { parts: [{ ...PART, hasClass: false }] },
    refused: [['MSGDB_REFUSED', 'f(a) is of type json', 'md5((f(a))::text)']],
  },
])('$what', (each) => {
  const { key, refusals } = resolve(each);
  expectRefusals(refusals, each.refused ?? []);
  if (each.label !== undefined) expect(keyLabel(key)).toBe(each.label);
  expect(key).toMatchObject({ predicate: each.where, nulls: each.nulls ?? 'distinct', partitioned: false });
});

test('a partitioned table is named as such', () => {
  expect(resolve({ what: '', key: ['a'], table: { kind: 'partitioned' } }).key.partitioned).toBe(true);
});

test.each<[what: string, indexes: readonly IndexFacts[], key: readonly KeyPart[], grouping: string]>([
  ['no index', [], ['a'], 'hash'],
  ['an index that begins with the key', [index('i', ['a', 'b'], { unique: false })], ['a'], 'index'],
  ['in another order', [index('i', ['b', 'a', 'id'])], ['a', 'b'], 'index'],
  ['the key itself, not unique', [index('i', ['a'], { unique: false })], ['a'], 'index'],
  ['a unique index of just this key shows what it enforces', [index('i', ['a'])], ['a'], 'hash'],
  ['the same beside another', [index('i', ['a']), index('j', ['a', 'b'])], ['a'], 'hash'],
  ['an index that begins with another column', [index('i', ['b', 'a'])], ['a'], 'hash'],
  ['one that has a part of the key', [index('i', ['a'], { unique: false })], ['a', 'b'], 'hash'],
  ['one that is not valid', [index('i', ['a', 'b'], { valid: false })], ['a'], 'hash'],
  ['one with a predicate', [index('i', ['a', 'b'], { predicate: 'b > 0' })], ['a'], 'hash'],
  ['one that is no btree', [index('i', ['a', 'b'], { unique: false, method: 'brin' })], ['a'], 'hash'],
  ['an expression is not looked for', [index('i', ['a', 'b'])], [{ expression: 'a' }], 'hash'],
])('groups by %s', (_, indexes, key, grouping) => {
  expect(resolve({ what: '', key, table: { indexes } }).key.grouping).toBe(grouping);
});

const BY_INT: IndexPartFacts = { ...PART, hashFunction: 'hashint4extended' };

test.each<[what: string, parts: readonly IndexPartFacts[], nulls: Nulls, functions: readonly string[] | undefined]>([
  ['each part by its own function', [BY_INT, BY_INT], 'distinct', ['hashint4extended', 'hashint4extended']],
  ['the row where a part has none', [BY_INT, PART], 'distinct', undefined],
  ['the row where a part may be NULL, of which these functions give NULL', [BY_INT, BY_INT], 'not distinct', undefined],
])('hashes %s', (_, parts, nulls, functions) => {
  expect(resolve({ what: '', key: ['a', 'b'], nulls, facts: { parts } }).key.hashFunctions).toEqual(functions);
});

test('a type that nothing hashes is sorted, also where an index begins with it', () => {
  const indexes = [index('i', ['a', 'b'])];
  expect(resolve({ what: '', key: ['a'], table: { indexes }, facts: { hashable: false } }).key.grouping).toBe('sort');
});
