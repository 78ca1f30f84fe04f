import type { Change } from '../../model/pending.ts';
import { tableId } from '../../model/table-name.ts';
import { withAsked } from './follow-asked.ts';
import { afterColumn, withColumn } from './follow-column.ts';
import { afterConstraintOf, afterHeir, linkKey } from './follow-constraint.ts';
import { disturb, followEffects, mayKeepRows, type RowChange } from './follow-effects.ts';
import { afterInsert } from './follow-insert.ts';
import { freeIndexes, freeName, moveIndexes, nameIndexes, renameIndexColumn, takeName } from './follow-names.ts';
import { afterDelete, afterUpdate } from './follow-rows.ts';
import { afterType } from './follow-type.ts';
import { dropLinkedColumn, dropLinkedTable, heirsOf, renameLinkedColumn } from './known-links.ts';
import {
  emptyTable,
  findById,
  findKnown,
  type KnownTable,
  namesOf,
  newName,
  put,
  stateOfName,
  type World,
} from './world.ts';

type CreateTable = Extract<Change, { kind: 'create-table' }>;

export function createTable(world: World, change: CreateTable, where: string): void {
  const name = newName(world, change.table);
  if (stateOfName(world, name) !== 'free') return;
  const id = `${tableId(name)} ${where}`;
  put(world, {
    ...emptyTable(id, name),
    types: new Map(change.columns.map((column) => [column.name, column.type])),
    empty: `the table is made ${where}`,
    asked: change.constraints,
    made: change.open ? undefined : change.columns,
    more: change.filled ? `the table is filled ${where}` : undefined,
  });
  takeName(world, name);
  const parents = change.parents.flatMap((parent) => findKnown(world, parent) ?? []);
  world.links.heirs = [
    ...world.links.heirs,
    ...parents.map((parent) => ({ table: id, parent: parent.id, partition: true, bound: change.bound })),
  ];
  for (const key of change.foreignKeys) linkKey(world, id, key);
}

/** A table goes, with its partitions and heirs. */
export function dropTable(world: World, table: KnownTable, where: string): void {
  for (const id of heirsOf(world.links, table.id)) {
    const heir = findById(world, id);
    if (heir) remove(world, heir);
  }
  followEffects(
    { ...world, links: { ...world.links, keys: [], triggers: [], rules: [] } },
    table,
    { command: 'delete', only: true },
    where,
  );
  remove(world, table);
}

function remove(world: World, table: KnownTable): void {
  freeIndexes(world, table);
  dropLinkedTable(world.links, table.id);
  freeName(world, table.name);
  world.tables.set(tableId(table.name), undefined);
}

/** To another schema, with its indexes. */
export function moveTable(world: World, table: KnownTable, schema: string): void {
  moveIndexes(world, table, schema);
  rename(world, table, { ...table.name, schema });
}

function rename(world: World, table: KnownTable, name: KnownTable['name']): void {
  world.tables.set(tableId(table.name), undefined);
  freeName(world, table.name);
  put(world, { ...table, name });
  takeName(world, name);
}

type TableChange =
  Extract<Change, { table: unknown }> extends infer Each
    ? Exclude<Each, { kind: 'create-table' | 'create-trigger' | 'enable-trigger' | 'drop-trigger' | 'create-rule' }>
    : never;

export function followTable(world: World, change: TableChange, where: string): void {
  const table = findKnown(world, change.table);
  const rows = rowChange(change);
  if (!table) {
    const view = namesOf(world, change.table).some((each) => stateOfName(world, each) !== 'free');
    if (rows && view)
      disturb(world, 'anything', `what is done with ${change.table.name}, which is a view or a rule's,`, where);
    return;
  }
  const kept = change.kind === 'delete' && mayKeepRows(world, table.id);
  const next = after(world, table, kept ? { ...change, rowwise: false } : change, where);
  if (next) put(world, next);
  if (rows) followEffects(world, table, rows, where);
  // No row that refers to one of them is left to follow it.
  if (change.kind === 'thin-out') {
    followEffects({ ...world, links: { ...world.links, keys: [] } }, table, { command: 'delete' }, where);
  }
  // What it does is not known: MERGE, or a statement in WITH, may delete.
  if (change.kind === 'update' && change.sets.length === 0) followEffects(world, table, { command: 'delete' }, where);
}

function rowChange(change: TableChange): RowChange | undefined {
  switch (change.kind) {
    case 'insert':
      return { command: 'insert' };
    case 'update':
      return {
        command: 'update',
        columns: change.sets.length === 0 ? undefined : change.sets.map(({ column }) => column),
        only: change.only,
      };
    case 'delete':
      return { command: 'delete', only: change.only };
    case 'truncate':
      return { command: 'truncate', cascade: change.cascade, only: change.only };
    default:
      return undefined;
  }
}

/** The table after a change; undefined where it has been put already, or is gone. */
function after(world: World, table: KnownTable, change: TableChange, where: string): KnownTable | undefined {
  switch (change.kind) {
    case 'drop-table':
      dropTable(world, table, where);
      return undefined;
    case 'rename-table':
      rename(world, table, { ...table.name, name: change.to });
      return undefined;
    case 'move-table':
      moveTable(world, table, change.to);
      return undefined;
    case 'rename-column':
      renameIndexColumn(world, table, change.from, change.to);
      renameLinkedColumn(world.links, table.id, change.from, change.to);
      return withAsked(afterColumn(table, change), change);
    case 'drop-column':
      freeIndexes(world, table, change.column);
      dropLinkedColumn(world.links, table.id, change.column);
      return withAsked(afterColumn(table, change), change);
    case 'retype-column':
      return withAsked(afterType(world, table, change, where), change);
    case 'add-column':
      return withAsked(addColumn(world, table, change, where), change);
    case 'update':
    case 'delete':
    case 'truncate':
    case 'insert':
      return afterRows(table, change, where);
    case 'thin-out':
      return { ...table, fewer: `${change.by} removes copies from ${table.name.name}` };
    case 'attach':
    case 'detach':
      return afterHeir(world, table, change, where);
    case 'build-index':
      return buildIndex(world, table, change);
    case 'alter-column':
      return withAsked(table, change);
    case 'add-constraint':
    case 'adopt-index':
    case 'rename-constraint':
    case 'drop-constraint':
      return withAsked(afterConstraintOf(world, table, change), change);
    case 'validate-constraint':
      return table;
  }
}

function buildIndex(world: World, table: KnownTable, change: Extract<Change, { kind: 'build-index' }>): KnownTable {
  const { name, ifNotExists } = change;
  const there = name !== undefined && stateOfName(world, { ...table.name, name }) !== 'free';
  nameIndexes(world, table, [change]);
  return ifNotExists && there ? table : withAsked(table, change);
}

function addColumn(
  world: World,
  table: KnownTable,
  change: Extract<Change, { kind: 'add-column' }>,
  where: string,
): KnownTable {
  const { name, constraints } = change.column;
  if (table.columns.has(name)) return table;
  nameIndexes(world, table, constraints);
  for (const each of constraints) if (each.kind === 'foreign-key') linkKey(world, table.id, each);
  return withColumn(table, change, where);
}

function afterRows(
  table: KnownTable,
  change: Extract<Change, { kind: 'update' | 'delete' | 'truncate' | 'insert' }>,
  where: string,
): KnownTable {
  switch (change.kind) {
    case 'update':
      return afterUpdate(table, change, where);
    case 'delete':
      return afterDelete(table, change, where);
    case 'truncate':
      return { ...table, empty: `the TRUNCATE ${where} leaves no rows`, more: undefined };
    case 'insert':
      return afterInsert(table, change, where);
  }
}
