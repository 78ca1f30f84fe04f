import type { Change, Fill } from '../../model/pending.ts';
import { tableId } from '../../model/table-name.ts';
import { afterDelete, afterUpdate } from './follow-rows.ts';
import { substitute } from './substitute.ts';
import {
  findKnown,
  type KnownColumn,
  type KnownTable,
  namesOf,
  newName,
  put,
  stateOfIndex,
  type World,
} from './world.ts';

/** Takes over what a statement changes. */
export function followChange(world: World, change: Change, where: string): void {
  switch (change.kind) {
    case 'search-path':
      if (change.schemas && change.schemas.length > 0) world.path = change.schemas;
      return;
    case 'opaque':
      world.opaque.push({ change, where });
      return;
    case 'create-table':
      createTable(world, change, where);
      return;
    case 'drop-index':
    case 'rename-index':
      followIndex(world, change);
      return;
    case 'rename-schema':
      renameSchema(world, change);
      return;
    case 'transaction':
      return;
    default:
      followTable(world, change, where);
      return;
  }
}

type CreateTable = Extract<Change, { kind: 'create-table' }>;

function createTable(world: World, { table, filled }: CreateTable, where: string): void {
  const name = newName(world, table);
  if (findKnown(world, name)) return;
  put(world, {
    name,
    origin: undefined,
    columns: new Map(),
    where: [],
    empty: `the table is made ${where}`,
    fewer: undefined,
    more: filled ? `the table is filled ${where}` : undefined,
    unclear: undefined,
    computed: false,
    notValid: new Map(),
  });
}

function followIndex(world: World, change: Extract<Change, { kind: 'drop-index' | 'rename-index' }>): void {
  const names = namesOf(world, change.index);
  const name = names.find((each) => stateOfIndex(world, each) !== 'free') ?? names[0];
  if (!name) return;
  world.indexes.set(tableId(name), false);
  if (change.kind === 'rename-index') world.indexes.set(tableId({ ...name, name: change.to }), true);
}

function renameSchema(world: World, { from, to }: Extract<Change, { kind: 'rename-schema' }>): void {
  const there = world.present.filter(({ schema, kind }) => schema === from && kind === 'table');
  const made = [...world.tables.values()].flatMap((table) => (table?.name.schema === from ? [table.name] : []));
  for (const name of [...there, ...made]) {
    const table = findKnown(world, name);
    if (table) move(world, table, { ...table, name: { ...table.name, schema: to } });
  }
}

type TableChange = Exclude<
  Change,
  { kind: 'search-path' | 'opaque' | 'create-table' | 'drop-index' | 'rename-index' | 'rename-schema' | 'transaction' }
>;

function followTable(world: World, change: TableChange, where: string): void {
  const table = findKnown(world, change.table);
  if (!table) return;
  const next = after(world, table, change, where);
  if (next !== table) move(world, table, next);
}

function move(world: World, table: KnownTable, next: KnownTable | undefined): void {
  world.tables.set(tableId(table.name), undefined);
  if (next) put(world, next);
}

/** The table after a change; undefined where it is gone. */
function after(world: World, table: KnownTable, change: TableChange, where: string): KnownTable | undefined {
  const label = table.name.name;
  switch (change.kind) {
    case 'drop-table':
      return undefined;
    case 'rename-table':
      return { ...table, name: { ...table.name, name: change.to } };
    case 'move-table':
      return { ...table, name: { ...table.name, schema: change.to } };
    case 'rename-column':
    case 'drop-column':
    case 'retype-column':
      return { ...table, columns: afterColumn(table, change, where) };
    case 'add-column':
      nameIndexes(world, table, change.column.constraints);
      return withColumn(table, change, where);
    case 'update':
      return afterUpdate(table, change, where);
    case 'delete':
      return afterDelete(table, change, where);
    case 'truncate':
      return { ...table, empty: `the TRUNCATE ${where} leaves no rows`, more: undefined };
    case 'insert':
      return { ...table, more: `a statement ${where} adds rows to ${label}` };
    case 'attach-partition':
      return { ...table, more: `a partition is attached to ${label} ${where}` };
    case 'build-index':
      nameIndexes(world, table, [change]);
      return table;
    case 'add-constraint':
      nameIndexes(world, table, [change.constraint]);
      return afterConstraint(table, change);
    case 'adopt-index': {
      const { schema } = table.name;
      world.indexes.set(tableId({ schema, name: change.index }), false);
      world.indexes.set(tableId({ schema, name: change.as }), true);
      return table;
    }
    case 'drop-constraint':
      world.indexes.set(tableId({ schema: table.name.schema, name: change.name }), false);
      return table;
    case 'validate-constraint':
      return table;
  }
}

function afterColumn(
  table: KnownTable,
  change: Extract<Change, { kind: 'rename-column' | 'drop-column' | 'retype-column' }>,
  where: string,
): KnownTable['columns'] {
  const columns = new Map(table.columns);
  if (change.kind === 'retype-column') {
    const reason = `${change.column} gets another type ${where}, which may make values equal`;
    return columns.set(change.column, { kind: 'unknown', reason });
  }
  const from = change.kind === 'rename-column' ? change.from : change.column;
  const known = columns.get(from);
  columns.delete(from);
  if (known && change.kind === 'rename-column') columns.set(change.to, known);
  return columns;
}

/** The table with a column that is added, unless it has it. */
export function withColumn(
  table: KnownTable,
  { column }: Extract<Change, { kind: 'add-column' }>,
  where: string,
): KnownTable {
  if (table.columns.has(column.name)) return table;
  const columns = new Map(table.columns);
  columns.set(column.name, filled(column.fill, table, `${column.name}, added ${where}`));
  return { ...table, columns };
}

/** NOT VALID is looked at when it is validated. */
function afterConstraint(
  table: KnownTable,
  { constraint, notValid }: Extract<Change, { kind: 'add-constraint' }>,
): KnownTable {
  const name = 'name' in constraint ? constraint.name : undefined;
  if (!notValid || name === undefined) return table;
  return { ...table, notValid: new Map([...table.notValid, [name, constraint]]) };
}

function nameIndexes(
  world: World,
  { name: { schema } }: KnownTable,
  made: readonly { readonly kind: string; readonly name?: string | undefined }[],
): void {
  for (const { kind, name } of made) {
    if (name === undefined || (kind !== 'unique' && kind !== 'build-index')) continue;
    world.indexes.set(tableId({ schema, name }), true);
  }
}

/** What a column that is added holds in each row. */
function filled(fill: Fill, table: KnownTable, label: string): KnownColumn {
  switch (fill.kind) {
    case 'null':
    case 'distinct':
      return fill;
    case 'constant':
      return { kind: 'constant', sql: fill.expression.text };
    case 'generated': {
      const value = substitute(fill.expression, table);
      return 'sql' in value ? { kind: 'value', sql: value.sql } : { kind: 'unknown', reason: value.unresolved };
    }
    case 'unknown':
      return { kind: 'unknown', reason: `${label}: its values come from ${fill.what}` };
  }
}
