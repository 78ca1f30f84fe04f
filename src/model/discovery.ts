import type { TableStanding } from './standing.ts';

/** A column as the statistics of ANALYZE show it. */
export interface ColumnStatistics {
  readonly name: string;
  /** The type's name in the catalogue: `int8`, `text`; of a domain that of its base. */
  readonly type: string;
  /** `typcategory`: N numbers, S texts, U others. */
  readonly category: string;
  readonly notNull: boolean;
  /** Has it a default from a sequence, or is it an identity? */
  readonly numbered: boolean;
  readonly foreignKey: boolean;
  /** Is it the key of a unique index in use, or is an expression of it? With or without a predicate. */
  readonly unique: boolean;
  /** The unique indexes in use that have it among several columns, by all of their columns. */
  readonly together: readonly (readonly string[])[];
  /** Is there a unique index on it that is not valid? */
  readonly invalidUnique: boolean;
  /** Does an index begin with it? */
  readonly indexed: boolean;
  /** Undefined when there are none to be seen. */
  readonly statistics:
    | {
        readonly nullShare: number;
        readonly averageBytes: number;
        /** As in pg_stats: a number of values, or if negative a share of the rows. */
        readonly distinct: number;
        /** Share of the rows that the most common value has. */
        readonly mostCommon: number;
      }
    | undefined;
}

/** A table that may have a rule that no migration declares. */
export interface TableStatistics {
  readonly schema: string;
  readonly name: string;
  readonly partitionKey: readonly string[];
  /** `reltuples`; -1 when never analysed. */
  readonly estimatedRows: number;
  readonly empty: boolean;
  readonly readable: boolean;
  readonly rowSecurityActive: boolean;
  readonly rowSecurityForced: boolean;
  /** What keeps its rows, where it is not PostgreSQL's heap. */
  readonly manager: TableStanding['manager'];
  readonly accessMethod: string | undefined;
  readonly columns: readonly ColumnStatistics[];
}

/** Columns that may have to be unique together, and what speaks for it. */
export interface Candidate {
  readonly schema: string;
  readonly table: string;
  readonly key: readonly string[];
  /** The column among them that names something; the others say within what. */
  readonly identifier: string;
  /** Is it text, so that '' may stand for "none"? */
  readonly text: boolean;
  /** Points for what the catalogue and the statistics show. */
  readonly score: number;
  /** What speaks for it, for people. */
  readonly reasons: readonly string[];
  /** A unique index on a partitioned table needs the partition key: the columns of it that are missing. */
  readonly missingPartitionKey: readonly string[];
}

/** Rows whose texts are copies of others to a person, and not to a unique index on the column. */
export interface Alike {
  readonly rows: number;
  /** What they differ in: `upper and lower case`. */
  readonly but: string;
  /** The expression under which they are copies. */
  readonly expression: string;
}

export type Likelihood = 'likely' | 'plausible' | 'possible';

/** A candidate after its duplicates were counted. */
export interface DiscoveredKey {
  /** As people write it; `schema` and `name` are the catalogue's. */
  readonly table: string;
  readonly schema: string;
  readonly name: string;
  readonly key: readonly string[];
  /** Of those rows only; null for all. */
  readonly where: string | null;
  readonly likelihood: Likelihood;
  readonly reasons: readonly string[];
  /** Null where they were not counted: `unconfirmed` says why. */
  readonly counted: { readonly coveredRows: number; readonly groups: number; readonly excessRows: number } | null;
  readonly unconfirmed: string | null;
  /** What stands against a unique index on it as it is. */
  readonly obstacle: string | null;
  /** The command to go on with. */
  readonly next: string;
}

/** A table that could not be looked at, or not fully. */
export interface PassedOverTable {
  readonly table: string;
  readonly reason: string;
  /** A statement or change that mends it. */
  readonly fix: string;
}

/** Columns without a unique index that look as if they should have one, the likeliest first. */
export interface Discovery {
  /** Tables that were looked at. */
  readonly tables: number;
  readonly candidates: readonly DiscoveredKey[];
  /** Candidates that were counted and left out: too many copies, or too few rows to judge by. */
  readonly ruledOut: number;
  /** Candidates beyond those that are counted in one run, the least likely ones. */
  readonly notCounted: number;
  readonly passedOver: readonly PassedOverTable[];
}
