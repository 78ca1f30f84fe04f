import { countOf, formatCount } from '../../model/count-of.ts';
import type { Census } from '../../model/facts.ts';
import type { Limit } from '../../model/operations/common.ts';
import type { Refusals } from '../../model/refusals.ts';
import { allowLosers, loserLimit } from './limit-losers.ts';

/** Refuses a plan that would remove more than the limit: it is usually the wrong key. */
export function refuseBlastRadius(limit: Limit | undefined, census: Census, label: string, refusals: Refusals): void {
  const most = loserLimit(limit, census);
  if (census.excessRows <= most) return;
  const percent = ((100 * census.excessRows) / Math.max(census.covered, 1)).toFixed(1);
  refusals.add(
    'MSGDB_BLAST_RADIUS',
    `${formatCount(census.excessRows)} of the ${countOf(census.covered, 'row')} of ${label} (${percent} %) would be removed, and the limit is ${formatCount(most)}.`,
    allowLosers(census.excessRows),
  );
}
