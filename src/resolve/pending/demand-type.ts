import type { Demand } from '../../model/demand.ts';
import type { Change } from '../../model/pending.ts';
import { demandRows } from './demand-constraint.ts';
import { missingTable } from './demand-index.ts';
import type { At } from './place.ts';
import { contentOf } from './substitute.ts';
import { findKnown, type World } from './world.ts';

/** Whether the values that are there fit into the type that a statement gives their column. */
export function demandType(
  world: World,
  change: Extract<Change, { kind: 'retype-column' }>,
  at: At,
): readonly Demand[] {
  const table = findKnown(world, change.table);
  if (!table) return [missingTable(world, change.table, at)];
  const { column, type, fit } = change;
  const value = contentOf(table.columns.get(column), column, table);
  const violating = typeof value !== 'string' ? value : (fit.refuses?.(value) ?? unknown(column, type));
  const rule = `${column} does not fit into ${type}`;
  const ask = { as: 'type', rule, violating, sqlstate: fit.sqlstate, heirs: true } as const;
  const demand = demandRows(world, table, at, ask);
  return [{ ...demand, build: { ...demand.build, blocks: fit.blocks } }];
}

function unknown(column: string, type: string) {
  return { unresolved: `whether the values of ${column} can be ${type} is not looked into` };
}
