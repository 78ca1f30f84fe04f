import type { Change } from '../../model/pending.ts';
import { isSameTable, tableId } from '../../model/table-name.ts';
import { disturb } from './follow-effects.ts';
import { followIndex, freeName, freeViews, takeName, takeView } from './follow-names.ts';
import { createTable, dropTable, followTable, moveTable } from './follow-table.ts';
import { followTrigger } from './follow-trigger.ts';
import { forgetReferences } from './known-links.ts';
import { findKnown, namesOf, newName, stateOfName, type World } from './world.ts';
import { writesOfFunctions } from './writes-of.ts';

/** Takes over what a statement changes. */
export function followChange(world: World, change: Change, where: string): void {
  if (change.kind === 'transaction' || change.kind === 'object' || change.kind === 'alter-domain') return;
  switch (change.kind) {
    case 'search-path':
      if (change.schemas && change.schemas.length > 0) world.path = change.schemas;
      return;
    case 'opaque':
      disturb(world, change.names, change.what, where);
      return;
    case 'call':
      followCalls(world, change, where);
      return;
    case 'create-function':
      world.links.functions.set(change.name, change.text);
      return;
    case 'create-table':
      createTable(world, change, where);
      return;
    case 'create-other':
      if (change.what === 'view') takeView(world, newName(world, change.name));
      else takeName(world, newName(world, change.name));
      return;
    case 'rename-other':
      renameOther(world, change);
      return;
    case 'drop-dependents':
      dropDependents(world, change);
      return;
    case 'drop-other':
      dropOther(world, change);
      return;
    case 'drop-schema':
      dropSchema(world, change, where);
      return;
    case 'drop-index':
    case 'rename-index':
      followIndex(world, change);
      return;
    case 'rename-schema':
      renameSchema(world, change);
      return;
    case 'create-trigger':
    case 'enable-trigger':
    case 'drop-trigger':
    case 'create-rule':
      followTrigger(world, change);
      return;
    default:
      followTable(world, change, where);
      return;
  }
}

function followCalls(world: World, { functions }: Extract<Change, { kind: 'call' }>, where: string): void {
  for (const name of functions) disturb(world, writesOfFunctions(world.links, [name]), `the function ${name}`, where);
}

function dropDependents(world: World, { of }: Extract<Change, { kind: 'drop-dependents' }>): void {
  freeViews(world);
  const parent = of && findKnown(world, of)?.id;
  if (parent !== undefined) forgetReferences(world.links, parent);
}

function renameOther(world: World, change: Extract<Change, { kind: 'rename-other' }>): void {
  const name = namesOf(world, change.name).find((each) => stateOfName(world, each, { types: true }) !== 'free');
  if (!name) return;
  const view =
    world.names.get(tableId(name))?.view ??
    world.present.some((each) => each.kind === 'view' && isSameTable(each, name));
  freeName(world, name, 'renamed');
  if (view) takeView(world, { ...name, name: change.to });
  else takeName(world, { ...name, name: change.to });
}

function dropOther(world: World, change: Extract<Change, { kind: 'drop-other' }>): void {
  const name = namesOf(world, change.name).find((each) => stateOfName(world, each, { types: true }) !== 'free');
  if (name) freeName(world, name);
}

function tablesIn(world: World, schema: string) {
  const there = world.present.filter((each) => each.schema === schema && each.kind === 'table');
  const made = [...world.tables.values()].flatMap((table) => (table?.name.schema === schema ? [table.name] : []));
  return [...there, ...made].flatMap((name) => findKnown(world, name) ?? []);
}

function dropSchema(world: World, { name }: Extract<Change, { kind: 'drop-schema' }>, where: string): void {
  for (const table of tablesIn(world, name)) dropTable(world, table, where);
  for (const each of world.present) if (each.schema === name) freeName(world, each);
  for (const key of world.names.keys()) {
    const [schema] = JSON.parse(key) as readonly string[];
    if (schema === name) world.names.set(key, { made: false, gone: true });
  }
}

function renameSchema(world: World, { from, to }: Extract<Change, { kind: 'rename-schema' }>): void {
  for (const table of tablesIn(world, from)) {
    // A DROP SCHEMA, or a rename, before may have taken it from its place.
    if (world.tables.get(tableId(table.name)) === table) moveTable(world, table, to);
  }
}
