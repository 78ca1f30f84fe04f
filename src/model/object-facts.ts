import type { ObjectKind } from './object-change.ts';

/** An object of the database. */
export interface ObjectFacts {
  readonly id: string;
  readonly kind: ObjectKind;
  /** Null where it has a table instead. */
  readonly schema: string | null;
  readonly name: string;
  /** Of a constraint, a trigger, a policy, a rule, a default: the table. */
  readonly table: string | null;
  /** Of a default: its column. */
  readonly column: string | null;
  /** As PostgreSQL describes it. */
  readonly label: string;
  /** The extension that has brought it. */
  readonly extension: string | null;
  /** A primary key. */
  readonly primary: boolean;
  /** Of a relation. */
  readonly columns: readonly string[];
  /** Columns that belong to a table above it. */
  readonly inherited: readonly string[];
  readonly partitionKey: readonly string[];
  /** Of an enum. */
  readonly values: readonly string[] | null;
}

/** What `from` is made of: without `to` it cannot be. Columns are null where the whole object is meant. */
export interface Dependency {
  readonly from: string;
  readonly fromColumn: string | null;
  readonly to: string;
  readonly toColumn: string | null;
  /** As `pg_depend` has it: a normal one stands in the way of a drop, the others go along with it. */
  readonly kind: 'normal' | 'auto' | 'internal' | 'partition';
}

/** The objects that pending scripts name, with what depends on them. */
export interface ObjectsOfDatabase {
  readonly objects: readonly ObjectFacts[];
  readonly dependencies: readonly Dependency[];
  readonly schemas: readonly string[];
  /** PostgreSQL's own, as `type text`, `table pg_class`, `function lower`. */
  readonly builtin: readonly string[];
}
