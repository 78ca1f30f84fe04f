import type { ReferentialAction, TableName } from './facts.ts';
import type { KeyPart, Nulls } from './operations/common.ts';
import type { PartitionBound } from './partition-bound.ts';
import type { MadeColumn, WrittenConstraint, WrittenExpression, WrittenRows } from './pending.ts';
import type { TypeFit } from './type-fit.ts';

/** A relation or a type that the database has under a name that the pending scripts write. */
export interface PresentRelation extends TableName {
  readonly kind: 'table' | 'index' | 'view' | 'sequence' | 'type' | 'other';
  /** Of a table; of an index those that it is made of, its expressions and its predicate included. */
  readonly columns: readonly string[];
  /** Of a table: the types of its columns, without those whose collation takes texts for equal that are not the same. */
  readonly types?: Readonly<Record<string, string>> | undefined;
  /** The table of an index. */
  readonly on: TableName | null;
}

/** What makes a statement about one table change another, or the same in another way. */
export interface Links {
  /** Partitions and heirs. */
  readonly heirs: readonly { readonly table: TableName; readonly parent: TableName; readonly partition: boolean }[];
  readonly keys: readonly LinkedKey[];
  readonly triggers: readonly LinkedTrigger[];
  readonly rules: readonly {
    readonly table: TableName;
    readonly command: 'insert' | 'update' | 'delete';
    readonly definition: string;
  }[];
  /** Texts of functions in SQL and PL/pgSQL by their names; empty where PostgreSQL brings the function. */
  readonly functions: Readonly<Record<string, string>>;
  readonly constraints: readonly {
    readonly table: TableName;
    readonly name: string;
    readonly columns: readonly string[];
    /** Of one that is NOT VALID: what follows ADD CONSTRAINT name. */
    readonly open: string | null;
  }[];
}

/** A foreign key that is there. */
export interface LinkedKey {
  readonly name: string;
  readonly table: TableName;
  readonly columns: readonly string[];
  readonly parent: TableName;
  readonly referenced: readonly string[];
  readonly deferred: boolean;
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
}

/** A trigger that is there and fires. */
export interface LinkedTrigger {
  readonly name: string;
  readonly table: TableName;
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
  /** BEFORE, for each row: it may write other values, or leave the row as it is. */
  readonly before: boolean;
  /** UPDATE OF. */
  readonly columns: readonly string[];
  readonly function: string;
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
      /** Why its very index cannot be built before the pending statements are run; undefined where it can. */
      readonly obstacle: string | undefined;
    }
  /** No row may be in this condition. */
  | {
      readonly kind: 'rows';
      readonly as: 'not-null' | 'check' | 'type' | 'partition';
      readonly rule: string;
      readonly violating: string;
      /** What the statement fails with. */
      readonly sqlstate: string;
      /** Of the tables that inherit from this one too. */
      readonly heirs: boolean;
    }
  | {
      readonly kind: 'foreign-key';
      /** The columns as the statement names them. */
      readonly names: readonly string[];
      /** Each column, and what it is in the database as it is now. */
      readonly columns: readonly { readonly name: string; readonly part: KeyPart }[];
      readonly parent: TableName;
      /** The database has the parent under that name. */
      readonly present: boolean;
      /** Undefined: the primary key. */
      readonly referenced: readonly string[] | undefined;
      readonly full: boolean;
      /** The condition of the rows that earlier statements leave. */
      readonly where: string | undefined;
      /** Types of columns that the scripts make, as they are written. */
      readonly types: Readonly<Record<string, string>>;
      /** What has become of the parent's unique indexes: columns of those that were made, names of those that are gone. */
      readonly made: readonly (readonly string[])[];
      readonly gone: readonly string[];
    }
  /** An index that becomes the index of a constraint. */
  | { readonly kind: 'adopt'; readonly index: string; readonly primary: boolean }
  /** A plain index: no row can break it. */
  | { readonly kind: 'index' }
  /** PostgreSQL refuses the statement, whatever rows there are. */
  | {
      readonly kind: 'refused';
      readonly what: string;
      readonly sqlstate: string;
      /** Where types do not fit (42804), PostgreSQL says that first. */
      readonly first?: Demand | undefined;
    }
  /** Rows that are inserted, with those that earlier statements insert: none may have the key of another. */
  | {
      readonly kind: 'insert';
      readonly before: WrittenRows | undefined;
      readonly written: WrittenRows | 'open';
      /** Indexes that earlier statements take away. */
      readonly gone: readonly string[];
      /** What earlier statements ask of new rows. */
      readonly asked: readonly WrittenConstraint[];
      /** The constraints that the table still has, by their names. */
      readonly named: readonly string[];
      readonly nullable: readonly string[];
      /** Columns that have a default since, or none any more. */
      readonly filled: Readonly<Record<string, boolean>>;
      /** The columns of a table that the scripts make. */
      readonly made: readonly MadeColumn[] | undefined;
      /** It has no rows by then but those. */
      readonly empty: boolean;
      readonly parents: readonly InsertParent[];
    }
  /** A column gets another type, by an expression or by itself. */
  | {
      readonly kind: 'cast';
      readonly column: string;
      readonly type: string;
      /** USING, in names of the database as it is now. */
      readonly using: string | undefined;
      /** It has a default, which is converted as well. */
      readonly filled: boolean;
      /** Constraints of the column: they are made again. */
      readonly built: readonly string[];
      readonly fit: TypeFit;
    }
  /** A partition: which rows it takes, beside the others of its table. */
  | {
      readonly kind: 'partition';
      /** By its name; undefined where the scripts make it. */
      readonly parent: TableName | undefined;
      readonly bound: PartitionBound;
      /** The partitions that are there by then. */
      readonly others: readonly OtherPartition[];
      /** A table that is attached. */
      readonly heir: Omit<OtherPartition, 'name' | 'bound'> | undefined;
    }
  /** No column of the domain may hold a value for which this is false; `VALUE` stands for it. */
  | { readonly kind: 'domain'; readonly domain: TableName; readonly check: WrittenExpression | undefined }
  /** What the statement makes is there already. */
  | { readonly kind: 'taken'; readonly what: string; readonly sqlstate: string };

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

/** A table that inserted rows refer to, and what is known of its rows. */
export interface InsertParent {
  readonly name: string;
  /** Undefined where it begins without rows. */
  readonly table: TableName | undefined;
  readonly columns: readonly string[];
  readonly referenced: readonly string[];
  /** Rows that earlier statements insert. */
  readonly written: WrittenRows | undefined;
  /** The table is the one of the rows. */
  readonly self: boolean;
  /** Of a parent that the scripts make. */
  readonly types: Readonly<Record<string, string>>;
}

/** A partition beside the one that a statement makes. */
export interface OtherPartition {
  readonly name: string;
  /** By its present name; undefined where the scripts make it. */
  readonly table: TableName | undefined;
  /** Where the scripts make or attach it; undefined: what the database says. */
  readonly bound: PartitionBound | undefined;
  readonly basis: Basis;
  /** The condition of the rows that earlier statements leave. */
  readonly where: string | undefined;
  /** Columns that earlier statements make or change. */
  readonly changed: readonly string[];
}

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
