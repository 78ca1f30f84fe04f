import { doAll } from '../../engine/pipeline.ts';
import { NOTHING_DONE } from '../../model/outcome.ts';
import { findLeftAlone } from '../../plan/refusals/find-left-alone.ts';
import type { Run } from '../../session/workplace.ts';
import type { Removed } from './remove-each.ts';
import type { Seen } from './see-rules.ts';

/** Does the plan of a rule, and reads back what came of it. */
export async function removeExcess(run: Run, { rule, change, target, plan, inspected }: Seen): Promise<Removed> {
  if (plan.steps.length === 0) {
    return { outcome: NOTHING_DONE, findings: findLeftAlone(target.table, rule, inspected.survey) };
  }
  await run.record.open(run);
  const outcome = await doAll(run, plan.steps, { runId: run.id, migration: null, operation: null });
  return { outcome, findings: await change.readBack(run, outcome) };
}
