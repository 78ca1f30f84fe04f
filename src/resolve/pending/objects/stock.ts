import type { ObjectKind } from '../../../model/object-change.ts';
import type { Dependency, ObjectsOfDatabase } from '../../../model/object-facts.ts';

/** An object as the scripts have left it so far. */
export interface StockObject {
  readonly id: string;
  readonly kind: ObjectKind;
  schema: string | undefined;
  name: string;
  readonly table: string | undefined;
  readonly column: string | undefined;
  /** As PostgreSQL describes it; undefined for what the scripts make. */
  readonly label: string | undefined;
  readonly extension: string | undefined;
  readonly primary: boolean;
  columns: ReadonlySet<string>;
  /** It may have columns that are not known. */
  readonly open: boolean;
  inherited: ReadonlySet<string>;
  readonly partitionKey: ReadonlySet<string>;
  /** Of an enum: its values, and the transaction that has added each of them. */
  readonly values: Map<string, string | undefined>;
  /** The transaction that has made it. */
  readonly madeIn: string | undefined;
}

export interface StockDependency extends Omit<Dependency, 'fromColumn' | 'toColumn'> {
  readonly fromColumn: string | undefined;
  readonly toColumn: string | undefined;
  /** It is not known whether it depends on this column. */
  readonly maybe: boolean;
}

/** The objects of the database that the scripts name, with what depends on them, as they have left them so far. */
export interface Stock {
  readonly objects: Map<string, StockObject>;
  dependencies: readonly StockDependency[];
  readonly schemas: Set<string>;
  readonly builtin: ReadonlySet<string>;
  /** Names of what may have gone with a CASCADE, or not. */
  readonly doubted: Set<string>;
  /** An extension has brought what is not known. */
  extended: boolean;
  made: number;
}

export function beginStock({ objects, dependencies, schemas, builtin }: ObjectsOfDatabase): Stock {
  return {
    objects: new Map(
      objects.map((each) => [
        each.id,
        {
          ...emptyObject(each.id, each.kind, each.schema ?? undefined, each.name),
          table: each.table ?? undefined,
          column: each.column ?? undefined,
          label: each.label,
          extension: each.extension ?? undefined,
          primary: each.primary,
          columns: new Set(each.columns),
          inherited: new Set(each.inherited),
          partitionKey: new Set(each.partitionKey),
          values: new Map((each.values ?? []).map((value) => [value, undefined])),
        },
      ]),
    ),
    dependencies: dependencies.map((each) => ({
      ...each,
      fromColumn: each.fromColumn ?? undefined,
      toColumn: each.toColumn ?? undefined,
      maybe: false,
    })),
    schemas: new Set(schemas),
    builtin: new Set(builtin),
    doubted: new Set(),
    extended: false,
    made: 0,
  };
}

export function emptyObject(id: string, kind: ObjectKind, schema: string | undefined, name: string): StockObject {
  return {
    id,
    kind,
    schema,
    name,
    table: undefined,
    column: undefined,
    label: undefined,
    extension: undefined,
    primary: false,
    columns: new Set(),
    open: false,
    inherited: new Set(),
    partitionKey: new Set(),
    values: new Map(),
    madeIn: undefined,
  };
}

/** Adds an object that a statement makes. */
export function addObject(
  stock: Stock,
  { kind, schema, name, ...more }: Pick<StockObject, 'kind' | 'schema' | 'name'> & Partial<StockObject>,
): StockObject {
  stock.made += 1;
  const object = { ...emptyObject(`made/${stock.made}`, kind, schema, name), ...more };
  stock.objects.set(object.id, object);
  return object;
}

/** Adds that an object depends on another. */
export function addDependency(
  stock: Stock,
  from: StockObject,
  to: StockObject,
  more: Partial<StockDependency> & Pick<StockDependency, 'kind'>,
): void {
  const dependency = {
    from: from.id,
    to: to.id,
    fromColumn: undefined,
    toColumn: undefined,
    maybe: false,
    ...more,
  };
  stock.dependencies = [...stock.dependencies, dependency];
}

/** As people call it. */
export function labelOf(stock: Stock, { kind, name, schema, table, label }: StockObject): string {
  const owner = table === undefined ? undefined : stock.objects.get(table);
  if (owner) return `${kind} ${name} of ${owner.name}`;
  if (kind === 'other') return label ?? name;
  return schema === undefined || schema === 'public' ? `${kind} ${name}` : `${kind} ${schema}.${name}`;
}
