import { describe, expect, test } from 'vitest';
import type { ResolvedReference } from '../../../src/model/dedupe.ts';
import type { ForeignKeyFacts, OperationFacts, TableFacts } from '../../../src/model/facts.ts';
import type { Reference } from '../../../src/model/operations/common.ts';
import { Refusals } from '../../../src/model/refusals.ts';
import { orderReferences } from '../../../src/resolve/order-references.ts';
import { resolveReferences } from '../../../src/resolve/resolve-references.ts';
import { expectRefusals, type Refused } from '../../support/refusals.ts';
import { column, factsOf, foreignKey, index, table } from '../../support/table-facts.ts';

interface Case {
  readonly keys?: readonly ForeignKeyFacts[];
  readonly declared?: readonly Reference[];
  /** Of `child` (id, t_id, n, Other), and what else is there. */
  readonly child?: Partial<TableFacts>;
  readonly parent?: Partial<TableFacts>;
  readonly more?: readonly TableFacts[];
  readonly facts?: Partial<OperationFacts>;
}

function resolve({ keys = [foreignKey('child', ['t_id'])], declared = [], child, parent, more = [], facts }: Case) {
  const own = table('t', ['code'], { referencedBy: keys, ...parent });
  const refusals = new Refusals('t');
  const related = [table('child', ['t_id', 'n', 'Other'], { oid: 2, ...child }), ...more];
  const resolved = resolveReferences(declared, { ...factsOf(own, related), ...facts }, refusals);
  return { references: resolved, refusals: refusals.all };
}

function only(each: Case): ResolvedReference {
  const { references, refusals } = resolve(each);
  expectRefusals(refusals, []);
  expect(references).toHaveLength(1);
  return references[0] as ResolvedReference;
}

/** What it refers by, and to what. */
function written({ kind, label, referenced, onCollision, onDelete, type }: ResolvedReference): string {
  const told = type ? ` when ${type.column} = ${type.value}` : '';
  return `${kind} ${label} → ${referenced}, ${onCollision}${onDelete ? `, on delete ${onDelete}` : ''}${told}`;
}

describe('which references there are', () => {
  test.each<[what: string, each: Case, references: readonly string[]]>([
    ['none', { keys: [] }, []],
    [
      'a foreign key, found without being declared',
      { keys: [foreignKey('child', ['t_id'], { onDelete: 'cascade' })] },
      ['foreign-key child.t_id → id, keep-survivor, on delete cascade'],
    ],
    [
      'one of several columns',
      { keys: [foreignKey('child', ['t_id', 'n'], { referenced: ['id', 'code'] })] },
      ['foreign-key child.t_id+n → id,code, keep-survivor, on delete no action'],
    ],
    [
      'a declared one says what becomes of collisions',
      { declared: [{ table: 'child', column: 'T_ID', onCollision: 'refuse' }] },
      ['foreign-key child.t_id → id, refuse, on delete no action'],
    ],
    [
      'declared without that, it stays as it is found',
      { declared: [{ table: 'child', column: 't_id', kind: 'foreign-key' }] },
      ['foreign-key child.t_id → id, keep-survivor, on delete no action'],
    ],
    [
      'a declared one of another column is a further one',
      { declared: [{ table: 'child', column: 'n', onCollision: 'merge' }] },
      ['foreign-key child.t_id → id, keep-survivor, on delete no action', 'soft child.n → id, merge'],
    ],
    [
      'one that refers to another column',
      { keys: [], declared: [{ table: 'child', column: '"Other"', to: ['Code'] }] },
      ['soft child.Other → code, keep-survivor'],
    ],
    [
      'an array',
      { keys: [], declared: [{ table: 'child', column: 'n', kind: 'array' }] },
      ['array child.n → id, keep-survivor'],
    ],
    [
      'a polymorphic one',
      {
        keys: [],
        declared: [{ table: 'child', column: 'n', kind: 'polymorphic', type: { column: 'Other', value: 't' } }],
      },
      ['polymorphic child.n → id, keep-survivor when Other = t'],
    ],
    // That it is not there is refused where the names of the operation are looked up.
    ['a table that is not there', { keys: [], declared: [{ table: 'gone', column: 'n' }] }, []],
  ])('%s', (_, each, references) => {
    const resolved = resolve(each);
    expectRefusals(resolved.refusals, []);
    expect(resolved.references.map(written)).toEqual(references);
  });
});

const HIDDEN: Partial<TableFacts> = { rowSecurityActive: true };

describe('what is refused', () => {
  test.each<[what: string, each: Case, ...refused: Refused[]]>([
    [
      'a foreign key of a table that cannot be read',
      { keys: [foreignKey('secret', ['t_id'], { name: 'secret_fk' })] },
      ['MSGDB_REFUSED', 'The table of foreign key secret_fk cannot be read.', 'grant select on "public"."secret"'],
    ],
    [
      'a column that the child does not have',
      { declared: [{ table: 'child', column: 'x' }] },
      ['MSGDB_COLUMN_NOT_FOUND', 'child has no column x.'],
      ['MSGDB_USAGE', 'has 0 columns, but refers to 1'],
    ],
    [
      'a column that the table does not have',
      { declared: [{ table: 'child', column: 'n', to: ['x'] }] },
      ['MSGDB_COLUMN_NOT_FOUND', 't has no column x.'],
      ['MSGDB_USAGE', 'child.n has 1 column, but refers to 0.', "to: ['n']"],
    ],
    [
      'a foreign key that is not there',
      { declared: [{ table: 'child', column: 'n', kind: 'foreign-key' }] },
      ['MSGDB_REFUSED', 'child.n is declared as a foreign key, but', "kind: 'soft' for child.n"],
    ],
    [
      'one column for a primary key of two',
      { keys: [], declared: [{ table: 'child', column: 'n' }], parent: { primaryKey: ['id', 'code'] } },
      ['MSGDB_USAGE', 'child.n has 1 column, but refers to 2.', "to: ['n']"],
    ],
    [
      'children that are hidden',
      { child: HIDDEN },
      ['MSGDB_ROWS_HIDDEN', 'Row-level security hides rows of child, which refers to the copies.', 'BYPASSRLS'],
    ],
  ])('%s', (_, each, ...refused) => {
    expectRefusals(resolve(each).refusals, refused);
  });
});

const UNIQUE: Partial<TableFacts> = { indexes: [index('u', ['t_id', 'n'])] };
const CHECK = {
  name: 'c',
  expression: 't_id > 0',
  columns: ['t_id'],
  validated: true,
  wholeRow: false,
} as unknown as TableFacts['checks'][number];

describe('what may collide, and what is followed', () => {
  const grandchild = table('grandchild', ['child_id'], { oid: 3 });
  const below: Partial<TableFacts> = { referencedBy: [foreignKey('grandchild', ['child_id'])] };

  test.each<[what: string, each: Case, uniques: readonly string[], followed: readonly string[]]>([
    ['nothing where no unique index is about it', { child: below, more: [grandchild] }, [], []],
    ['a unique index', { child: UNIQUE }, ['u'], []],
    [
      'children that could be copies are followed to theirs',
      { child: { ...UNIQUE, ...below }, more: [grandchild] },
      ['u'],
      ['grandchild.child_id'],
    ],
    [
      'so are those that are removed where a constraint would refuse them',
      {
        child: { ...below, checks: [CHECK] },
        more: [grandchild],
        declared: [{ table: 'child', column: 't_id', onCollision: 'remove' }],
      },
      [],
      ['grandchild.child_id'],
    ],
    [
      'which nothing refuses stay',
      {
        child: below,
        more: [grandchild],
        declared: [{ table: 'child', column: 't_id', onCollision: 'remove' }],
      },
      [],
      [],
    ],
    [
      'of an array no index says which rows could meet',
      { keys: [], declared: [{ table: 'child', column: 't_id', kind: 'array' }], child: { ...UNIQUE, ...below } },
      [],
      [],
    ],
  ])('%s', (_, each, uniques, followed) => {
    const reference = only(each);
    expect(reference.uniques.map((unique) => unique.index)).toEqual(uniques);
    expect(reference.references.map(({ label }) => label)).toEqual(followed);
  });

  test('a circle ends where it comes back to a table on the way', () => {
    const back = foreignKey('child', ['n'], { name: 'self' });
    const indexes = [index('u', ['t_id', 'n']), index('v', ['n', 'Other'])];
    const reference = only({ child: { indexes, referencedBy: [back] } });
    expect(reference.circular).toBe(false);
    expect(reference.references.map(({ label, circular }) => [label, circular])).toEqual([['child.n', true]]);
    expect(reference.references[0]?.references).toEqual([]);
  });

  test.each<[declared: Partial<Reference>, child: Partial<TableFacts>, merged: readonly string[]]>([
    [{ onCollision: 'merge' }, { indexes: [index('u', ['t_id'])] }, ['n', 'Other']],
    [{ onCollision: 'merge' }, UNIQUE, ['Other']],
    [{ onCollision: 'merge' }, {}, []],
    [{ onCollision: 'keep-survivor' }, UNIQUE, []],
  ])('%j of a child with %j takes what is missing', (declared, child, merged) => {
    const { merges } = only({ declared: [{ table: 'child', column: 't_id', ...declared }], child });
    expect(merges.map(({ column: name, strategy }) => `${name} ${strategy}`)).toEqual(
      merged.map((name) => `${name} first-non-null`),
    );
  });
});

describe('how a referring column compares', () => {
  const text = { type: 'text', plainType: 'text', baseType: 'text' };
  const sole = (each: Case) => only(each).columns[0];
  const childOf = (t_id: object): Partial<TableFacts> => ({ columns: [column('id'), column('t_id', t_id)] });
  const soft: Reference = { table: 'child', column: 't_id' };

  test.each<[what: string, each: Case, compared: object]>([
    [
      'a foreign key by its own operator, also between types',
      { child: childOf({ plainType: 'bigint' }) },
      { operator: 'operator(pg_catalog.=)', cast: undefined, collation: undefined },
    ],
    ['a soft reference of the same type', { keys: [], declared: [soft] }, { operator: '=', cast: undefined }],
    [
      'one of another type is cast',
      { keys: [], declared: [soft], child: childOf(text) },
      { operator: '=', cast: 'text', collation: undefined },
    ],
    [
      'an array by its elements',
      { keys: [], declared: [{ ...soft, kind: 'array' }], child: childOf({ elementType: 'integer', plainType: 'x' }) },
      { type: 'x', cast: 'integer' },
    ],
    [
      'another collation is named',
      {
        parent: { columns: [column('id', { collation: '"C"' })] },
        child: childOf({ collation: '"de"' }),
      },
      { collation: '"C"' },
    ],
    ['that of the database too', { child: childOf({ collation: '"C"' }) }, { collation: 'pg_catalog."default"' }],
    [
      'the same collation is not',
      { parent: { columns: [column('id', { collation: '"C"' })] }, child: childOf({ collation: '"C"' }) },
      { collation: undefined },
    ],
  ])('%s', (_, each, compared) => {
    expect(sole(each)).toMatchObject({ name: 't_id', ...compared });
  });
});

describe('what could refuse a child that is re-pointed', () => {
  test.each<[what: string, child: Partial<TableFacts>, guards: readonly string[]]>([
    ['nothing', {}, []],
    ['a CHECK over the column', { checks: [CHECK] }, ['check c']],
    // What has no value for it is refused as that.
    ['not that the column is NOT NULL', { columns: [column('id'), column('t_id', { notNull: true })] }, []],
    [
      'a length that what it refers to does not have',
      { columns: [column('id'), column('t_id', { storageType: 'numeric(3)' })] },
      ['type t_id'],
    ],
    ['a unique index that the column is in itself is asked for copies', UNIQUE, []],
    [
      'one over an expression of it',
      { indexes: [index('u', [], { key: [{ column: undefined, text: 'abs(t_id)', plain: true }] })] },
      ['exclusion u'],
    ],
  ])('%s', (_, child, guards) => {
    expect(only({ child }).guards.map(({ kind, name }) => `${kind} ${name}`)).toEqual(guards);
  });

  test('a length that what it refers to has as well fits', () => {
    const limited = { storageType: 'numeric(3)' };
    const parent = { columns: [column('id', limited), column('code')] };
    expect(only({ parent, child: { columns: [column('id'), column('t_id', limited)] } }).guards).toEqual([]);
  });
});

describe('the order in which they are re-pointed', () => {
  const moving = (name: string, oid: number, columns: readonly string[], referencedBy: TableFacts['referencedBy']) => ({
    child: table(name, [], { oid, referencedBy }),
    columns,
  });
  const order = (...references: readonly ReturnType<typeof moving>[]) =>
    orderReferences(references).map(({ child }) => child.table.name);
  const below = foreignKey('below', ['t_id'], { referenced: ['t_id'] });

  test.each([
    ['as they are found', moving('a', 1, ['t_id'], []), moving('b', 2, ['t_id'], []), ['a', 'b']],
    ['above before below', moving('below', 1, ['t_id'], []), moving('b', 2, ['t_id'], [below]), ['b', 'below']],
    ['other columns do not matter', moving('below', 1, ['n'], []), moving('b', 2, ['t_id'], [below]), ['below', 'b']],
    ['nor others referred to', moving('below', 1, ['t_id'], []), moving('b', 2, ['n'], [below]), ['below', 'b']],
    [
      'a circle has no first',
      moving('below', 1, ['t_id'], [foreignKey('b', ['t_id'], { referenced: ['t_id'] })]),
      moving('b', 2, ['t_id'], [below]),
      ['below', 'b'],
    ],
    [
      'nor a table that refers to itself',
      moving('below', 1, ['t_id'], [below]),
      moving('a', 2, ['x'], []),
      ['below', 'a'],
    ],
  ])('%s', (_, first, second, names) => {
    expect(order(first, second)).toEqual(names);
  });
});
