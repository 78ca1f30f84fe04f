/** How many rows have lost their reference, and what can be done for them. */
export interface RelinkSurvey {
  /** Rows whose reference is NULL or dangling. */
  readonly lost: number;
  /** Of those, rows that match exactly one row. */
  readonly matched: number;
  /** Rows that match more than one row and are left alone. */
  readonly ambiguous: number;
  /** Distinct referenced rows that are missing, for rows whose matching columns are all there. */
  readonly missing: number;
  /** Rows that wait for those. */
  readonly waiting: number;
}
