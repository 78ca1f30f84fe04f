import { removeCopies } from '../../engine/dedupe/remove-copies.ts';
import { doSteps } from '../../engine/pipeline.ts';
import { addOutcomes, NOTHING_DONE } from '../../model/outcome.ts';
import { findLeftAlone } from '../../plan/refusals/find-left-alone.ts';
import type { Run } from '../../session/workplace.ts';
import type { Removed } from './remove-each.ts';
import type { Seen } from './see-rules.ts';

/** Does the plan of a rule, and reads back what came of it. */
export async function removeExcess(run: Run, { rule, target, plan, inspected }: Seen): Promise<Removed> {
  if (plan.steps.length === 0) {
    return { outcome: NOTHING_DONE, findings: findLeftAlone(target.table, rule, inspected.survey) };
  }
  await run.record.open(run);
  let outcome = NOTHING_DONE;
  for await (const done of doSteps(run, plan.steps, { runId: run.id, migration: null, operation: null })) {
    outcome = addOutcomes([outcome, done.outcome]);
  }
  return { outcome, findings: await removeCopies(rule).readBack(run, outcome) };
}
