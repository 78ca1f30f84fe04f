import { expect, test } from 'vitest';
import { index as indexOperation } from '../../../src/model/operations/index-operation.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { Refusals } from '../../../src/model/refusals.ts';
import { deriveIndexName, plainIndexBuild } from '../../../src/resolve/index-build.ts';
import { resolveRule } from '../../../src/resolve/resolve-rule.ts';
import { expectRefusals } from '../../support/refusals.ts';
import { factsOf, table } from '../../support/table-facts.ts';

const LONG = 'x'.repeat(60);

test.each<[table: string, parts: readonly string[], name: string]>([
  ['t', ['a'], 't_a_key'],
  ['t', ['a', 'b'], 't_a_b_key'],
  ['t', ["lower(a || ' ')", 'b'], 't_lower_a_b_key'],
  ['Chat', ['remoteJid'], 'Chat_remoteJid_key'],
  ['größe', ['länge'], 'größe_länge_key'],
  [LONG, ['a'], `${'x'.repeat(59)}_key`],
  // 63 bytes, not 63 characters, and no half of one.
  ['ä'.repeat(40), ['a'], `${'ä'.repeat(29)}_key`],
])('the index of %s (%j) is called %s', (named, parts, name) => {
  expect(deriveIndexName(named, parts)).toBe(name);
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
});

test.each<[what: string, rule: Partial<UniqueKeyOptions>, build: object]>([
  ['a name of its own', {}, { name: 't_a_key' }],
  ['the name that the rule gives', { index: 'mine' }, { name: 'mine' }],
  ['its predicate', { where: 'a > 0' }, { predicate: 'a > 0', name: 't_a_key' }],
  ['what it says of NULLs', { nulls: 'not distinct' }, { name: 't_a_key', nulls: 'not distinct' }],
  ['an expression', { key: [{ expression: 'a % 2' }] }, { columns: [{ expression: 'a % 2' }], name: 't_a_2_key' }],
])('a rule asks for a unique index: %s', (_, rule, build) => {
  const { build: built } = resolveRule(uniqueKey({ table: 't', key: ['a'], ...rule }), factsOf(table('t', ['a'])));
  const plain = { table: { schema: 'public', name: 't' }, partitioned: false, unique: true, method: 'btree' };
  expect(built).toEqual({ ...plain, columns: [{ column: 'a' }], predicate: undefined, nulls: 'distinct', ...build });
});

test('an index that is not unique is built as it is written, of the columns that are there', () => {
  const facts = factsOf(table('t', ['a'], { kind: 'partitioned' }));
  const refusals = new Refusals('t');
  const operation = indexOperation({
    table: 't',
    name: 'i',
    columns: ['A', { expression: 'lower(a)' }, 'z'],
    where: 'a > 0',
    method: 'gin',
  });
  expect(plainIndexBuild(operation, facts, refusals)).toEqual({
    table: { schema: 'public', name: 't' },
    partitioned: true,
    name: 'i',
    unique: false,
    method: 'gin',
    columns: [{ column: 'a' }, { expression: 'lower(a)' }],
    predicate: 'a > 0',
    nulls: 'distinct',
  });
  expectRefusals(refusals.all, [['MSGDB_COLUMN_NOT_FOUND', 't has no column z.']]);
});
