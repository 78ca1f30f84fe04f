import type { GroupSample } from './group-sample.ts';
import type { WhyReport } from './why.ts';

/** What is known of one rule's duplicates. */
export interface TargetReport {
  readonly table: string;
  readonly key: readonly string[];
  readonly where: string | null;
  /** Name of the index that enforces, or would enforce, the rule. */
  readonly index?: string;
  readonly migration?: string;
  readonly coveredRows: number;
  readonly groups: number;
  readonly excessRows: number;
  readonly samples: readonly GroupSample[];
  /** With --explain, where there are duplicates. */
  readonly why?: WhyReport;
}

export interface DedupeTargetReport extends TargetReport {
  readonly deleted: number;
  readonly marked: number;
  readonly archived: number;
  readonly merged: number;
  /** Children that had become copies of each other, archived and removed. */
  readonly childrenRemoved: readonly { readonly table: string; readonly rows: number }[];
  readonly repointed: readonly { readonly table: string; readonly columns: readonly string[]; readonly rows: number }[];
  /**
   * Dry run: in how many groups the copies differ outside key, primary key and merged columns, and in which columns.
   */
  readonly differing?: {
    readonly groups: number;
    readonly columns: readonly { readonly column: string; readonly groups: number }[];
  };
  /** Dry run: what would become of the rows that refer to losers. */
  readonly references?: readonly ReferenceReport[];
}

export interface ReferenceReport {
  readonly table: string;
  readonly columns: readonly string[];
  readonly kind: 'foreign-key' | 'soft' | 'array' | 'polymorphic';
  /** What the foreign key would do; null for other references. Re-pointing comes first. */
  readonly onDelete: 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default' | null;
  readonly onCollision: 'keep-survivor' | 'merge' | 'remove' | 'refuse';
  /**
   * Rows that would be re-pointed to a survivor; one that refers twice is counted with the first reference of its
   * table.
   */
  readonly repointed: number;
  /** Rows that would be copies under a unique index of their own, or that a constraint would refuse; each once, too. */
  readonly colliding: number;
}
