/** How far apart two copies arrived that follow each other; `same` is the same value of the time column. */
export const GAPS = ['same', '10ms', '1s', '1min', '1h', '1day', '30days', 'more'] as const;
export type Gap = (typeof GAPS)[number];

/**
 * What a time column says: when the row was inserted, when it was last changed, when something happened elsewhere, or a
 * time of which nothing is known.
 */
export type TimeMeaning = 'inserted' | 'updated' | 'event' | 'unknown';

/** How a time column is stored. A number is seconds, milliseconds or microseconds since 1970, by its size. */
export type TimeForm = 'timestamptz' | 'timestamp' | 'date' | 'epoch';

/** A column that may say when copies came, as the catalogue has it. */
export interface TimeCandidate {
  readonly column: string;
  readonly type: string;
  readonly form: TimeForm;
  /** Its default in PostgreSQL's own words. */
  readonly default: string | undefined;
}

/** The time column that was taken, and why. */
export interface TimeColumn {
  readonly column: string;
  readonly type: string;
  readonly form: TimeForm;
  readonly meaning: TimeMeaning;
  /** For people: `its default is now(), so it is set when the row is inserted`. */
  readonly reason: string;
}

export type Precision = 'microsecond' | 'millisecond' | 'second' | 'day';

/** Copies that follow each other in time within their group. */
export interface GapCount {
  readonly gap: Gap;
  readonly pairs: number;
  /** Of those, pairs that one transaction wrote. */
  readonly sameTransaction: number;
}

/** Groups by how many copies they have, among those that were looked at. */
export interface SizeCount {
  readonly from: number;
  /** Null where there is no upper end. */
  readonly to: number | null;
  readonly groups: number;
}

/** Groups in which copies differ in a column. */
export interface DifferingColumn {
  readonly column: string;
  readonly groups: number;
  /** Of those, groups with one value only, which some of the copies do not have: they are NULL there. */
  readonly filledOnce: number;
}

export type Period = 'hour' | 'day' | 'week' | 'month' | 'year';

/** Excess rows by the time at which they came, that is, all copies but the earliest of each group. In UTC. */
export interface Growth {
  readonly per: Period;
  /** Without gaps; the first period is the one of the earliest excess row. ISO 8601. */
  readonly periods: readonly { readonly from: string; readonly excessRows: number }[];
  /** When the latest came. ISO 8601; of a column without a time zone it is what the column says, as if it were UTC. */
  readonly last: string;
  /** Seconds from then until now; null where the column has no time zone: it is not known. */
  readonly lastAgeSeconds: number | null;
  /** The latest time in the table, of any row that the rule covers. */
  readonly newestRow: string;
}

/** How the duplicates of one rule came to be, as far as the rows themselves show it. */
export interface WhyReport {
  /** Groups that were looked at: all of them, or a sample. */
  readonly groups: number;
  readonly sample: boolean;
  /** Rows of them that were looked at. */
  readonly rows: number;
  /** Of larger groups only this many rows, the first ones in the table. */
  readonly mostRowsOfGroup: number;
  readonly largestGroup: number;
  /** The smallest first; sizes that no group has are left out. */
  readonly sizes: readonly SizeCount[];
  readonly time: TimeColumn | null;
  /** The finest step in which its values differ; null without a time column or values. */
  readonly precision: Precision | null;
  /** Rows that have no value in the time column, or one that is no date. */
  readonly rowsWithoutTime: number;
  readonly gaps: readonly GapCount[];
  /** Copies with equal xmin, in how many groups, and by how many transactions. */
  readonly sameTransaction: {
    readonly groups: number;
    readonly transactions: number;
    /** The most groups that one of them wrote copies of. */
    readonly mostGroups: number;
  };
  /** Columns in which copies differ, most often differing first; without the primary key and the time column. */
  readonly differs: readonly DifferingColumn[];
  readonly growth: Growth | null;
  /** What follows from the figures, in plain words; and what does not. */
  readonly reading: readonly string[];
}
