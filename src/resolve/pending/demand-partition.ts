import type { Basis, Demand, OtherPartition } from '../../model/demand.ts';
import type { PartitionBound } from '../../model/partition-bound.ts';
import type { WrittenName } from '../../model/written-name.ts';
import { joined } from './demand-index.ts';
import { demandOf } from './demand-of.ts';
import type { At } from './place.ts';
import { basisOf, findById, findKnown, type KnownTable, newName, stateOfName, type World } from './world.ts';

interface NewPartition {
  readonly parent: WrittenName;
  readonly heir: WrittenName;
  readonly bound: PartitionBound;
}

/** A partition must take no row that another one takes, and the rows that are there must fit. */
export function demandPartition(
  world: World,
  { parent: written, heir, bound }: NewPartition,
  how: 'made' | 'attached',
  at: At,
): readonly Demand[] {
  const parent = findKnown(world, written);
  if (!parent || (how === 'made' && stateOfName(world, newName(world, heir)) !== 'free')) return [];
  const others = world.links.heirs.flatMap((each) => {
    const table = each.parent === parent.id && each.partition ? findById(world, each.table) : undefined;
    if (!table) return [];
    return [{ name: table.name.name, bound: each.bound, ...rowsOf(world, table) }];
  });
  const attached = how === 'attached' ? findKnown(world, heir) : undefined;
  const own = attached && rowsOf(world, attached);
  const known = basisOf(world, parent);
  const basis: Basis =
    known.kind === 'unresolved' && parent.origin ? known : { kind: 'holds', reason: 'no row matters' };
  const ask = { kind: 'partition', parent: parent.origin, bound, others, heir: own } as const;
  return [demandOf(parent, at, { ask, basis }, 'nothing')];
}

/** The rows of a table, by the columns as they are now. */
function rowsOf(world: World, table: KnownTable): Omit<OtherPartition, 'name' | 'bound'> {
  const { origin, columns, where } = table;
  const changed = [...columns].flatMap(([name, known]) =>
    known.kind === 'present' && known.column === name ? [] : [name],
  );
  return { table: origin, basis: basisOf(world, table), where: joined(where), changed };
}
