import type { GroupSample } from './group-sample.ts';
import type { SizeCount } from './why.ts';

/** A run as the history has it. */
export interface PastRun {
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Null where it did not come to its end: it was killed, or is at work. */
  readonly finishedAt: string | null;
  readonly by: string;
  /** Of msgdb. */
  readonly version: string;
  /** Migrations that it worked on, and how each stands now. */
  readonly migrations: readonly { readonly name: string; readonly state: string }[];
}

/** One thing that a run changed, as the ledger has it. */
export interface RunChange {
  /** `removed`, `updated`, `created`; `deleted`: without a copy; `purged`; `built-index`, `accepted-index`, `dropped` … */
  readonly kind: string;
  readonly migration: string | null;
  readonly table: string | null;
  /** Of the index or constraint. */
  readonly name: string | null;
  readonly rows: number;
  /** Of these rows, those that are back. */
  readonly restored: number;
  /** When it was begun. ISO 8601. */
  readonly at: string;
  readonly undoneAt: string | null;
}

/** An index that a run has built, found or dropped. */
export interface RunIndex {
  readonly table: string;
  readonly name: string;
  readonly before: 'absent' | 'there';
  readonly now: 'absent' | 'valid' | 'not valid';
  /** As PostgreSQL writes it; null where it is absent. */
  readonly definition: string | null;
}

/** Groups of a table whose copies a run removed, as the archive has them. */
export interface RunGroups {
  readonly table: string;
  readonly groups: number;
  /** Rows that were removed, with those that are back. */
  readonly removed: number;
  readonly sizes: readonly SizeCount[];
  /** The survivor as it is now, where it is there and may be read. `key` is its primary key. */
  readonly samples: readonly GroupSample[];
}
