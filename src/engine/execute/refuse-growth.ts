import type { Dedupe } from '../../model/dedupe.ts';
import { MsgdbError } from '../../model/errors.ts';
import { allowLosers } from '../../plan/limit-losers.ts';
import { tableLabel } from '../../plan/names.ts';

/** Stops when losers have grown past the plan by more than the limit lets them. */
export function refuseGrowth(dedupe: Dedupe, losers: number): void {
  if (losers <= dedupe.limit) return;
  throw new MsgdbError('MSGDB_BLAST_RADIUS', {
    what: `Losers of ${tableLabel(dedupe.key.table)} have grown since the plan was made: ${losers} would be removed, and the limit is ${dedupe.limit}.`,
    fix: `Run the same command again: it plans anew. ${allowLosers(losers)}`,
  });
}
