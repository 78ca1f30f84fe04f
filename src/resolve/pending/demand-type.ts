import type { Basis, Demand } from '../../model/demand.ts';
import type { Change } from '../../model/pending.ts';
import { demandRows } from './demand-constraint.ts';
import { missingTable } from './demand-index.ts';
import { demandOf } from './demand-of.ts';
import { findRelation } from './objects/find-object.ts';
import { labelOf } from './objects/stock.ts';
import type { At } from './place.ts';
import { contentOf, substitute } from './substitute.ts';
import { basisOf, findKnown, type KnownTable, type World } from './world.ts';

type Retype = Extract<Change, { kind: 'retype-column' }>;

/** Whether the values that are there fit into the type that a statement gives their column. */
export function demandType(world: World, change: Retype, at: At): readonly Demand[] {
  const table = findKnown(world, change.table);
  if (!table) return [missingTable(world, change.table, at)];
  const { column, type, fit, using } = change;
  const known = table.columns.get(column);
  const asNow =
    table.origin !== undefined && known?.kind === 'present' && known.column === column && table.where.length === 0;
  if (asNow) return [demandCast(world, table, change, at)];
  const value = contentOf(known, column, table);
  const refuses = using ? undefined : fit.refuses;
  const violating = typeof value !== 'string' ? value : (refuses?.(value) ?? unknown(column, type));
  const rule = `${column} does not fit into ${type}`;
  const ask = { as: 'type', rule, violating, sqlstate: fit.sqlstate, heirs: true } as const;
  const demand = demandRows(world, table, at, ask);
  return [{ ...demand, build: { ...demand.build, blocks: using ? 'reads and writes' : fit.blocks } }];
}

function demandCast(
  world: World,
  table: KnownTable,
  { table: name, column, type, fit, using }: Retype,
  at: At,
): Demand {
  const read = using && substitute(using, table);
  const relation = findRelation(world, name);
  const filled = [...world.stock.objects.values()].some(
    (each) => each.kind === 'default' && each.table === relation?.id && each.column === column,
  );
  const built = world.stock.dependencies.flatMap(({ from, to, toColumn }) => {
    const user = to === relation?.id && toColumn === column ? world.stock.objects.get(from) : undefined;
    return user?.kind === 'constraint' ? [labelOf(world.stock, user)] : [];
  });
  const rows = basisOf(world, table);
  // Whether PostgreSQL converts the type at all does not depend on rows.
  const basis: Basis =
    read && 'unresolved' in read && rows.kind !== 'holds' ? { kind: 'unresolved', reason: read.unresolved } : rows;
  const sql = read && 'sql' in read ? read.sql : undefined;
  const ask = { kind: 'cast', column, type, using: using ? (sql ?? '') : undefined, filled, built, fit } as const;
  return demandOf(table, at, { ask, basis }, using ? 'reads and writes' : fit.blocks);
}

function unknown(column: string, type: string) {
  return { unresolved: `whether the values of ${column} can be ${type} is not looked into` };
}
