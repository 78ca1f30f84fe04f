import type { Ask, Basis, Demand, NewIndex } from '../../model/demand.ts';
import type { KeyPart } from '../../model/operations/common.ts';
import type { Change, WrittenUnique } from '../../model/pending.ts';
import type { WrittenName } from '../../model/written-name.ts';
import { obstacleOf } from './obstacle-of.ts';
import { type At, placeOf } from './place.ts';
import { contentOf, substitute } from './substitute.ts';
import { basisOf, findKnown, type KnownTable, namesOf, newName, stateOfName, type World } from './world.ts';

type IndexChange = Extract<Change, { kind: 'build-index' | 'adopt-index' | 'drop-index' }>;

/** What the statement that makes an index needs, or one that takes it for a constraint. */
export function demandIndex(world: World, change: IndexChange, at: At): readonly Demand[] {
  if (change.kind === 'drop-index') return demandDrop(world, change, at);
  const table = findKnown(world, change.table);
  if (!table) {
    return [missingTable(world, change.table, at, change.kind === 'build-index' ? change.unique : undefined)];
  }
  const common = { ...placeOf(at, table.name, table.origin), computed: table.computed };
  if (change.kind === 'adopt-index') {
    const { schema } = table.name;
    const made = stateOfName(world, { schema, name: change.index }) === 'made before';
    return [
      {
        ...common,
        ask: { kind: 'adopt', index: change.index, primary: change.primary },
        basis: made ? { kind: 'holds', reason: 'an earlier statement makes the index' } : basisOf(world, table),
        index: undefined,
        build: { concurrently: false, inTransaction: at.inTransaction, blocks: 'nothing' },
      },
    ];
  }
  const build = {
    concurrently: change.concurrently,
    inTransaction: at.inTransaction,
    blocks: change.concurrently || change.only ? 'nothing' : 'writes',
  } as const;
  const index = indexOf(world, table, change.name, change.ifNotExists);
  if (!change.unique) {
    const basis = basisOf(world, table);
    return [{ ...common, ask: { kind: 'index' }, basis, index, build }];
  }
  return [{ ...common, ...askUnique(world, table, change.unique, index), index, build }];
}

/** Of DROP INDEX only how it is run matters. */
function demandDrop(
  world: World,
  { index, concurrently }: Extract<Change, { kind: 'drop-index' }>,
  at: At,
): readonly Demand[] {
  if (!concurrently || at.inTransaction !== true) return [];
  return [
    {
      ...placeOf(at, newName(world, index), undefined),
      computed: false,
      ask: { kind: 'index' },
      basis: { kind: 'holds', reason: 'no row matters' },
      index: undefined,
      build: { concurrently, inTransaction: true, blocks: 'nothing' },
    },
  ];
}

/** The name of an index, in its table's schema. */
export function indexOf(
  world: World,
  { name: { schema } }: KnownTable,
  name: string | undefined,
  ifNotExists: boolean,
): NewIndex | undefined {
  if (name === undefined) return undefined;
  return { schema, name, ifNotExists, state: stateOfName(world, { schema, name }) };
}

/** A table that neither the database has nor an earlier statement makes. */
export function missingTable(world: World, written: WrittenName, at: At, unique?: WrittenUnique): Demand {
  const looked = namesOf(world, written).map(({ schema }) => schema);
  const other = namesOf(world, written).some((name) => stateOfName(world, name) !== 'free');
  const reason = other
    ? `${written.name} is a view or a materialized view, whose rows are not looked at`
    : `there is no table ${written.name} in ${looked.join(' or ')}, and no earlier statement makes it`;
  return {
    ...placeOf(at, newName(world, written), undefined),
    computed: false,
    ask: unique
      ? {
          kind: 'unique',
          key: [],
          where: undefined,
          nulls: unique.nulls,
          as: unique.as,
          obstacle: 'there is no such table',
        }
      : { kind: 'index' },
    basis: { kind: 'unresolved', reason },
    index: undefined,
    build: { concurrently: false, inTransaction: at.inTransaction, blocks: 'nothing' },
  };
}

/** The key of a unique index, in terms of the database as it is now. */
export function askUnique(
  world: World,
  table: KnownTable,
  unique: WrittenUnique,
  index: NewIndex | undefined,
): { ask: Ask; basis: Basis } {
  const { as, nulls } = unique;
  const key: KeyPart[] = [];
  const open: string[] = [];
  let never: string | undefined;
  for (const part of unique.parts) {
    const read = readPart(table, part);
    if ('unresolved' in read) open.push(read.unresolved);
    else if ('distinct' in read) never = read.distinct;
    else if ('part' in read) key.push(read.part);
    else if (nulls === 'distinct' && read.constant === 'null') never = `${read.column} is NULL in each row`;
  }
  const where = [unique.where && substitute(unique.where, table), ...table.where.map((sql) => ({ sql }))].filter(
    (each) => each !== undefined,
  );
  const conditions = where.flatMap((each) => ('sql' in each ? [each.sql] : []));
  open.push(...where.flatMap((each) => ('unresolved' in each ? [each.unresolved] : [])));
  const obstacle = obstacleOf(world, table, unique, index);
  const ask: Ask = { kind: 'unique', key, where: joined(conditions), nulls, as, obstacle };
  const basis = basisOf(world, table);
  if (basis.kind === 'holds' || basis.kind === 'unresolved') return { ask, basis };
  if (never !== undefined) return { ask, basis: { kind: 'holds', reason: never } };
  const [reason] = open;
  return { ask, basis: reason === undefined ? basis : { kind: 'unresolved', reason } };
}

/** Conditions that all have to be met. */
export function joined(conditions: readonly string[]): string | undefined {
  if (conditions.length <= 1) return conditions[0];
  return conditions.map((each) => `(${each})`).join(' and ');
}

type ReadPart =
  | { readonly part: KeyPart }
  | { readonly unresolved: string }
  | { readonly distinct: string }
  | { readonly constant: 'null' | 'value'; readonly column: string };

function readPart(table: KnownTable, part: WrittenUnique['parts'][number]): ReadPart {
  if ('unknown' in part) return { unresolved: `${part.unknown} is not looked into` };
  if ('expression' in part) {
    const { expression } = part;
    const value = substitute(expression, table);
    return 'sql' in value ? { part: { expression: value.sql } } : value;
  }
  const known = table.columns.get(part.column);
  switch (known?.kind) {
    case 'present':
      return { part: known.column };
    case 'value':
      return { part: { expression: known.sql } };
    case 'constant':
      return { constant: 'value', column: part.column };
    case 'null':
      return { constant: 'null', column: part.column };
    case 'distinct':
      return { distinct: `${part.column} gets another value in each row` };
    default: {
      const value = contentOf(known, part.column, table);
      return typeof value === 'string' ? { part: { expression: value } } : value;
    }
  }
}
