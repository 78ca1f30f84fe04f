import type { Dedupe } from '../../model/dedupe.ts';
import type { TableName } from '../../model/facts.ts';
import type { Limit } from '../../model/operations/common.ts';
import type { IndexBuild } from '../../model/plan.ts';

/** A rule to be made true by SQL alone, in a database that may have other rows by then. */
export interface Repair {
  /** The ledger of what it does, by which msgdb finds what it has archived. */
  readonly runId: string;
  readonly dedupe: Dedupe;
  readonly build: IndexBuild;
  /** Indexes that PostgreSQL lacks for finding the rows that refer to one that goes. */
  readonly support: readonly IndexBuild[];
  readonly limit: Limit | undefined;
  /** The tables it removes or changes rows of, and what they were when it was written: see `describeShape`. */
  readonly tables: readonly TableName[];
  readonly shape: readonly string[];
  /** Where expressions of the rule find what they name. */
  readonly searchPath: string;
  readonly lockTimeoutMs: number;
  readonly lockRetries: number;
}
