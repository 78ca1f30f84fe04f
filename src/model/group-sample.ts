/** Copies of a group that are shown: the survivor and the next ones. */
export const SHOWN_COPIES = 5;
/** Copies of a group that are compared, column by column. */
export const COMPARED_COPIES = 10_000;

/** A group as shown to people: its key, and where its copies differ. Values are text as PostgreSQL prints them. */
export interface GroupSample {
  readonly key: Readonly<Record<string, string | null>>;
  readonly copies: number;
  /** Columns outside the key in which the copies differ. */
  readonly differs: readonly string[];
  /** The survivor order is refused: the rows are some of the group, and none of them is the survivor. */
  readonly unranked?: true;
  /** The first rows, the survivor before all, only the columns that identify them or differ. */
  readonly rows: readonly Readonly<Record<string, string | null>>[];
}
