import type { ObjectAct } from '../../../model/object-change.ts';
import type { World } from '../world.ts';
import { findRelation, type Refusal, refusal, whyOpen } from './find-object.ts';
import type { StockObject } from './stock.ts';

/** ATTACH PARTITION, INHERIT: the table must have the columns of the one above it, and a partition no others. */
export function judgeAttached(
  world: World,
  { table: above, heir, partition }: Extract<ObjectAct, { do: 'attach' }>,
): Refusal | undefined {
  const [parent, child] = [findRelation(world, above), findRelation(world, heir)];
  if (parent?.kind !== 'table' || child?.kind !== 'table' || parent.open || child.open) return undefined;
  const open = whyOpen(world, heir) ?? whyOpen(world, above);
  const under = partition && aboveOf(world, child);
  if (under) return refusal(`${child.name} is under ${under.name} already`, '42809', open);
  const missing = [...parent.columns].find((column) => !child.columns.has(column));
  if (missing !== undefined)
    return refusal(`${child.name} has no column ${missing}, and ${parent.name} has one`, '42804', open);
  const other = partition ? [...child.columns].find((column) => !parent.columns.has(column)) : undefined;
  if (other === undefined) return undefined;
  return refusal(`${child.name} has a column ${other}, and ${parent.name} has none`, '42804', open);
}

/** DETACH PARTITION: it must be one of this table. */
export function judgeDetached(
  world: World,
  { table: above, heir }: Extract<ObjectAct, { do: 'detach' }>,
): Refusal | undefined {
  const [parent, child] = [findRelation(world, above), findRelation(world, heir)];
  if (parent?.kind !== 'table' || child?.kind !== 'table' || parent.partitionKey.size === 0) return undefined;
  if (aboveOf(world, child) === parent) return undefined;
  return refusal(
    `${child.name} is not a partition of ${parent.name}`,
    '42P01',
    whyOpen(world, heir) ?? whyOpen(world, above),
  );
}

/** The table that it is a partition of, or inherits from. */
function aboveOf({ stock }: World, child: StockObject): StockObject | undefined {
  for (const { from, fromColumn, to, toColumn } of stock.dependencies) {
    const above = from === child.id && fromColumn === undefined && toColumn === undefined && stock.objects.get(to);
    if (above && above.kind === 'table') return above;
  }
  return undefined;
}
