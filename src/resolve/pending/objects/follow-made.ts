import type { ObjectAct } from '../../../model/object-change.ts';
import type { World } from '../world.ts';
import { findObject, findRelation, findWritten, placeOfNew } from './find-object.ts';
import { addPart } from './follow-part.ts';
import { addDependency, addObject, type Stock, type StockObject } from './stock.ts';

/** Takes over that a statement makes an object, with what it depends on. */
export function make(
  world: World,
  { object: { kind, name, table: on }, ifNotExists, replace, uses, values }: Extract<ObjectAct, { do: 'make' }>,
  transaction: string | undefined,
): void {
  const { stock } = world;
  if (kind === 'schema') stock.schemas.add(name.name);
  if (kind === 'extension') stock.extended = true;
  const table = on && findRelation(world, on);
  if (on && !table) return;
  const own = table && kind !== 'index';
  const there = { schema: kind === 'index' ? table?.schema : placeOfNew(world, name), name: name.name };
  const found = own ? findWritten(world, { kind, name, table: on ?? name }) : findObject(world, [kind], { ...there });
  if (found && ifNotExists) return;
  if (found && replace) {
    forgetUses(stock, found);
    dependOn(world, found, uses);
    return;
  }
  const global = kind === 'schema' || kind === 'extension' || own;
  const made = addObject(stock, {
    kind,
    schema: global ? undefined : there.schema,
    name: name.name === '' ? `made ${stock.made}` : name.name,
    table: own ? table.id : undefined,
    values: new Map(values.map((value) => [value, transaction])),
    madeIn: transaction,
  });
  if (!table) {
    dependOn(world, made, uses);
    return;
  }
  addDependency(stock, made, table, { kind: 'auto' });
  const columns = uses.columns === 'all' ? [...table.columns] : uses.columns;
  // An index goes with its columns; a trigger and a policy stand in their way.
  const how = kind === 'index' ? 'auto' : 'normal';
  for (const column of columns) {
    if (table.columns.has(column)) addDependency(stock, made, table, { kind: how, toColumn: column });
  }
  dependOn(world, made, {
    ...uses,
    relations: uses.relations.filter((each) => findRelation(world, each) !== table),
    columns: [],
  });
}

function forgetUses(stock: Stock, object: StockObject): void {
  const rules = new Set(
    [...stock.objects.values()].filter((each) => each.kind === 'rule' && each.table === object.id).map(({ id }) => id),
  );
  stock.dependencies = stock.dependencies.filter(
    ({ from, kind }) => kind !== 'normal' || (from !== object.id && !rules.has(from)),
  );
}

/** Which of several relations a column belongs to is not known. */
function dependOn(
  world: World,
  object: StockObject,
  { relations, columns, types, functions }: Extract<ObjectAct, { do: 'make' }>['uses'],
): void {
  const { stock } = world;
  const read = new Set(relations.flatMap((name) => findRelation(world, name) ?? []));
  for (const each of read) {
    addDependency(stock, object, each, { kind: 'normal' });
    const named = columns === 'all' ? [...each.columns] : [...each.columns].filter((name) => columns.includes(name));
    for (const column of named)
      addDependency(stock, object, each, { kind: 'normal', toColumn: column, maybe: read.size > 1 });
  }
  for (const name of types) {
    const type = findObject(world, ['type'], name);
    if (type) addDependency(stock, object, type, { kind: 'normal' });
  }
  for (const name of functions) {
    const found = findObject(world, ['function'], name);
    if (found) addDependency(stock, object, found, { kind: 'normal' });
  }
}

/** Takes over CREATE TABLE. */
export function makeTable(
  world: World,
  { table: name, parts, parents, partition, open }: Extract<ObjectAct, { do: 'make-table' }>,
  transaction: string | undefined,
): void {
  const { stock } = world;
  const schema = placeOfNew(world, name);
  // IF NOT EXISTS, or it has been said that the name is taken.
  if (findRelation(world, { schema, name: name.name })) return;
  const above = parents.flatMap((each) => findRelation(world, each) ?? []);
  const inherited = new Set(above.flatMap((each) => [...each.columns]));
  const table = addObject(stock, {
    kind: 'table',
    schema,
    name: name.name,
    columns: new Set(inherited),
    inherited,
    open: (open && above.length === 0) || above.length < parents.length || above.some((each) => each.open),
    madeIn: transaction,
  });
  for (const each of above) addDependency(stock, table, each, { kind: partition ? 'auto' : 'normal' });
  for (const part of parts) addPart(world, table, part);
}
