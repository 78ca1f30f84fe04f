import type { Dedupe } from '../../model/dedupe.ts';
import type { Census, IndexFacts, OperationFacts } from '../../model/facts.ts';
import type { Survey } from '../../model/plan.ts';
import type { Refusals } from '../../model/refusals.ts';
import type { ResolvedRule } from '../../resolve/resolve-rule.ts';
import { refuseChildren } from './refuse-groups.ts';
import { refuseGuards } from './refuse-guards.ts';
import { refuseRemaining, refuseTaken } from './refuse-taken.ts';
import { refuseTies } from './refuse-ties.ts';

/** What the rule itself is refused for: in any case, and where there are rows to remove. */
export function refuseRule({ refusals }: Pick<ResolvedRule, 'refusals'>, census: Census, plan: Refusals): void {
  plan.addAll(refusals.key);
  plan.addAll(refusals.order);
  plan.addAll(refusals.rule);
  if (census.excessRows > 0) plan.addAll(refusals.removal);
}

/** What keeps excess rows from being removed, whether or not an index is built then. */
export function refuseRemoval(
  dedupe: Dedupe,
  facts: OperationFacts,
  survey: Survey,
  serving: IndexFacts | undefined,
  refusals: Refusals,
): void {
  refuseChildren(dedupe, survey, refusals);
  refuseTaken(dedupe, survey, facts, refusals);
  refuseRemaining(dedupe, survey, facts, serving, refusals);
  refuseTies(survey, refusals);
  refuseGuards(survey, refusals);
}
