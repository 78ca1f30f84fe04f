import type { ObjectAct } from '../../../model/object-change.ts';
import type { World } from '../world.ts';
import { findRelation, findWritten, isRelation } from './find-object.ts';
import { heirsOf } from './heirs.ts';
import type { Stock, StockObject } from './stock.ts';

/** Takes over that an object has another name. */
export function rename(world: World, { object: written, to }: Extract<ObjectAct, { do: 'rename' }>): void {
  const { stock } = world;
  const object =
    findWritten(world, written) ?? (isRelation(written.kind) ? findRelation(world, written.name) : undefined);
  if (written.kind === 'schema') {
    stock.schemas.delete(written.name.name);
    stock.schemas.add(to);
    for (const each of stock.objects.values()) if (each.schema === written.name.name) each.schema = to;
  }
  if (!object) return;
  // The index of a constraint has its name, and the other way round.
  const twin = twinOf(stock, object);
  if (twin) twin.name = to;
  object.name = to;
}

function twinOf(stock: Stock, object: StockObject): StockObject | undefined {
  const pair = stock.dependencies.find(
    ({ from, to, kind }) =>
      kind === 'internal' &&
      ((object.kind === 'constraint' && to === object.id && stock.objects.get(from)?.kind === 'index') ||
        (object.kind === 'index' && from === object.id && stock.objects.get(to)?.kind === 'constraint')),
  );
  return pair && stock.objects.get(pair.from === object.id ? pair.to : pair.from);
}

/** Takes over that a column has another name, in the tables under its own too. */
export function renameColumn(
  world: World,
  { table: written, from, to }: Extract<ObjectAct, { do: 'rename-column' }>,
): void {
  const { stock } = world;
  const found = findRelation(world, written);
  if (!found) return;
  const renamed = (names: ReadonlySet<string>): ReadonlySet<string> =>
    new Set([...names].map((each) => (each === from ? to : each)));
  for (const table of [found, ...heirsOf(stock, found)]) {
    table.columns = renamed(table.columns);
    table.inherited = renamed(table.inherited);
    stock.dependencies = stock.dependencies.map((each) => ({
      ...each,
      fromColumn: each.from === table.id && each.fromColumn === from ? to : each.fromColumn,
      toColumn: each.to === table.id && each.toColumn === from ? to : each.toColumn,
    }));
  }
}
