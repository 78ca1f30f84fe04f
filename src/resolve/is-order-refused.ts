import type { ResolvedReference } from '../model/dedupe.ts';
import type { OperationFacts } from '../model/facts.ts';
import type { KeepTerm } from '../model/operations/keep.ts';
import { Refusals } from '../model/refusals.ts';
import { refuseUnsettled } from './refuse-unsettled.ts';
import { resolveOrder } from './resolve-order.ts';

/** Is the survivor order refused? Then no row of a group can be shown as the one that stays. */
export function isOrderRefused(
  keep: readonly KeepTerm[],
  facts: OperationFacts,
  references: readonly ResolvedReference[],
): boolean {
  const refusals = new Refusals('');
  refuseUnsettled({ ...facts, settled: facts.settled.filter(({ use }) => use === 'keep') }, refusals);
  resolveOrder(keep, facts.table, references, refusals);
  return refusals.all.length > 0;
}
