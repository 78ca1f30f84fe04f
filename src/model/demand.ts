import type { TableName } from './facts.ts';
import type { KeyPart, Nulls } from './operations/common.ts';

/** A relation that the database has under a name that the pending scripts write. */
export interface PresentRelation extends TableName {
  readonly kind: 'table' | 'index' | 'other';
  /** Of a table. */
  readonly columns: readonly string[];
}

/** What a pending statement asks of the rows that are there when it is run. */
export type Ask =
  | {
      readonly kind: 'unique';
      /** In names of the database as it is now; no part where every row would have the same key. */
      readonly key: readonly KeyPart[];
      readonly where: string | undefined;
      readonly nulls: Nulls;
      readonly as: 'index' | 'constraint' | 'primary key';
    }
  /** No row may be in this condition. */
  | { readonly kind: 'rows'; readonly as: 'not-null' | 'check'; readonly rule: string; readonly violating: string }
  | {
      readonly kind: 'foreign-key';
      /** Each column, and what it is in the database as it is now. */
      readonly columns: readonly { readonly name: string; readonly part: KeyPart }[];
      readonly parent: TableName;
      /** Undefined: the primary key. */
      readonly referenced: readonly string[] | undefined;
      readonly full: boolean;
      /** The condition of the rows that earlier statements leave. */
      readonly where: string | undefined;
    }
  /** A constraint that is there, NOT VALID. */
  | { readonly kind: 'validate'; readonly constraint: string }
  /** An index that becomes the index of a constraint. */
  | { readonly kind: 'adopt'; readonly index: string; readonly primary: boolean }
  /** A plain index: no row can break it. */
  | { readonly kind: 'index' }
  /** What the statement makes is there already. */
  | { readonly kind: 'taken'; readonly what: string };

/** What is known of the rows that the statement will find. */
export type Basis =
  /** They are those of a table of the database, by its present name. */
  | { readonly kind: 'rows'; readonly table: TableName }
  /** Some of them will be gone: where they fit now they will then, where not, nobody knows. */
  | { readonly kind: 'fewer'; readonly table: TableName; readonly reason: string }
  /** Others will have come: where they do not fit now they will not then. */
  | { readonly kind: 'more'; readonly table: TableName; readonly reason: string }
  /** There are none, or none that could break it. */
  | { readonly kind: 'holds'; readonly reason: string }
  | { readonly kind: 'unresolved'; readonly reason: string };

/** The name of an index that a statement makes. */
export interface NewIndex extends TableName {
  readonly ifNotExists: boolean;
  /** `present`: the database has something of that name, and no earlier statement takes it away. */
  readonly state: 'free' | 'present' | 'made before';
}

/** How a statement reads its table. */
export interface Build {
  readonly concurrently: boolean;
  /** Is it run in a transaction? */
  readonly inTransaction: boolean | 'by version' | 'unknown';
  readonly blocks: 'writes' | 'reads and writes' | 'nothing';
}

/** What one statement of a pending migration needs to succeed. */
export interface Demand {
  readonly migration: string;
  readonly file: string;
  readonly line: number;
  readonly statement: string;
  /** As it is called when the statement is run. */
  readonly table: TableName;
  /** What it is in the database as it is now; undefined where the scripts make it. */
  readonly origin: TableName | undefined;
  readonly ask: Ask;
  readonly basis: Basis;
  /** An UPDATE before it computes values that it asks about: a trigger may change them. */
  readonly computed: boolean;
  readonly index: NewIndex | undefined;
  readonly build: Build;
}
