import type { Basis, PresentRelation } from '../../model/demand.ts';
import type { TableName } from '../../model/facts.ts';
import type { Change, WrittenConstraint, WrittenName } from '../../model/pending.ts';
import { tableId } from '../../model/table-name.ts';

/** What a column holds when a statement is run, in terms of the database as it is now. */
export type KnownColumn =
  | { readonly kind: 'present'; readonly column: string }
  | { readonly kind: 'value'; readonly sql: string }
  | { readonly kind: 'constant'; readonly sql: string }
  | { readonly kind: 'null' }
  /** Another value in each row. */
  | { readonly kind: 'distinct' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** A table at one place in the pending scripts. */
export interface KnownTable {
  readonly name: TableName;
  /** The table of the database that it is; undefined for one that the scripts make. */
  readonly origin: TableName | undefined;
  readonly columns: ReadonlyMap<string, KnownColumn>;
  /** Conditions of the rows that a DELETE leaves. */
  readonly where: readonly string[];
  readonly empty: string | undefined;
  readonly fewer: string | undefined;
  readonly more: string | undefined;
  readonly unclear: string | undefined;
  /** An UPDATE has computed values. */
  readonly computed: boolean;
  /** Constraints that the scripts have added as NOT VALID, by name. */
  readonly notValid: ReadonlyMap<string, WrittenConstraint>;
}

/** The database as the scripts have left it so far. */
export interface World {
  readonly present: readonly PresentRelation[];
  /** By `tableId`; undefined for a table that is gone, or has another name now. */
  readonly tables: Map<string, KnownTable | undefined>;
  /** Names of indexes that the scripts have made (true) or taken away. */
  readonly indexes: Map<string, boolean>;
  readonly opaque: { readonly change: Extract<Change, { kind: 'opaque' }>; readonly where: string }[];
  path: readonly string[];
}

/** The table that a statement means: the first of the search path that there is. */
export function findKnown(world: World, written: WrittenName): KnownTable | undefined {
  for (const name of namesOf(world, written)) {
    const id = tableId(name);
    if (world.tables.has(id)) {
      const known = world.tables.get(id);
      if (known) return known;
      continue;
    }
    const present = world.present.find(
      (each) => each.kind === 'table' && each.schema === name.schema && each.name === name.name,
    );
    if (!present) continue;
    const table = fromDatabase(present);
    world.tables.set(id, table);
    return table;
  }
  return undefined;
}

export function namesOf({ path }: World, { schema, name }: WrittenName): readonly TableName[] {
  return (schema === undefined ? path : [schema]).map((each) => ({ schema: each, name }));
}

/** Where a new table of that name would be. */
export function newName(world: World, { schema, name }: WrittenName): TableName {
  return { schema: schema ?? world.path[0] ?? 'public', name };
}

function fromDatabase({ schema, name, columns }: PresentRelation): KnownTable {
  const origin = { schema, name };
  return {
    name: origin,
    origin,
    columns: new Map(columns.map((column) => [column, { kind: 'present', column }])),
    where: [],
    empty: undefined,
    fewer: undefined,
    more: undefined,
    unclear: undefined,
    computed: false,
    notValid: new Map(),
  };
}

export function put(world: World, table: KnownTable): void {
  world.tables.set(tableId(table.name), table);
}

/** Is there a relation of that name: of the database, or made by the scripts? */
export function stateOfIndex(world: World, name: TableName): 'free' | 'present' | 'made before' {
  const made = world.indexes.get(tableId(name));
  if (made !== undefined) return made ? 'made before' : 'free';
  return world.present.some((each) => each.schema === name.schema && each.name === name.name) ? 'present' : 'free';
}

/** What may have changed a table without being looked into. */
function shadowOn({ opaque }: World, { name, origin }: KnownTable): string | undefined {
  const found = opaque.find(
    ({ change: { names } }) =>
      names === 'anything' || names.includes(name.name) || (origin !== undefined && names.includes(origin.name)),
  );
  return found && `${found.change.what} ${found.where} may change rows of ${name.name}`;
}

/** What is known of a table's rows. */
export function basisOf(world: World, table: KnownTable): Basis {
  const reason = table.unclear ?? shadowOn(world, table);
  if (reason !== undefined) return { kind: 'unresolved', reason };
  if (table.empty !== undefined) {
    return table.more === undefined
      ? { kind: 'holds', reason: table.empty }
      : { kind: 'unresolved', reason: table.more };
  }
  if (!table.origin) return { kind: 'unresolved', reason: 'nothing is known of its rows' };
  if (table.fewer !== undefined && table.more !== undefined) {
    return { kind: 'unresolved', reason: `${table.fewer}, and ${table.more}` };
  }
  if (table.fewer !== undefined) return { kind: 'fewer', table: table.origin, reason: table.fewer };
  if (table.more !== undefined) return { kind: 'more', table: table.origin, reason: table.more };
  return { kind: 'rows', table: table.origin };
}
