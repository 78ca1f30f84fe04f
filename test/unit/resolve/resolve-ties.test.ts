import { describe, expect, test } from 'vitest';
import type { ForeignKeyFacts, TableFacts } from '../../../src/model/facts.ts';
import { type UniqueKeyOptions, uniqueKey } from '../../../src/model/operations/unique-key.ts';
import type { Ties } from '../../../src/model/ties.ts';
import { resolveRule } from '../../../src/resolve/resolve-rule.ts';
import { column, factsOf, foreignKey, index, table } from '../../support/table-facts.ts';

interface Case {
  readonly rule?: Partial<UniqueKeyOptions>;
  /** Keys that refer to t; child does, by t_id, if left out. */
  readonly keys?: readonly ForeignKeyFacts[];
  readonly parent?: Partial<TableFacts>;
  readonly child?: Partial<TableFacts>;
  /** Another table, `other` (id, child_id, t_id), which refers by this. */
  readonly below?: ForeignKeyFacts;
  readonly other?: Partial<TableFacts>;
  /** Further tables that a column refers to besides. */
  readonly parents?: readonly TableFacts[];
}

/** t, whose copies go; child refers to it by t_id; what is below refers to child. */
function tiesOf({ rule, keys, parent, child, below, other, parents = [] }: Case): Ties {
  const children = table('child', ['t_id', 'n'], {
    oid: 2,
    indexes: [index('child_pkey', ['id'], { primary: true }), index('whole', ['id', 't_id'])],
    referencedBy: below ? [below] : [],
    ...child,
  });
  const related = [children, table('other', ['child_id', 't_id'], { oid: 3, ...other })];
  const own = table('t', ['k', 'n'], { referencedBy: keys ?? [foreignKey('child', ['t_id'])], ...parent });
  const facts = { ...factsOf(own, related), parents };
  return resolveRule(uniqueKey({ table: 't', key: ['k'], ...rule }), facts).ties;
}

/** As one would read them; moves by their places. */
function written({ moves, ties, clashes, passages, crossings }: Ties): readonly string[] {
  const list = (what: string, values: readonly unknown[]) => (values.length > 0 ? [`${what} ${values}`] : []);
  return [
    ...moves.map((move) => {
      const { kind, image, columns } = move;
      const of = move.kind !== 'survivors' && move.of !== undefined ? ` of ${move.of}` : '';
      const after = move.kind === 'cascade' && move.after ? `, after ${move.after}` : '';
      return `${kind} ${image.table.name}.${columns.map(({ name }) => name)}${of}${after}`;
    }),
    ...ties.map(({ kind, move, label, key, settled, later, deferrable, unmoved }) =>
      [
        `${move} ${kind} by ${key.name}`,
        ...(label === undefined ? ['no label'] : []),
        ...list('settled', settled),
        ...list('later', later),
        ...list(
          'deferrable',
          deferrable.map(({ name }) => name),
        ),
        ...list('unmoved', unmoved),
      ].join(', '),
    ),
    ...clashes.map(({ move, unique, settled }) =>
      [`${move} clashes in ${unique.index}`, ...list('settled', settled)].join(', '),
    ),
    ...passages.map(({ move, guards }) => `${move} passes ${guards.map(({ kind }) => kind)}`),
    ...crossings
      .filter(({ guards }) => guards.length > 0)
      .map(
        ({ ways, guards }) =>
          `${ways.map(({ move, step }) => `${move} in ${step}`)} cross ${guards.map(({ kind }) => kind)}`,
      ),
  ];
}

const WHOLE = { referenced: ['id', 't_id'], name: 'whole_fk' };
const BY_ID = foreignKey('other', ['child_id'], { name: 'id_fk' });
const BY_BOTH = foreignKey('other', ['child_id', 't_id'], WHOLE);
const CASCADE = foreignKey('other', ['child_id', 't_id'], { ...WHOLE, onUpdate: 'cascade' });
const OTHER = foreignKey('other', ['t_id']);
const BOTH = [foreignKey('child', ['t_id']), OTHER];
const CHECK = { name: 'c', expression: 't_id > 0', columns: ['t_id'], validated: true, wholeRow: false };

describe('rows that refer to those that are re-pointed', () => {
  test.each<[what: string, each: Case, ties: readonly string[]]>([
    ['a key that re-pointing does not change holds nothing', { below: BY_ID }, ['children child.t_id']],
    ['a key that it changes holds the row', { below: BY_BOTH }, ['children child.t_id', '0 held by whole_fk']],
    [
      'so does one that is deferred, where nothing else moves its rows',
      { below: { ...BY_BOTH, deferred: true } },
      ['children child.t_id', '0 held by whole_fk'],
    ],
    [
      'rows that are re-pointed themselves may be checked at the end',
      { below: BY_BOTH, keys: BOTH },
      [
        'children child.t_id',
        'children other.t_id',
        '0 held by whole_fk, deferrable whole_fk',
        '1 lost by whole_fk, settled 0, deferrable whole_fk',
      ],
    ],
    [
      'and are, where the key is deferred',
      { below: { ...BY_BOTH, deferred: true }, keys: BOTH },
      ['children child.t_id', 'children other.t_id', '0 held by whole_fk, settled 1', '1 lost by whole_fk, settled 0'],
    ],
    [
      'RESTRICT is checked at once all the same',
      { below: { ...BY_BOTH, onUpdate: 'restrict', deferred: true }, keys: BOTH },
      ['children child.t_id', 'children other.t_id', '0 held by whole_fk', '1 lost by whole_fk, settled 0'],
    ],
    [
      'what may not be read is not asked',
      { below: BY_BOTH, other: { privileges: { ...table('x', []).privileges, select: false } } },
      ['children child.t_id'],
    ],
  ])('%s', (_, each, ties) => {
    expect(written(tiesOf(each))).toEqual(ties);
  });
});

describe('ON UPDATE CASCADE', () => {
  test.each<[what: string, each: Case, ties: readonly string[]]>([
    ['takes the rows along', { below: CASCADE }, ['children child.t_id', 'cascade other.t_id of 0']],
    [
      'into a unique index, where they may be copies',
      { below: CASCADE, other: { indexes: [index('u', ['t_id'])] } },
      ['children child.t_id', 'cascade other.t_id of 0', '1 clashes in u'],
    ],
    [
      'past a CHECK',
      { below: CASCADE, other: { checks: [CHECK] } },
      ['children child.t_id', 'cascade other.t_id of 0', '1 in 1 cross check'],
    ],
    [
      'of rows that are re-pointed themselves, afterwards',
      { below: CASCADE, keys: [OTHER, foreignKey('child', ['t_id'])], other: { indexes: [index('u', ['t_id'])] } },
      [
        'children child.t_id',
        'children other.t_id',
        'cascade other.t_id of 0',
        '2 lost by other_fkey',
        '1 lost by whole_fk, settled 0, deferrable whole_fk',
        '2 clashes in u',
      ],
    ],
    [
      'in a circle ends where a key comes again',
      {
        child: {
          referencedBy: [
            foreignKey('child', ['n'], { name: 'self', referenced: ['t_id'], onUpdate: 'cascade' }),
            foreignKey('child', ['t_id'], { name: 'back', referenced: ['n'], onUpdate: 'cascade' }),
          ],
        },
      },
      [
        'children child.t_id',
        'cascade child.n of 0',
        'cascade child.t_id of 1',
        '2 lost by child_fkey',
        '0 lost by back, unmoved n',
      ],
    ],
  ])('%s', (_, each, ties) => {
    expect(written(tiesOf(each))).toEqual(ties);
  });
});

describe('what re-pointed rows refer to besides', () => {
  const elsewhere = (more: Partial<ForeignKeyFacts> = {}) =>
    table('tenant', ['t_id'], {
      oid: 4,
      referencedBy: [foreignKey('child', ['n', 't_id'], { name: 'tenant_fk', referenced: ['id', 't_id'], ...more })],
    });

  test.each<[what: string, each: Case, ties: readonly string[]]>([
    ['nothing else', { parents: [] }, ['children child.t_id']],
    [
      'a row that is not re-pointed: by columns that could be named',
      { parents: [elsewhere()] },
      ['children child.t_id', '0 lost by tenant_fk, unmoved t_id'],
    ],
    [
      'by columns that stay',
      { parents: [table('tenant', [], { oid: 4, referencedBy: [foreignKey('child', ['n'])] })] },
      ['children child.t_id'],
    ],
    [
      'in a table that may not be read',
      { parents: [{ ...elsewhere(), privileges: { ...elsewhere().privileges, select: false } }] },
      ['children child.t_id'],
    ],
  ])('%s', (_, each, ties) => {
    expect(written(tiesOf(each))).toEqual(ties);
  });
});

describe('children of copies among children', () => {
  const UNIQUE = [index('child_pkey', ['id'], { primary: true }), index('u', ['t_id'])];

  test('move before, with the move whose copies they are of', () => {
    expect(written(tiesOf({ below: BY_ID, child: { indexes: UNIQUE, referencedBy: [BY_ID] } }))).toEqual([
      'children child.t_id',
      'children other.child_id of 0',
    ]);
  });

  test('with several columns, may become copies of rows outside their groups', () => {
    const whole = foreignKey('other', ['child_id', 't_id'], { name: 'two', referenced: ['id', 'n'] });
    const ties = tiesOf({
      child: { indexes: UNIQUE, referencedBy: [whole] },
      other: { indexes: [index('v', ['child_id'])] },
    });
    expect(written(ties)).toEqual(['children child.t_id', 'children other.child_id,t_id of 0', '1 clashes in v']);
  });
});

describe('survivors that take values', () => {
  const named = (onUpdate: ForeignKeyFacts['onUpdate']) => [
    foreignKey('child', ['n'], { name: 'n_fk', referenced: ['n'], onUpdate }),
  ];
  const rule = { merge: { n: 'max' as const } };
  const parent = { columns: [column('id'), column('k'), column('n')] };

  test.each<[what: string, each: Case, ties: readonly string[]]>([
    [
      'hand them on by ON UPDATE CASCADE',
      { rule, parent, keys: named('cascade') },
      ['children child.n', 'survivors t.n', 'cascade child.n of 1, after 0'],
    ],
    ['to nobody without it', { rule, parent, keys: named('no action') }, ['children child.n']],
    [
      'nor values that nobody refers to',
      { rule: { merge: { n: 'max' } }, parent, keys: [foreignKey('child', ['t_id'], { onUpdate: 'cascade' })] },
      ['children child.t_id'],
    ],
    ['nor without a merge', { parent, keys: named('cascade') }, ['children child.n']],
  ])('%s', (_, each, ties) => {
    expect(written(tiesOf(each))).toEqual(ties);
  });
});

test('elements of an array are in no foreign key', () => {
  const references = [{ table: 'child', column: 'n', kind: 'array' as const }];
  expect(written(tiesOf({ rule: { references }, keys: [] }))).toEqual([]);
});

describe('keys between rows of the same table', () => {
  const self = (more: Partial<ForeignKeyFacts> = {}) =>
    foreignKey('child', ['t_id', 'n'], { name: 'self', referenced: ['t_id', 'id'], ...more });
  const two = [foreignKey('child', ['t_id', 'u_id'], { referenced: ['id', 'n'] })];
  const wide = { columns: ['id', 't_id', 'u_id', 'n'].map((name) => column(name)) };

  test.each<[what: string, each: Case, ties: readonly string[]]>([
    [
      'move by one statement to the same values',
      { child: { referencedBy: [self()] } },
      [
        'children child.t_id',
        '0 held by self, settled 0, deferrable self',
        '0 lost by self, settled 0, deferrable self',
      ],
    ],
    [
      'do not where a column that refers stays',
      { keys: two, child: { ...wide, referencedBy: [self({ columns: ['t_id', 'n'], referenced: ['t_id', 'u_id'] })] } },
      ['children child.t_id,u_id', '0 held by self', '0 lost by self, settled 0, deferrable self'],
    ],
    [
      'of two tables that refer to each other, one moves later',
      {
        below: BY_BOTH,
        keys: BOTH,
        other: { referencedBy: [foreignKey('child', ['n', 't_id'], { name: 'back', referenced: ['id', 't_id'] })] },
      },
      [
        'children child.t_id',
        'children other.t_id',
        '0 held by whole_fk, deferrable whole_fk',
        '0 lost by back, deferrable back',
        '1 held by back, deferrable back',
        '1 lost by whole_fk, settled 0, deferrable whole_fk',
      ],
    ],
    [
      'which is waited for, where keys are deferred',
      {
        below: { ...BY_BOTH, deferred: true },
        keys: BOTH,
        other: {
          referencedBy: [
            foreignKey('child', ['n', 't_id'], { name: 'back', referenced: ['id', 't_id'], deferred: true }),
          ],
        },
      },
      [
        'children child.t_id',
        'children other.t_id',
        '0 held by whole_fk, settled 1',
        '0 lost by back, later 1',
        '1 held by back, settled 0',
        '1 lost by whole_fk, settled 0',
      ],
    ],
  ])('%s', (_, each, ties) => {
    expect(written(tiesOf(each))).toEqual(ties);
  });
});
