import type { Dedupe } from '../../model/dedupe.ts';
import type { Census, OperationFacts } from '../../model/facts.ts';
import type { Limit } from '../../model/operations/common.ts';
import { firingTriggers } from '../../resolve/firing-triggers.ts';

/** With fewer losers no default limit applies: half of a handful of rows says nothing. */
const ALWAYS_ALLOWED = 10;
const DEFAULT_SHARE = 0.5;

/** The most losers a plan may have. */
export function loserLimit(limit: Limit | undefined, census: Census): number {
  if (limit && 'losers' in limit) return limit.losers;
  const share = limit?.share ?? DEFAULT_SHARE;
  if (share >= 1) return Number.MAX_SAFE_INTEGER;
  const allowed = Math.floor(census.covered * share);
  return limit ? allowed : Math.max(allowed, ALWAYS_ALLOWED);
}

/**
 * The most rows a run may remove, in all its passes. A share that was asked for is of the rows that were there; the
 * default one is let grow past the plan by as much. Where triggers fire, which may write a copy for each one that goes,
 * no more than the rows that were there.
 */
export function runLimit(limit: Limit | undefined, dedupe: Dedupe, facts: OperationFacts, census: Census): number {
  const allowed = loserLimit(limit, census);
  const most = limit ? allowed : census.excessRows + allowed;
  const fires = census.excessRows > 0 && firingTriggers(dedupe, facts).length > 0;
  return fires ? Math.min(most, Math.max(census.covered, ALWAYS_ALLOWED)) : most;
}

/** The line that allows them: a rule's own limit goes before the flag. */
export function allowLosers(losers: number): string {
  return `If this is right, allow it: --limit ${losers}, or limit: { losers: ${losers} } in the rule if that sets a limit.`;
}
