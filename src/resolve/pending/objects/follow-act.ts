import type { ObjectAct } from '../../../model/object-change.ts';
import type { World } from '../world.ts';
import { type Dropped, fallOf, removeObjects } from './drop-objects.ts';
import { findObject, findRelation, findWritten } from './find-object.ts';
import { attach, dropDefault, dropIdentity, retype } from './follow-columns.ts';
import { make, makeTable } from './follow-made.ts';
import { rename, renameColumn } from './follow-names.ts';
import { addPart } from './follow-part.ts';
import { heirsOf, partsOf } from './heirs.ts';
import type { Stock } from './stock.ts';

/** Takes over what a statement does with objects; `transaction` is the one that it is run in. */
export function followAct(world: World, act: ObjectAct, transaction: string | undefined): void {
  switch (act.do) {
    case 'drop':
      drop(world, act);
      return;
    case 'drop-column':
      dropColumn(world, act);
      return;
    case 'set-default':
      dropDefault(world, act);
      return;
    case 'drop-identity':
      dropIdentity(world, act);
      return;
    case 'retype-column':
      retype(world, act);
      return;
    case 'make':
      make(world, act, transaction);
      return;
    case 'make-table':
      makeTable(world, act, transaction);
      return;
    case 'add-part': {
      const table = findRelation(world, act.table);
      if (table) addPart(world, table, act.part);
      return;
    }
    case 'rename':
      rename(world, act);
      return;
    case 'rename-column':
      renameColumn(world, act);
      return;
    case 'move':
      move(world, act);
      return;
    case 'attach':
    case 'detach':
      attach(world, act);
      return;
    case 'add-value':
      findObject(world, ['type'], act.type)?.values.set(act.value, transaction);
      return;
    case 'rename-value':
      renameValue(world, act);
      return;
    default:
      return;
  }
}

function drop(world: World, { objects, cascade }: Extract<ObjectAct, { do: 'drop' }>): void {
  const targets = objects.flatMap((written): readonly Dropped[] => {
    const object = findWritten(world, written);
    return object ? [{ object, column: undefined }] : [];
  });
  fall(world.stock, targets, cascade ? 'cascade' : 'restrict');
  for (const { kind, name } of objects) if (kind === 'schema') world.stock.schemas.delete(name.name);
}

function dropColumn(world: World, { table, column, cascade }: Extract<ObjectAct, { do: 'drop-column' }>): void {
  const object = findRelation(world, table);
  if (!object) return;
  fall(
    world.stock,
    [object, ...heirsOf(world.stock, object)].map((each) => ({ object: each, column })),
    cascade ? 'cascade' : 'restrict',
  );
}

function fall(stock: Stock, targets: readonly Dropped[], how: 'cascade' | 'restrict'): void {
  const { gone, doubted } = fallOf(stock, targets, how);
  for (const each of doubted) stock.doubted.add(each.name);
  removeObjects(stock, gone);
}

function move(world: World, { object: written, schema }: Extract<ObjectAct, { do: 'move' }>): void {
  const object = findWritten(world, written) ?? findRelation(world, written.name);
  if (object) for (const each of [object, ...partsOf(world.stock, object)]) each.schema = schema;
}

function renameValue(world: World, { type, from, to }: Extract<ObjectAct, { do: 'rename-value' }>): void {
  const values = findObject(world, ['type'], type)?.values;
  values?.delete(from);
  values?.set(to, undefined);
}
