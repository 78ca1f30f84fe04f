import type { Ask, Basis, Demand } from '../../model/demand.ts';
import type { KeyPart } from '../../model/operations/common.ts';
import type { WrittenForeignKey } from '../../model/pending.ts';
import { isSameTable, tableId } from '../../model/table-name.ts';
import { joined } from './demand-index.ts';
import { demandOf } from './demand-of.ts';
import type { At } from './place.ts';
import { contentOf } from './substitute.ts';
import { basisOf, findKnown, type KnownTable, newName, type World } from './world.ts';

/** The parent is looked at as it is now, so it must be what it is now. */
export function demandForeignKey(
  world: World,
  table: KnownTable,
  { columns, parent, referenced: written, full }: WrittenForeignKey,
  at: At,
): Demand {
  const known = findKnown(world, parent);
  const referenced =
    written ?? world.links.uniques.find(({ table: id, primary }) => primary && id === known?.id)?.columns;
  const read = columns.map((name) => ({ name, value: readValue(table, name) }));
  const parts = read.flatMap(({ name, value }) => ('part' in value ? [{ name, part: value.part }] : []));
  const ask: Ask = {
    kind: 'foreign-key',
    names: columns,
    columns: parts,
    parent: known?.origin ?? newName(world, parent),
    present: known?.origin !== undefined,
    referenced: referenced?.map((column) => presentName(known, column)),
    full,
    where: joined(table.where),
    types: Object.fromEntries(columns.flatMap((name) => typeOf(table, name))),
    made: known ? madeKeys(world, known) : [],
    gone: known ? goneIndexes(world, known) : [],
  };
  const basis = basisOf(world, table);
  if (basis.kind === 'holds' || basis.kind === 'unresolved') return demandOf(table, at, { ask, basis }, 'writes');
  const emptied = columns.some((column) => table.columns.get(column)?.kind === 'null');
  if (emptied && !full) {
    const holds: Basis = { kind: 'holds', reason: `${columns.join(', ')} is NULL in each row` };
    return demandOf(table, at, { ask, basis: holds }, 'writes');
  }
  const [open] = read.flatMap(({ value }) => ('unresolved' in value ? [value.unresolved] : []));
  const reason = open ?? whyParentOpen(world, known, referenced ?? [], parent.name);
  return demandOf(table, at, { ask, basis: reason === undefined ? basis : { kind: 'unresolved', reason } }, 'writes');
}

function typeOf(table: KnownTable, column: string): readonly (readonly [string, string])[] {
  const type = table.types.get(column);
  return type === undefined ? [] : [[column, type]];
}

/** Unique keys that the scripts have made, in columns as the database has them now. */
function madeKeys(world: World, parent: KnownTable): readonly (readonly string[])[] {
  return world.links.uniques.flatMap(({ table, columns }) =>
    table === parent.id ? [columns.map((column) => presentName(parent, column))] : [],
  );
}

/** Names of a table's indexes that earlier statements take away. */
export function goneIndexes(world: World, { origin }: KnownTable): readonly string[] {
  return world.present.flatMap((each) => {
    const gone = each.on && origin && isSameTable(each.on, origin) && world.names.get(tableId(each))?.gone === true;
    return gone ? [each.name] : [];
  });
}

function readValue(table: KnownTable, column: string): { readonly part: KeyPart } | { readonly unresolved: string } {
  const known = table.columns.get(column);
  if (known?.kind === 'present') return { part: known.column };
  const value = contentOf(known, column, table);
  return typeof value === 'string' ? { part: { expression: value } } : value;
}

function presentName(known: KnownTable | undefined, column: string): string {
  const each = known?.columns.get(column);
  return each?.kind === 'present' ? each.column : column;
}

function whyParentOpen(
  world: World,
  parent: KnownTable | undefined,
  referenced: readonly string[],
  name: string,
): string | undefined {
  if (!parent) return `there is no table ${name}, and no earlier statement makes it`;
  const basis = basisOf(world, parent);
  if (basis.kind === 'unresolved') return basis.reason;
  if (basis.kind !== 'rows') return `${name}: ${basis.reason}`;
  const changed = referenced.find((column) => parent.columns.get(column)?.kind !== 'present');
  if (changed !== undefined) return `${name}.${changed} is made or changed by an earlier statement`;
  return parent.where.length > 0 ? `an earlier statement removes rows of ${name}` : undefined;
}
