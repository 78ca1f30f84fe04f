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
