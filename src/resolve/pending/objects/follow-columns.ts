import type { ObjectAct } from '../../../model/object-change.ts';
import type { World } from '../world.ts';
import { removeObjects } from './drop-objects.ts';
import { findObject, findRelation } from './find-object.ts';
import { addDependency } from './stock.ts';

/** Takes over that a column depends on another type. */
export function retype(
  world: World,
  { table: written, column, type }: Extract<ObjectAct, { do: 'retype-column' }>,
): void {
  const { stock } = world;
  const table = findRelation(world, written);
  if (!table) return;
  stock.dependencies = stock.dependencies.filter(
    ({ from, fromColumn, to }) =>
      !(from === table.id && fromColumn === column && ['type', 'other'].includes(stock.objects.get(to)?.kind ?? '')),
  );
  const used = type && findObject(world, ['type'], type);
  if (used) addDependency(stock, table, used, { fromColumn: column, kind: 'normal' });
}

/** Takes over that a column has another default, or none. */
export function dropDefault(
  { stock, ...world }: World,
  { table: written, column }: Extract<ObjectAct, { do: 'set-default' }>,
): void {
  const table = findRelation({ stock, ...world }, written);
  const found = [...stock.objects.values()].find(
    (each) => each.kind === 'default' && each.table === table?.id && each.column === column,
  );
  // Not what it is a part of: the column stays.
  if (found) removeObjects(stock, [{ object: found, column: undefined }]);
}

/** Takes over that a column is no identity any more: its sequence goes. */
export function dropIdentity(
  world: World,
  { table: written, column }: Extract<ObjectAct, { do: 'drop-identity' }>,
): void {
  const { stock } = world;
  const table = findRelation(world, written);
  const gone = stock.dependencies.flatMap(({ from, to, toColumn, kind }) => {
    const object = to === table?.id && toColumn === column && kind === 'internal' ? stock.objects.get(from) : undefined;
    return object?.kind === 'sequence' ? [{ object, column: undefined }] : [];
  });
  removeObjects(stock, gone);
}

/** Takes over that a table comes under another, or leaves it. */
export function attach(world: World, act: Extract<ObjectAct, { do: 'attach' | 'detach' }>): void {
  const { stock } = world;
  const [table, heir] = [findRelation(world, act.table), findRelation(world, act.heir)];
  if (!table || !heir) return;
  if (act.do === 'attach') {
    addDependency(stock, heir, table, { kind: heir.kind === 'index' ? 'partition' : 'auto' });
    heir.inherited = heir.columns;
    return;
  }
  heir.inherited = new Set();
  stock.dependencies = stock.dependencies.filter(({ from, to }) => from !== heir.id || to !== table.id);
}
