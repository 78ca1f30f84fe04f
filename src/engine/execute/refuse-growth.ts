import { MsgdbError } from '../../model/errors.ts';
import type { Dedupe } from '../../model/plan.ts';
import { allowLosers } from '../../plan/limit-losers.ts';
import { tableLabel } from '../../plan/names.ts';

/** Stops when there are more losers than the plan may remove: they have grown since it was made. */
export function refuseGrowth(dedupe: Dedupe, losers: number): void {
  if (losers <= dedupe.limit) return;
  throw new MsgdbError('MSGDB_BLAST_RADIUS', {
    what: `${losers} rows of ${tableLabel(dedupe.key.table)} would be removed, but the limit is ${dedupe.limit}.`,
    fix: allowLosers(losers),
  });
}
