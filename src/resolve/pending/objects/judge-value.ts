import type { ObjectAct, ValueUse } from '../../../model/object-change.ts';
import type { At } from '../place.ts';
import type { World } from '../world.ts';
import { findObject, findRelation, type Refusal, refusal, whyOpen } from './find-object.ts';
import type { StockObject } from './stock.ts';

/** The values of an enum. */
export function judgeValue(
  world: World,
  act: Extract<ObjectAct, { do: 'add-value' | 'rename-value' | 'use-value' }>,
  at: At,
): Refusal | undefined {
  if (act.do === 'use-value') return judgeUse(world, act.value, act.as, at);
  const type = findObject(world, ['type'], act.type);
  if (!type) {
    if (act.do === 'add-value' || act.do === 'rename-value')
      return refusal(`there is no type ${act.type.name}`, '42704', whyOpen(world, act.type));
    return undefined;
  }
  const open = whyOpen(world, act.type);
  if (act.do === 'rename-value') {
    if (!type.values.has(act.from)) return refusal(`${type.name} has no value ${act.from}`, '22023', open);
    return type.values.has(act.to) ? refusal(`${type.name} has the value ${act.to} already`, '42710', open) : undefined;
  }
  if (type.values.has(act.value))
    return act.ifNotExists ? undefined : refusal(`${type.name} has the value ${act.value} already`, '42710', open);
  return act.neighbor !== undefined && !type.values.has(act.neighbor)
    ? refusal(`${type.name} has no value ${act.neighbor}`, '22023', open)
    : undefined;
}

/** A value that was added in the same transaction cannot be used in it (55P04). */
function judgeUse(world: World, value: string, as: ValueUse, at: At): Refusal | undefined {
  const type = typeOf(world, as);
  if (!type) {
    if (as.kind !== 'unknown') return undefined;
    const added = [...world.stock.objects.values()].find(
      (each) => each.values.get(value) === at.transaction && each.values.get(value) !== undefined,
    );
    if (!added || added.madeIn === at.transaction) return undefined;
    const open = `'${value}' is added to ${added.name} in the same transaction: as a value of it, it cannot be used there (55P04)`;
    return refusal(open, '55P04', open);
  }
  if (type.values.size === 0) return undefined;
  if (!type.values.has(value))
    return refusal(
      `${type.name} has no value '${value}'`,
      '22P02',
      whyOpen(world, { schema: undefined, name: type.name }),
    );
  const added = type.values.get(value);
  if (added === undefined || added !== at.transaction || type.madeIn === at.transaction) return undefined;
  const open = at.inTransaction === true ? undefined : 'it is not known whether the runner runs it in one transaction';
  return refusal(`the value '${value}' of ${type.name} is added in the same transaction`, '55P04', open);
}

function typeOf(world: World, as: ValueUse): StockObject | undefined {
  if (as.kind === 'unknown') return undefined;
  if (as.kind === 'type') return findObject(world, ['type'], as.type);
  const table = findRelation(world, as.table);
  if (table?.kind !== 'table') return undefined;
  const used = world.stock.dependencies.find(
    ({ from, fromColumn, to }) =>
      from === table.id && fromColumn === as.column && world.stock.objects.get(to)?.kind === 'type',
  );
  return used && world.stock.objects.get(used.to);
}
