import type { PlannedDedupe } from '../model/dedupe.ts';
import type { Plan, Step } from '../model/plan.ts';

/** How a plan removes excess rows; undefined when it removes none. */
export function findDedupe({ steps }: Pick<Plan, 'steps'>): PlannedDedupe | undefined {
  return steps.flatMap((step: Step) => {
    if (step.kind === 'dedupe') return [step.dedupe];
    return step.kind === 'transaction' ? (findDedupe(step) ?? []) : [];
  })[0];
}
