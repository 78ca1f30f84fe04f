import type { PlannedDedupe } from '../../model/dedupe.ts';
import type { IndexFacts, OperationFacts } from '../../model/facts.ts';
import type { Step, Survey } from '../../model/plan.ts';
import { findDamaged } from '../../resolve/find-damaged.ts';
import { rebuildStep } from './build-steps.ts';

/** Rebuilds the other unique indexes that the copies show to be damaged: those by which children find what they name. */
export function rebuildReferenced(
  dedupe: PlannedDedupe,
  survey: Survey,
  facts: OperationFacts,
  serving: IndexFacts | undefined,
): readonly Step[] {
  return findDamaged(dedupe, survey, facts, serving).map((index) => rebuildStep(index, facts.table.table, dedupe));
}
