import type { TableName } from './facts.ts';

/** Groups whose losers differ from their survivor. */
export interface DifferingSurvey {
  readonly groups: number;
  /** The columns in which they do, and in how many groups. */
  readonly columns: readonly { readonly column: string; readonly groups: number }[];
  /** Groups that stay as they are: by `agree`, or because differing stops. */
  readonly leftAlone: { readonly groups: number; readonly rows: number };
}

/** Rows outside a group that have what a loser's children name: a damaged unique index, or a column that is not unique. */
export interface AmbiguousSurvey {
  readonly columns: readonly string[];
  readonly rows: number;
}

/** What becomes of the rows that refer to losers. */
export interface ReferenceSurvey {
  /** Rows that are re-pointed. */
  readonly moving: number;
  /** Rows that would be copies under a unique index of their own. */
  readonly colliding: number;
  /** Rows that would refer to nothing, because their survivor has NULL where they refer to. */
  readonly unnamed: number;
}

/** Rows by which a foreign key (23503) or a unique index (23505) would stop re-pointing. */
export interface TieSurvey {
  /**
   * `held`: they refer to rows that get another key. `lost`: they would refer to a row that is not there then. `copied`:
   * they would get a key of their own that another row has.
   */
  readonly kind: 'held' | 'lost' | 'copied';
  /** The reference that is re-pointed. */
  readonly label: string;
  /** The foreign key, or the index and its table. */
  readonly key: { readonly name: string; readonly table: TableName; readonly columns: readonly string[] };
  readonly parent: TableName;
  readonly rows: number;
  /** Keys that have to be DEFERRABLE INITIALLY DEFERRED for all to be in order in the end; none where that does not help. */
  readonly deferrable: readonly DeferrableKey[];
  /** Columns of the parent that would have to be re-pointed as well. */
  readonly unmoved: readonly string[];
}

/** A foreign key that may be checked when the transaction ends. */
export interface DeferrableKey {
  readonly name: string;
  readonly table: TableName;
}
