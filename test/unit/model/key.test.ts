import { expect, test } from 'vitest';
import { parseRule } from '../../../src/cli/values/rule.ts';
import { index } from '../../../src/model/operations/index-operation.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { isSameInAnyOrder, isSameInOrder, isSameKey } from '../../../src/model/same-columns.ts';
import { tableLabel } from '../../../src/model/table-label.ts';
import { isSameTable, tableId } from '../../../src/model/table-name.ts';

const TOO_MANY = Array.from({ length: 33 }, (_, place) => `c${place + 1}`);
const WHY = 'an index of PostgreSQL has at most 32 columns; leave some out, or join some in one expression';

test('a key of more columns than an index can have is refused before anything is asked of a server', () => {
  expect(() => uniqueKey({ table: 't', key: TOO_MANY })).toThrow(
    expect.objectContaining({ code: 'MSGDB_MIGRATION_INVALID', why: `key: ${WHY}.`, fix: expect.any(String) }),
  );
  expect(() => index({ table: 't', columns: TOO_MANY, name: 'wide' })).toThrow(
    expect.objectContaining({ code: 'MSGDB_MIGRATION_INVALID', why: `columns: ${WHY}.` }),
  );
  expect(() => parseRule({ table: 't', key: TOO_MANY.join(',') })).toThrow(
    expect.objectContaining({ code: 'MSGDB_USAGE', why: `key: ${WHY}.`, fix: expect.any(String) }),
  );
});

test.each([
  [['a', 'b'], ['a', 'b'], { order: true, any: true }],
  [['a', 'b'], ['b', 'a'], { order: false, any: true }],
  [['a', 'b'], ['a'], { order: false, any: false }],
  // ON CONFLICT (a, b, b) means (a, b).
  [['a', 'b'], ['a', 'b', 'b'], { order: false, any: true }],
  [[undefined, 'a'], [undefined, 'a'], { order: false, any: false }],
] as const)('columns %j and %j: in one order, in any order', (some, others, same) => {
  expect({ order: isSameInOrder(some, others), any: isSameInAnyOrder(some, others) }).toEqual(same);
  expect({ order: isSameInOrder(others, some), any: isSameInAnyOrder(others, some) }).toEqual(same);
});

test('keys are the same in any order of their parts; an expression is compared as it is written', () => {
  const email = { expression: 'lower(email)' };
  expect(isSameKey(['tenant', email], [{ expression: 'lower(email)' }, 'tenant'])).toBe(true);
  expect(isSameKey(['tenant', email], ['tenant', 'lower(email)'])).toBe(false);
  expect(isSameKey(['a'], ['a', 'b'])).toBe(false);
});

test('a table is the same by schema and name: a dot in a name does not make it another one', () => {
  const [dotted, nested] = [
    { schema: 'public', name: 'a.b' },
    { schema: 'a', name: 'b' },
  ];
  expect([tableLabel(dotted), isSameTable(dotted, nested), tableId(dotted) === tableId(nested)]).toEqual([
    tableLabel(nested),
    false,
    false,
  ]);
  expect(isSameTable(nested, { ...nested })).toBe(true);
});
