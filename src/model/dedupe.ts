import type { IndexPartFacts, ReferentialAction, TableName } from './facts.ts';
import type { GuardScope } from './guard-scope.ts';
import type { MergeStrategy, Nulls, OnCollision, OnDiffer, Value } from './operations/common.ts';
import type { TriggerGuard } from './triggers.ts';

/** A part of a key: a column of the table by its own name, or an expression over its columns. */
export type KeyColumn = { readonly column: string } | { readonly expression: string };

/** A term of the survivor order. NULLs last means that a row with nothing there never wins by it. */
export type OrderTerm = { readonly nullsFirst: boolean; readonly descending: boolean } & (
  | KeyColumn
  | { readonly column: string; readonly ranking: readonly string[] }
  /** How many of these columns are not NULL. */
  | { readonly complete: readonly string[] }
  /** How many rows refer to it, by places in `Dedupe.references`. */
  | { readonly children: readonly number[] }
);

/** Which rows a rule covers and which of them are copies of each other: the index's own terms. */
export interface Key {
  readonly table: TableName;
  readonly partitioned: boolean;
  readonly columns: readonly KeyColumn[];
  readonly predicate: string | undefined;
  readonly nulls: Nulls;
  /**
   * How groups are found: by eight bytes of hash; by the key itself, which an index has sorted already; or by sorting
   * the key, where nothing hashes its type.
   */
  readonly grouping: 'hash' | 'index' | 'sort';
  /** Functions that hash the parts, where each has one of its own and no part of a covered row is NULL. */
  readonly hashFunctions?: readonly string[];
}

/** One column the survivor takes from its group. */
export interface Merge {
  readonly column: string;
  readonly strategy: MergeStrategy;
  /** The column's type, without a modifier: the merged value is cast to it. */
  readonly type: string;
  /** The same, of a domain's base type. */
  readonly baseType: string;
  readonly isArray: boolean;
}

/** A column and what it is set to. */
export interface Assignment {
  readonly column: string;
  readonly type: string;
  /** The same, of a domain's base type. */
  readonly baseType: string;
  readonly value: Value;
}

/** A unique index of a child table that re-pointed rows could violate; its parts are SQL over the child's columns. */
export interface ChildKey {
  readonly index: string;
  /** The partition whose index it is, where the table above it has none like it; the predicate says which rows are its. */
  readonly partition?: TableName;
  readonly columns: readonly string[];
  readonly predicate: string | undefined;
  readonly nulls: Nulls;
}

/**
 * A unique index whose values stay as they are when a row is changed. The row is entered into it again all the same, and a
 * damaged one, in which another row has the same values, refuses it then (23505).
 */
export interface UnchangedKey extends ChildKey {
  /** Its columns, where it is of columns alone and of every row. */
  readonly names: readonly string[] | undefined;
}

/** A constraint that a row has to meet when it is changed, over the columns of the row as it will be. */
export type RowGuard = {
  readonly name: string;
  /** The partition that asks it, where the table above it does not. */
  readonly partition?: TableName;
  readonly scope?: GuardScope;
} /** One that is not `validated` would not take a row back that it refuses already. */ & (
  | { readonly kind: 'check'; readonly expression: string; readonly validated: boolean }
  /** A domain's CHECK, where `value` is the column's; undefined: the domain is NOT NULL. */
  | { readonly kind: 'domain'; readonly column: string; readonly expression: string | undefined }
  | { readonly kind: 'not null'; readonly column: string }
  /** What the partitions of the table take, or the table itself, which is one. */
  | { readonly kind: 'partition'; readonly bound: string }
  /** A foreign key refers to a partition by itself, and a row that leaves it is removed there. */
  | { readonly kind: 'leaving' }
  | {
      readonly kind: 'foreign key';
      readonly columns: readonly string[];
      readonly to: TableName;
      readonly partitioned: boolean;
      readonly referenced: readonly string[];
      readonly operators: readonly string[];
    }
  /** The length or precision that a column's type is declared with. */
  | { readonly kind: 'type'; readonly column: string; readonly type: string }
  | {
      readonly kind: 'exclusion';
      /** It is a unique index. */
      readonly unique?: true;
      readonly columns: readonly string[];
      readonly operators: readonly string[];
      readonly predicate: string | undefined;
    }
  | TriggerGuard
  | WidthGuard
);

/** The archive has to hold the row, with what it notes of it, in one page (54000). */
export interface WidthGuard {
  readonly kind: 'width';
  readonly name: string;
  /** All that the archive's row has of the table's; `movable`: a long value is moved out of it. */
  readonly columns: readonly { readonly name: string; readonly movable: boolean }[];
}

/** A column that refers, and how its values compare with the referenced ones. */
export interface ReferringColumn {
  readonly name: string;
  /** Its type, without a modifier. */
  readonly type: string;
  /** The same, of a domain's base type: a value that the domain refuses can be looked at in it. */
  readonly baseType: string;
  /** The type the referenced value is cast to before it is compared; undefined where the types are comparable. */
  readonly cast: string | undefined;
  /** What compares it, the referenced value first: a foreign key's own operator, which search_path may not find. */
  readonly operator: string;
  /** The referenced column's collation, where the two differ: PostgreSQL would not know which to take (42P22). */
  readonly collation: string | undefined;
}

/** Rows elsewhere that name losers and must name the survivor instead. */
export interface ResolvedReference {
  readonly kind: 'foreign-key' | 'soft' | 'array' | 'polymorphic';
  readonly label: string;
  readonly child: TableImage;
  readonly columns: readonly ReferringColumn[];
  readonly referenced: readonly string[];
  readonly type: { readonly column: string; readonly value: string } | undefined;
  /** What the foreign key does when the row it refers to goes; re-pointing comes first. */
  readonly onDelete: ReferentialAction | undefined;
  /** What it does when that row gets another key. */
  readonly onUpdate?: ReferentialAction | undefined;
  readonly onCollision: OnCollision;
  readonly uniques: readonly ChildKey[];
  /** What else could refuse a child that is re-pointed. */
  readonly guards: readonly RowGuard[];
  /** What could refuse to let one be removed. */
  readonly keepers: readonly TriggerGuard[];
  /** What could refuse the statement that ON DELETE sends for each row that goes, though nothing refers to it any more. */
  readonly actors: readonly TriggerGuard[];
  /** The child is a table on the way to itself: its own copies cannot be merged on the way. */
  readonly circular: boolean;
  /** Columns that a kept child takes from its copies, with `onCollision: 'merge'`. */
  readonly merges: readonly Merge[];
  /** What refers to the child's own rows: re-pointed first when copies among the children are removed. */
  readonly references: readonly ResolvedReference[];
}

/** A table as the archive keeps it: columns with storage types, and what identifies a row. */
export interface TableImage {
  readonly table: TableName;
  readonly partitioned: boolean;
  readonly columns: readonly ImageColumn[];
  /** Columns of the primary key; empty: a row is identified by all of its columns. */
  readonly identity: readonly string[];
  /** A trigger BEFORE UPDATE may give a row other values than the statement, or keep it as it was. */
  readonly rewritten?: true;
}

export interface ImageColumn {
  readonly name: string;
  readonly storageType: string;
  readonly collation: string | undefined;
  readonly generated: boolean;
  /** What a generated column is computed from. */
  readonly expression: string | undefined;
  /** GENERATED ALWAYS AS IDENTITY: it can be inserted, but not updated (428C9). */
  readonly identityAlways: boolean;
}

/** What decides whether the rows of a table can be put back, as it was when the removal was resolved. */
export interface TableShape {
  readonly table: TableName;
  /** A hash of its columns, and of the foreign keys that refer to it. */
  readonly shape: string;
}

/** How a rule's excess rows go. */
export interface Dedupe {
  readonly key: Key;
  readonly image: TableImage;
  /** Survivor order, best first; the row's place completes it. */
  readonly order: readonly OrderTerm[];
  readonly merges: readonly Merge[];
  readonly agree: readonly string[];
  /** Columns in which copies may differ: neither key, primary key, merged nor generated. */
  readonly compared: readonly string[];
  /** `stop`: groups that differ there are left alone. */
  readonly onDiffer: OnDiffer;
  readonly losers: 'archive' | 'delete' | { readonly set: readonly Assignment[] };
  readonly references: readonly ResolvedReference[];
  /** What could refuse survivors that take values, and losers that are marked. */
  readonly guards: readonly RowGuard[];
  /** What could refuse to let losers be removed. */
  readonly keepers: readonly TriggerGuard[];
  /** What could refuse to hold losers. */
  readonly holder?: WidthGuard | undefined;
  /** Unique indexes besides the rule's own in which those could be copies. */
  readonly uniques: readonly ChildKey[];
  /** The others of its unique indexes, where survivors take values or losers are marked. */
  readonly unchanged: readonly UnchangedKey[];
  /** Tables with a trigger FOR EACH STATEMENT, which fires though no row is written: without one, no statement is sent. */
  readonly perStatement: readonly TableName[];
  /** Every table that rows are removed from. */
  readonly shapes: readonly TableShape[];
}

/** The same, with what the plan decides by the rows that are there. */
export interface PlannedDedupe extends Dedupe {
  /** The most losers a run may remove; beyond it the run stops and rolls back. */
  readonly limit: number;
  /** Parts of the key whose longest values may not fit into the index to be built: tried before the first row goes. */
  readonly untried?: readonly IndexPartFacts[];
  /** A trigger AFTER may change survivors once more: what they took is read again at the end of a batch. */
  readonly followedUp?: true;
  /** Groups depend on each other: a batch has all of them. */
  readonly together?: true;
  /** The most rows of the first batch, where rows are expected to take long; later ones follow what it took. */
  readonly firstBatch?: number;
}
