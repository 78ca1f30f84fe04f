import type { Outcome } from './outcome.ts';

/** Rows that something was done with, by what was done; what was done with none is left out. */
export interface OutcomeCounts {
  readonly removed?: number;
  readonly marked?: number;
  readonly archived?: number;
  readonly merged?: number;
  readonly created?: number;
  readonly repointed?: number;
  readonly childrenRemoved?: number;
  readonly restored?: number;
  readonly notRestored?: number;
}

/** Undefined where nothing was done. Rows that stay and only were marked are not among those removed. */
export function countsOf(outcome: Outcome): OutcomeCounts | undefined {
  const counts = {
    removed: outcome.removed - outcome.marked,
    marked: outcome.marked,
    archived: outcome.archived,
    merged: outcome.merged,
    created: outcome.created,
    repointed: sumOf(outcome.repointed),
    childrenRemoved: sumOf(outcome.childrenRemoved),
    restored: outcome.restored,
    notRestored: sumOf(outcome.notRestored),
  };
  const some = Object.entries(counts).filter(([, rows]) => rows > 0);
  return some.length === 0 ? undefined : Object.fromEntries(some);
}

function sumOf(counts: readonly { readonly rows: number }[]): number {
  return counts.reduce((sum, { rows }) => sum + rows, 0);
}
