import type { ObjectAct } from '../../../model/object-change.ts';
import type { World } from '../world.ts';
import { findRelation, type Refusal, refusal, whyOpen } from './find-object.ts';

/** ATTACH PARTITION, INHERIT: the table must have the columns of the one above it, and a partition no others. */
export function judgeAttached(
  world: World,
  { table: above, heir, partition }: Extract<ObjectAct, { do: 'attach' }>,
): Refusal | undefined {
  const [parent, child] = [findRelation(world, above), findRelation(world, heir)];
  if (parent?.kind !== 'table' || child?.kind !== 'table' || parent.open || child.open) return undefined;
  const open = whyOpen(world, heir) ?? whyOpen(world, above);
  const missing = [...parent.columns].find((column) => !child.columns.has(column));
  if (missing !== undefined)
    return refusal(`${child.name} has no column ${missing}, and ${parent.name} has one`, '42804', open);
  const other = partition ? [...child.columns].find((column) => !parent.columns.has(column)) : undefined;
  if (other === undefined) return undefined;
  return refusal(`${child.name} has a column ${other}, and ${parent.name} has none`, '42804', open);
}
