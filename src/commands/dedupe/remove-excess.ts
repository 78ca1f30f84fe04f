import { executeSteps } from '../../engine/run/execute-steps.ts';
import { inspectRule } from '../../inspect/inspect-operation.ts';
import { countOf } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import { addOutcomes, NOTHING_DONE, type Outcome } from '../../model/outcome.ts';
import type { Survey } from '../../model/plan.ts';
import type { Run } from '../../session/workplace.ts';
import { findLeftAlone } from './find-left-alone.ts';
import type { Removed } from './remove-each.ts';
import type { Seen } from './see-rules.ts';

/** Does the plan of a rule, and counts again when it is done. */
export async function removeExcess(run: Run, { rule, target, plan, inspected }: Seen): Promise<Removed> {
  let outcome = NOTHING_DONE;
  if (plan.steps.length > 0) await run.record.open(run);
  for await (const done of executeSteps(run, plan.steps, { runId: run.id, migration: null, operation: null })) {
    outcome = addOutcomes([outcome, done.outcome]);
  }
  if (plan.steps.length === 0) return { outcome, findings: findLeftAlone(target.table, rule, inspected.survey) };
  // Otherwise the last pass has read the whole table, and found nothing left to remove or to tell.
  if (outcome.unsettled + outcome.disagreeing === 0) return { outcome, findings: [] };
  const { survey } = await inspectRule(run, rule);
  if (survey.census.groups > outcome.disagreeing) throw notClean(rule.table, survey, outcome);
  return { outcome, findings: findLeftAlone(target.table, rule, survey) };
}

function notClean(table: string, { census }: Survey, done: Outcome): MsgdbError {
  return new MsgdbError('MSGDB_VERIFY_FAILED', {
    data: { done },
    what: `${countOf(census.excessRows, 'excess row is', 'excess rows are')} left in ${table}, or came while msgdb was working.`,
    why: 'Without a unique index the application can make new copies at any time.',
    fix: 'Run the command again, or make the rule last with a migration: `msgdb new`.',
  });
}
