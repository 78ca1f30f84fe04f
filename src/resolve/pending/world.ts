import type { Basis, Links, PresentRelation } from '../../model/demand.ts';
import type { TableName } from '../../model/facts.ts';
import type { ObjectsOfDatabase } from '../../model/object-facts.ts';
import type { Change, MadeColumn, WrittenConstraint, WrittenRows } from '../../model/pending.ts';
import { tableId } from '../../model/table-name.ts';
import type { WrittenName } from '../../model/written-name.ts';
import { type KnownLinks, knownLinks } from './known-links.ts';
import { beginStock, type Stock } from './objects/stock.ts';

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
  /** The same under all its names. */
  readonly id: string;
  readonly name: TableName;
  /** The table of the database that it is; undefined for one that the scripts make. */
  readonly origin: TableName | undefined;
  readonly columns: ReadonlyMap<string, KnownColumn>;
  /** Types of columns that the scripts make, as they are written. */
  readonly types: ReadonlyMap<string, string>;
  /** Conditions of the rows that a DELETE leaves. */
  readonly where: readonly string[];
  readonly empty: string | undefined;
  readonly fewer: string | undefined;
  readonly more: string | undefined;
  /** The rows that are all of `more`. */
  readonly inserted: { readonly rows: WrittenRows; readonly more: string } | undefined;
  readonly unclear: string | undefined;
  /** An UPDATE has computed values. */
  readonly computed: boolean;
  /** What the scripts have asked of new rows. */
  readonly asked: readonly WrittenConstraint[];
  /** Columns that may be NULL since. */
  readonly nullable: ReadonlySet<string>;
  /** Columns that have a default since, or none any more. */
  readonly filled: ReadonlyMap<string, boolean>;
  /** Of a table that the scripts make: its columns, as long as all of them are known. */
  readonly made: readonly MadeColumn[] | undefined;
  /** Constraints that the scripts have added as NOT VALID, by name. */
  readonly notValid: ReadonlyMap<string, WrittenConstraint>;
}

/** A relation that the scripts have made, or the name of one that they have taken away. */
interface KnownName {
  readonly made: boolean;
  /** The relation is no more; else it has another name. */
  readonly gone?: boolean;
  /** Of an index: its table's `id`, and the columns that it is made of. */
  readonly on?: string;
  readonly columns?: readonly string[];
  readonly view?: boolean;
}

/** The database as the scripts have left it so far. */
export interface World {
  readonly present: readonly PresentRelation[];
  /** By `tableId`; undefined for a table that is gone, or has another name now. */
  readonly tables: Map<string, KnownTable | undefined>;
  /** Relations by their names, where they are no longer as they are present. */
  readonly names: Map<string, KnownName>;
  readonly links: KnownLinks;
  readonly stock: Stock;
  readonly opaque: { readonly change: Extract<Change, { kind: 'opaque' }>; readonly where: string }[];
  path: readonly string[];
}

/** What is read of the database. */
export interface Present {
  readonly present: readonly PresentRelation[];
  readonly links: Links;
  readonly objects: ObjectsOfDatabase;
  /** Schemas in which a name without one is looked for. */
  readonly path: readonly string[];
}

/** The database before the first statement. */
export function beginWorld({ present, path, links, objects }: Present): World {
  return {
    present,
    path,
    tables: new Map(),
    names: new Map(),
    links: knownLinks(links),
    stock: beginStock(objects),
    opaque: [],
  };
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

/** The table with an `id`, whatever it is called now. */
export function findById(world: World, id: string): KnownTable | undefined {
  const known = [...world.tables.values()].find((table) => table?.id === id);
  if (known || world.tables.has(id)) return known;
  const present = world.present.find((each) => each.kind === 'table' && tableId(each) === id);
  return present && findKnown(world, present);
}

export function namesOf({ path }: World, { schema, name }: WrittenName): readonly TableName[] {
  return (schema === undefined ? path : [schema]).map((each) => ({ schema: each, name }));
}

/** Where a new relation of that name would be. */
export function newName(world: World, { schema, name }: WrittenName): TableName {
  return { schema: schema ?? world.path[0] ?? 'public', name };
}

/** A table with nothing known of its rows. */
export function emptyTable(id: string, name: TableName): KnownTable {
  return {
    id,
    name,
    origin: undefined,
    columns: new Map(),
    types: new Map(),
    where: [],
    empty: undefined,
    fewer: undefined,
    more: undefined,
    inserted: undefined,
    unclear: undefined,
    computed: false,
    asked: [],
    nullable: new Set(),
    filled: new Map(),
    made: undefined,
    notValid: new Map(),
  };
}

function fromDatabase({ schema, name, columns }: PresentRelation): KnownTable {
  const origin = { schema, name };
  return {
    ...emptyTable(tableId(origin), origin),
    origin,
    columns: new Map(columns.map((column) => [column, { kind: 'present', column }])),
  };
}

export function put(world: World, table: KnownTable): void {
  world.tables.set(tableId(table.name), table);
}

/** Is there a relation of that name: of the database, or made by the scripts? */
export function stateOfName(
  world: World,
  name: TableName,
  { types }: { readonly types: boolean } = { types: false },
): 'free' | 'present' | 'made before' {
  const known = world.names.get(tableId(name));
  if (known) return known.made ? 'made before' : 'free';
  const found = world.present.some(
    (each) => each.schema === name.schema && each.name === name.name && (types || each.kind !== 'type'),
  );
  return found ? 'present' : 'free';
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
