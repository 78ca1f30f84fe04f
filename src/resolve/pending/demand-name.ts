import type { Demand } from '../../model/demand.ts';
import type { TableName } from '../../model/facts.ts';
import type { Change, WrittenConstraint } from '../../model/pending.ts';
import { isSameTable, tableId } from '../../model/table-name.ts';
import { type At, placeOf } from './place.ts';
import { findKnown, type KnownTable, namesOf, newName, stateOfName, type World } from './world.ts';

type NamingChange = Extract<
  Change,
  {
    kind:
      | 'create-table'
      | 'create-other'
      | 'rename-table'
      | 'rename-index'
      | 'rename-column'
      | 'add-column'
      | 'add-constraint';
  }
>;

/** What a statement needs of the name that it gives. */
export function demandName(world: World, change: NamingChange, at: At): readonly Demand[] {
  switch (change.kind) {
    case 'create-table':
      if (change.ifNotExists) return [];
      return demandRelation(world, newName(world, change.table), `table ${change.table.name}`, at);
    case 'create-other':
      return demandOther(world, change, at);
    case 'rename-table': {
      const table = findKnown(world, change.table);
      if (!table) return [];
      return demandRelation(world, { ...table.name, name: change.to }, change.to, at);
    }
    case 'rename-index': {
      const name = namesOf(world, change.index).find((each) => stateOfName(world, each) !== 'free');
      return name ? demandRelation(world, { ...name, name: change.to }, change.to, at) : [];
    }
    case 'rename-column':
    case 'add-column':
      return demandColumn(world, change, at);
    case 'add-constraint':
      return demandConstraintName(world, change, at);
  }
}

/** A table is a type as well, and a type may have its name. */
function demandRelation(world: World, name: TableName, what: string, at: At): readonly Demand[] {
  if (stateOfName(world, name) !== 'free') return [taken(name, what, '42P07', at)];
  return stateOfName(world, name, { types: true }) === 'free' ? [] : [taken(name, `a type ${name.name}`, '42710', at)];
}

function demandOther(world: World, change: Extract<Change, { kind: 'create-other' }>, at: At): readonly Demand[] {
  const name = newName(world, change.name);
  const types = change.what !== 'sequence';
  if (change.ifNotExists || stateOfName(world, name, { types }) === 'free') return [];
  const found = world.present.find((each) => isSameTable(each, name));
  if (change.replace && (found === undefined || found.kind === 'view' || world.names.has(tableId(name)))) return [];
  const sqlstate = change.what === 'type' || found?.kind === 'type' ? '42710' : change.replace ? '42809' : '42P07';
  return [taken(name, `${found?.kind ?? change.what} ${name.name}`, sqlstate, at)];
}

function demandColumn(
  world: World,
  change: Extract<Change, { kind: 'rename-column' | 'add-column' }>,
  at: At,
): readonly Demand[] {
  const table = findKnown(world, change.table);
  const name = change.kind === 'add-column' ? change.column.name : change.to;
  if (!table?.columns.has(name) || (change.kind === 'add-column' && change.ifNotExists)) return [];
  return [takenOn(table, `column ${name} of ${table.name.name}`, '42701', at)];
}

/** A key's index has a name among the relations: that is asked with the key. */
function demandConstraintName(
  world: World,
  { table: written, constraint, ifNotExists }: Extract<Change, { kind: 'add-constraint' }>,
  at: At,
): readonly Demand[] {
  const table = findKnown(world, written);
  if (!table || ifNotExists || !hasConstraint(world, table, constraint) || constraint.kind === 'unique') return [];
  const name = 'name' in constraint ? constraint.name : '';
  return [takenOn(table, `constraint ${name} of ${table.name.name}`, '42710', at)];
}

/** Has a table a constraint of this name? */
export function hasConstraint(world: World, { id }: KnownTable, constraint: WrittenConstraint): boolean {
  const named = 'name' in constraint ? constraint.name : undefined;
  return named !== undefined && world.links.constraints.some(({ table, name }) => table === id && name === named);
}

function takenOn(table: KnownTable, what: string, sqlstate: string, at: At): Demand {
  return { ...taken(table.name, what, sqlstate, at), origin: table.origin };
}

function taken(name: TableName, what: string, sqlstate: string, at: At): Demand {
  return {
    ...placeOf(at, name, undefined),
    ask: { kind: 'taken', what, sqlstate },
    basis: { kind: 'unresolved', reason: `${what} is there already` },
    computed: false,
    index: undefined,
    build: { concurrently: false, inTransaction: at.inTransaction, blocks: 'nothing' },
  };
}
