import type { MadePart } from '../../../model/object-change.ts';
import type { World } from '../world.ts';
import { defaultName } from './default-name.ts';
import { findObject, findRelation } from './find-object.ts';
import { heirsOf } from './heirs.ts';
import { addDependency, addObject, type Stock, type StockObject } from './stock.ts';

/** A table has a further column or constraint. */
export function addPart(world: World, table: StockObject, part: MadePart): void {
  switch (part.kind) {
    case 'column':
      addColumn(world, table, part);
      return;
    case 'key':
      addKey(world, table, part);
      return;
    case 'foreign-key':
      addForeignKey(world, table, part);
      return;
    case 'check': {
      const [only, other] = [...new Set(part.columns)].filter((each) => table.columns.has(each));
      const name =
        part.name ??
        freeConstraint(world.stock, table, defaultName(table.name, other === undefined ? only : undefined, 'check'));
      for (const each of [table, ...heirsOf(world.stock, table)]) addConstraint(world.stock, each, name, part.columns);
      return;
    }
    case 'generated': {
      const name = `default of ${part.column}`;
      const made = addObject(world.stock, {
        kind: 'default',
        schema: undefined,
        name,
        table: table.id,
        column: part.column,
      });
      addDependency(world.stock, made, table, { kind: 'internal', toColumn: part.column });
      for (const column of part.columns) addDependency(world.stock, made, table, { kind: 'normal', toColumn: column });
      return;
    }
  }
}

function addColumn(
  world: World,
  table: StockObject,
  { name, type, serial }: Extract<MadePart, { kind: 'column' }>,
): void {
  const { stock } = world;
  if (table.columns.has(name)) return;
  table.columns = new Set([...table.columns, name]);
  for (const heir of heirsOf(stock, table)) {
    heir.columns = new Set([...heir.columns, name]);
    heir.inherited = new Set([...heir.inherited, name]);
  }
  const used = type && findObject(world, ['type'], type);
  if (used) addDependency(stock, table, used, { fromColumn: name, kind: 'normal' });
  if (!serial) return;
  const sequence = addObject(stock, {
    kind: 'sequence',
    schema: table.schema,
    name: freeRelation(world, table, defaultName(table.name, name, 'seq')),
  });
  addDependency(stock, sequence, table, { kind: 'auto', toColumn: name });
}

function addKey(world: World, table: StockObject, part: Extract<MadePart, { kind: 'key' }>): void {
  const { stock } = world;
  const { columns, primary, using } = part;
  const adopted = using === undefined ? undefined : findObject(world, ['index'], { schema: table.schema, name: using });
  const label = primary ? 'pkey' : 'key';
  const given = defaultName(table.name, primary ? undefined : columns.join('_'), label);
  const name = part.name ?? using ?? freeRelation(world, table, given);
  const constraint = addObject(stock, { kind: 'constraint', schema: undefined, name, table: table.id, primary });
  addColumns(stock, constraint, table, columns);
  if (adopted) {
    adopted.name = name;
    stock.dependencies = stock.dependencies.filter(({ from }) => from !== adopted.id);
  }
  const index = adopted ?? addObject(stock, { kind: 'index', schema: table.schema, name });
  addDependency(stock, index, constraint, { kind: 'internal' });
}

function addForeignKey(world: World, table: StockObject, part: Extract<MadePart, { kind: 'foreign-key' }>): void {
  const { stock } = world;
  const given = defaultName(table.name, part.columns.join('_'), 'fkey');
  const constraint = addConstraint(stock, table, part.name ?? freeConstraint(stock, table, given), part.columns);
  const parent = findRelation(world, part.parent);
  if (!parent) return;
  const keys = keysOf(stock, parent);
  const primary = keys.find((each) => each.constraint.primary);
  const referenced = part.referenced ?? primary?.columns ?? [];
  // Which index it refers to is known where only one has its columns.
  const fit = keys.filter(
    ({ columns }) => columns.length === referenced.length && columns.every((each) => referenced.includes(each)),
  );
  if (parent !== table) addDependency(stock, constraint, parent, { kind: 'normal' });
  for (const column of referenced) addDependency(stock, constraint, parent, { kind: 'normal', toColumn: column });
  for (const each of fit)
    addDependency(stock, constraint, each.constraint, { kind: 'normal', maybe: fit.length > 1 || each.maybe });
  if (part.referenced === undefined && !primary) {
    for (const each of keys) addDependency(stock, constraint, each.constraint, { kind: 'normal', maybe: true });
  }
}

/** Keys of a table, with their columns. */
function keysOf(stock: Stock, table: StockObject) {
  return [...stock.objects.values()].flatMap((constraint) => {
    const key =
      constraint.kind === 'constraint' &&
      constraint.table === table.id &&
      stock.dependencies.some(
        ({ from, to, kind }) =>
          to === constraint.id && kind === 'internal' && stock.objects.get(from)?.kind === 'index',
      );
    if (!key) return [];
    const columns = stock.dependencies.flatMap(({ from, to, toColumn }) =>
      from === constraint.id && to === table.id && toColumn !== undefined ? [toColumn] : [],
    );
    return [{ constraint, columns, maybe: false }];
  });
}

function addConstraint(stock: Stock, table: StockObject, name: string, columns: readonly string[]): StockObject {
  const constraint = addObject(stock, { kind: 'constraint', schema: undefined, name, table: table.id });
  addColumns(stock, constraint, table, columns);
  return constraint;
}

/** A constraint goes with its table, and with a column that it is made of. */
function addColumns(stock: Stock, constraint: StockObject, table: StockObject, columns: readonly string[]): void {
  addDependency(stock, constraint, table, { kind: 'auto' });
  for (const column of columns) addDependency(stock, constraint, table, { kind: 'auto', toColumn: column });
}

function freeRelation(world: World, table: StockObject, given: string): string {
  return freeOf(given, (name) => findRelation(world, { schema: table.schema, name }) !== undefined);
}

function freeConstraint(stock: Stock, table: StockObject, given: string): string {
  return freeOf(given, (name) =>
    [...stock.objects.values()].some(
      (each) => each.kind === 'constraint' && each.table === table.id && each.name === name,
    ),
  );
}

/** A number follows where the name is taken. */
function freeOf(given: string, isTaken: (name: string) => boolean): string {
  for (let count = 0; ; count += 1) {
    const name = count === 0 ? given : `${given}${count}`;
    if (!isTaken(name)) return name;
  }
}
