import type { Dedupe } from '../../model/dedupe.ts';
import type { IndexFacts, OperationFacts } from '../../model/facts.ts';
import type { Survey } from '../../model/plan.ts';
import type { Refusals } from '../../model/refusals.ts';
import { refuseChildren } from './refuse-groups.ts';
import { refuseGuards } from './refuse-guards.ts';
import { refuseRemaining, refuseTaken } from './refuse-taken.ts';
import { refuseTies } from './refuse-ties.ts';

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
