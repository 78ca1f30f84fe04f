/** Groups of a plan that stayed as they are, by what has become of them since it was made. */
export interface LeftOut {
  /**
   * No loser is left to go; rows are not there any more; the same of a table without a primary key, where they may have
   * been updated; contents are others; there are other copies, or another one would survive.
   */
  readonly reason: 'done' | 'gone' | 'gone or changed' | 'changed' | 'regrouped';
  readonly groups: number;
  /** Losers that the plan has in them. */
  readonly rows: number;
  /** Numbers that the first of them have in the plan. */
  readonly first: readonly number[];
}

/** How many of their numbers are named. */
export const NUMBERS_SHOWN = 20;
