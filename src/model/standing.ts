import type { TableName } from './table-name.ts';

/** Whose a relation is, what it is, and what stores its rows. */
export interface TableStanding {
  /** `table`, `partitioned table`, `view`, `sequence` … */
  readonly relation: string;
  /** `a session`: it is temporary. */
  readonly holder: 'user' | 'postgresql' | 'toast' | 'msgdb' | 'a session';
  readonly extension: string | undefined;
  /** Where the rows of a view or a foreign table are, and the table of a TOAST table. */
  readonly rowsIn: readonly TableName[];
  /** The foreign server. */
  readonly server: string | undefined;
  /** What stores the table or one of its partitions, where it is not heap. */
  readonly accessMethod: string | undefined;
  /** The extension that keeps the rows elsewhere, and how. */
  readonly manager: 'citus distributed' | 'citus reference' | 'citus local' | 'hypertable' | 'chunk' | undefined;
}
