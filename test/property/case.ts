import fc from 'fast-check';
import { KEY_TYPES, type KeyType } from './key-types.ts';

/** A table with copies, what refers to it, and a rule for it; `t0`, `c0_0`, … by its place among the cases of a run. */
export interface Case {
  /** `none`: ids differ, but nothing says so; `same rows`: many rows are the same in every column. */
  readonly identity: 'primary key' | 'none' | 'same rows';
  readonly partitioned: boolean;
  readonly key: readonly KeyPart[];
  readonly predicate: 'none' | 'live' | 'v > 1' | 'k1 is not null';
  readonly nulls: 'distinct' | 'not distinct';
  readonly keep: readonly Keep[];
  readonly merge: {
    readonly w?: 'sum' | 'min' | 'max' | 'first-non-null' | undefined;
    readonly txt?: 'concat' | 'first-non-null' | 'max' | undefined;
    readonly flag?: 'or' | 'and' | undefined;
  };
  readonly agree: boolean;
  readonly losers: 'archive' | 'delete' | 'set live' | 'set null';
  readonly rows: readonly RowSeed[];
  readonly children: readonly Child[];
}

export interface KeyPart {
  readonly type: KeyType;
  readonly form: 'column' | 'folded' | 'filled';
}

export type Keep =
  | { readonly column: 'v' | 'w'; readonly descending: boolean; readonly nullsFirst: boolean }
  | { readonly ranking: readonly string[] };

export interface RowSeed {
  readonly part: number;
  /** Places among the values of the key's types. */
  readonly key: readonly (number | null)[];
  readonly v: number | null;
  readonly w: number | null;
  readonly txt: string | null;
  readonly flag: boolean | null;
  readonly live: boolean;
  readonly parent: number | null;
}

export interface Child {
  readonly kind: 'foreign-key' | 'two keys' | 'self' | 'soft' | 'soft text' | 'array' | 'polymorphic';
  readonly onDelete: 'cascade' | 'set null' | 'no action' | 'restrict';
  /** A unique index over the reference and `name`. */
  readonly unique: 'none' | 'distinct' | 'not distinct';
  readonly onCollision: 'keep-survivor' | 'merge';
  readonly partitioned: boolean;
  /** A table that refers to this one. */
  readonly grandchildren: boolean;
  readonly rows: readonly ChildSeed[];
}

export interface ChildSeed {
  /** Places of rows of the parent; some kinds take only the first. */
  readonly parents: readonly (number | null)[];
  readonly name: number | null;
  readonly note: string | null;
}

const MOST_ROWS = 9;
const maybe = <Value>(value: fc.Arbitrary<Value>, freq = 4): fc.Arbitrary<Value | null> => fc.option(value, { freq });

const partArbitrary: fc.Arbitrary<KeyPart> = fc
  .record({ type: fc.constantFrom(...KEY_TYPES), form: fc.constantFrom('column', 'column', 'folded', 'filled') })
  .map(({ type, form }) => ({ type, form: type.type === 'text' ? form : 'column' }) as const);

const rowArbitrary: fc.Arbitrary<RowSeed> = fc.record({
  part: fc.nat(2),
  key: fc.tuple(maybe(fc.nat(3)), maybe(fc.nat(1))),
  v: maybe(fc.nat(3)),
  w: maybe(fc.nat(9)),
  txt: maybe(fc.constantFrom('x', 'x', 'y', '')),
  flag: maybe(fc.boolean()),
  live: fc.boolean(),
  parent: maybe(fc.nat(MOST_ROWS), 2),
});

const keepArbitrary: fc.Arbitrary<Keep> = fc.oneof(
  fc.record({ column: fc.constantFrom('v', 'w'), descending: fc.boolean(), nullsFirst: fc.boolean() }),
  fc.constant({ ranking: ['y', 'x'] }),
);

const childArbitrary: fc.Arbitrary<Child> = fc.record({
  kind: fc.constantFrom('foreign-key', 'foreign-key', 'two keys', 'self', 'soft', 'soft text', 'array', 'polymorphic'),
  onDelete: fc.constantFrom('cascade', 'cascade', 'set null', 'no action', 'restrict'),
  unique: fc.constantFrom('none', 'distinct', 'not distinct'),
  onCollision: fc.constantFrom('keep-survivor', 'merge'),
  partitioned: fc.boolean(),
  grandchildren: fc.boolean(),
  rows: fc.array(
    fc.record({
      parents: fc.tuple(maybe(fc.nat(MOST_ROWS)), maybe(fc.nat(MOST_ROWS))),
      name: maybe(fc.nat(1)),
      note: maybe(fc.constantFrom('p', 'q'), 2),
    }),
    { maxLength: 9 },
  ),
});

export const caseArbitrary: fc.Arbitrary<Case> = fc
  .record({
    identity: fc.constantFrom('primary key', 'primary key', 'primary key', 'none', 'same rows'),
    partitioned: fc.nat(3).map((chance) => chance === 3),
    key: fc.array(partArbitrary, { minLength: 1, maxLength: 2 }),
    predicate: fc.constantFrom('none', 'none', 'live', 'v > 1', 'k1 is not null'),
    nulls: fc.constantFrom('distinct', 'not distinct'),
    keep: fc.uniqueArray(keepArbitrary, {
      maxLength: 2,
      selector: (term) => ('column' in term ? term.column : 'ranking'),
    }),
    merge: fc.record({
      w: fc.constantFrom(undefined, 'sum', 'min', 'max', 'first-non-null'),
      txt: fc.constantFrom(undefined, undefined, 'concat', 'first-non-null', 'max'),
      flag: fc.constantFrom(undefined, undefined, 'or', 'and'),
    }),
    agree: fc.nat(4).map((chance) => chance === 4),
    losers: fc.constantFrom('archive', 'archive', 'archive', 'set live', 'set null'),
    rows: fc.array(rowArbitrary, { maxLength: MOST_ROWS, size: 'max' }),
    children: fc.array(childArbitrary, { maxLength: 2 }),
  })
  .map(makeConsistent);

/** Leaves out what PostgreSQL would not allow together, rather than trying again: so that cases shrink well. */
function makeConsistent(drawn: Case): Case {
  const partitioned = drawn.partitioned && drawn.identity === 'primary key';
  const settable = drawn.key[0]?.form === 'column' && drawn.nulls === 'distinct' && drawn.predicate === 'none';
  const losers = {
    archive: 'archive',
    delete: 'delete',
    'set live': drawn.predicate === 'live' ? 'set live' : 'archive',
    'set null': settable ? 'set null' : 'archive',
  } as const;
  const self = drawn.children.findIndex(({ kind }) => kind === 'self');
  return {
    ...drawn,
    partitioned,
    losers: losers[drawn.losers],
    merge: { ...drawn.merge, ...(drawn.agree ? { txt: undefined } : {}) },
    children: drawn.children
      .filter((child, place) => possible(child, { ...drawn, partitioned }) && (child.kind !== 'self' || place === self))
      .map((child) => fitChild(child, partitioned)),
  };
}

function possible({ kind }: Child, { identity, partitioned }: Case): boolean {
  if (identity === 'same rows') return false;
  if (partitioned) return kind === 'foreign-key' || kind === 'soft';
  return identity === 'primary key' || !['foreign-key', 'two keys', 'self'].includes(kind);
}

/** A child that is partitioned by its reference cannot lose it, and has nothing that refers to it. */
function fitChild(child: Child, parentPartitioned: boolean): Child {
  const single = child.kind === 'foreign-key' && !parentPartitioned;
  const partitioned = child.partitioned && single;
  return {
    ...child,
    partitioned,
    onDelete: partitioned && child.onDelete === 'set null' ? 'cascade' : child.onDelete,
    grandchildren: child.grandchildren && single && !partitioned,
    unique: child.kind === 'array' || child.kind === 'self' ? 'none' : child.unique,
  };
}
