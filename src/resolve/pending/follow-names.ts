import type { TableName } from '../../model/facts.ts';
import type { Change, WrittenConstraint } from '../../model/pending.ts';
import { tableId } from '../../model/table-name.ts';
import { findById, type KnownTable, namesOf, put, stateOfName, type World } from './world.ts';

/** An index that is there at this place of the scripts, with its table's `id`. */
interface OnTable {
  readonly name: TableName;
  readonly columns: readonly string[];
}

/** The indexes of a table that are known by their names: those of the database under these names, and those made before. */
function indexesOn(world: World, { id, origin }: KnownTable): readonly OnTable[] {
  const there = world.present.flatMap(({ schema, name, on, columns }) => {
    if (!on || !origin || tableId(on) !== tableId(origin) || world.names.has(tableId({ schema, name }))) return [];
    return [{ name: { schema, name }, columns }];
  });
  const made = [...world.names].flatMap(([key, known]) => {
    if (!known.made || known.on !== id) return [];
    const [schema = '', name = ''] = JSON.parse(key) as readonly string[];
    return [{ name: { schema, name }, columns: known.columns ?? [] }];
  });
  return [...there, ...made];
}

/** The names of a table's indexes are free again: all of them, or those that have a column. */
export function freeIndexes(world: World, table: KnownTable, column?: string): void {
  for (const { name, columns } of indexesOn(world, table)) {
    if (column === undefined || columns.includes(column)) freeName(world, name);
  }
}

/** Indexes go with their table to another schema. */
export function moveIndexes(world: World, table: KnownTable, schema: string): void {
  for (const { name, columns } of indexesOn(world, table)) {
    freeName(world, name, 'renamed');
    takeName(world, { schema, name: name.name }, { id: table.id, columns });
  }
}

/** The column of an index has another name. */
export function renameIndexColumn(world: World, table: KnownTable, from: string, to: string): void {
  for (const { name, columns } of indexesOn(world, table)) {
    const renamed = columns.map((each) => (each === from ? to : each));
    takeName(world, name, { id: table.id, columns: renamed });
  }
}

export function takeName(
  world: World,
  name: TableName,
  index?: { readonly id: string; readonly columns: readonly string[] },
): void {
  world.names.set(tableId(name), { made: true, ...(index && { on: index.id, columns: index.columns }) });
}

/** A name is free again: its relation is gone, or is called something else. */
export function freeName(world: World, name: TableName, how: 'gone' | 'renamed' = 'gone'): void {
  world.names.set(tableId(name), { made: false, gone: how === 'gone' });
}

export function followIndex(world: World, change: Extract<Change, { kind: 'drop-index' | 'rename-index' }>): void {
  const names = namesOf(world, change.index);
  const name = names.find((each) => stateOfName(world, each) !== 'free') ?? names[0];
  if (!name) return;
  const known = world.names.get(tableId(name));
  const present = world.present.find((each) => each.schema === name.schema && each.name === name.name);
  freeName(world, name, change.kind === 'drop-index' ? 'gone' : 'renamed');
  if (change.kind === 'drop-index') {
    world.links.uniques = world.links.uniques.filter((each) => each.table !== known?.on || each.name !== name.name);
    const table = known?.on === undefined ? undefined : findById(world, known.on);
    if (table)
      put(world, {
        ...table,
        asked: table.asked.filter(
          (each) => each.kind !== 'unique' || (each.name !== undefined && each.name !== name.name),
        ),
      });
    return;
  }
  const on = known?.on ?? (present?.on && findById(world, tableId(present.on))?.id);
  const columns = known?.columns ?? present?.columns ?? [];
  takeName(world, { ...name, name: change.to }, on ? { id: on, columns } : undefined);
}

/** Views may go with what they read: whether one did is not known, so that its name is not said to be taken. */
export function freeViews(world: World): void {
  for (const each of world.present) if (each.kind === 'view') freeName(world, each);
  for (const [key, { view }] of world.names) if (view) world.names.set(key, { made: false, gone: true });
}

/** A view has a name from here on. */
export function takeView(world: World, name: TableName): void {
  world.names.set(tableId(name), { made: true, view: true });
}

/** A statement gives an index, or a constraint, a name. */
export function nameIndexes(
  world: World,
  { id, name: { schema } }: KnownTable,
  made: readonly (WrittenConstraint | Extract<Change, { kind: 'build-index' }>)[],
): void {
  for (const each of made) {
    const named = 'name' in each ? each.name : undefined;
    const unique = each.kind === 'build-index' ? each.unique : each.kind === 'unique' ? each : undefined;
    const columns = columnsOf(unique ?? each);
    if (unique && !unique.where && !unique.deferrable && columns.length === unique.parts.length)
      world.links.uniques = [
        ...world.links.uniques,
        { table: id, name: named, columns, primary: unique.as === 'primary key' },
      ];
    if (named === undefined) continue;
    if (each.kind === 'unique' || each.kind === 'build-index')
      takeName(world, { schema, name: named }, { id, columns });
    if (each.kind !== 'build-index')
      world.links.constraints = [...world.links.constraints, { table: id, name: named, columns }];
  }
}

/** The columns that something is made of: without one of them it goes. */
function columnsOf(made: WrittenConstraint | Extract<Change, { kind: 'build-index' }>): readonly string[] {
  switch (made.kind) {
    case 'unique':
      return made.parts.flatMap((part) => ('column' in part ? [part.column] : []));
    case 'check':
      return made.expression.uses.map(({ column }) => column);
    case 'foreign-key':
      return made.columns;
    default:
      return [];
  }
}
