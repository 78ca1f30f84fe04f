import { executeStep } from '../../engine/execute/execute-step.ts';
import { describeOutcome, NOTHING_DONE, type Outcome } from '../../engine/execute/outcome.ts';
import { inspectOperation } from '../../engine/inspect/make-plan.ts';
import type { Run } from '../../engine/run/workplace.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Finding } from '../../model/finding.ts';
import type { Survey } from '../../model/plan.ts';
import type { DedupeReport, DedupeTargetReport } from '../../model/report.ts';
import type { Context } from '../context.ts';
import { countOf } from '../count-of.ts';
import { findingOfError } from '../finding-of-error.ts';
import { reportCommon } from '../report-common.ts';
import { findLeftAlone } from './find-left-alone.ts';
import type { Seen } from './see-rules.ts';
import { reportOutcome } from './target-report.ts';

/** Does the plans, rule by rule; the first that fails ends it, and what was done before is reported. */
export async function removeExcess(
  context: Context,
  run: Run,
  seen: readonly Seen[],
  started: number,
): Promise<DedupeReport> {
  const targets: DedupeTargetReport[] = [];
  const findings: Finding[] = [];
  let failure: MsgdbError | undefined;
  for (const each of seen) {
    if (failure) break;
    try {
      const { outcome, after } = await removeOf(run, each);
      targets.push(reportOutcome(each.target, outcome));
      findings.push(...findLeftAlone(each.target.table, each.rule, after));
    } catch (error) {
      if (!(error instanceof MsgdbError)) throw error;
      failure = error;
      findings.push(findingOfError(error));
      const { done } = error.data;
      if (isOutcome(done)) targets.push(reportOutcome(each.target, done));
    }
  }
  const removed = targets.reduce((sum, each) => sum + each.deleted, 0);
  return {
    command: 'dedupe',
    dryRun: false,
    runId: run.id,
    targets,
    plan: [],
    ...reportCommon(context, started, {
      findings,
      summary: `${countOf(removed, 'row')} removed${failure ? ', then stopped' : ''}`,
      next: removed > 0 ? `msgdb archive restore ${run.id} (puts them back)` : undefined,
    }),
    ...(failure ? { verdict: failedVerdict(failure), exitCode: failure.exitCode } : {}),
  };
}

function failedVerdict(failure: MsgdbError): 'findings' | 'failed' {
  return failure.exitCode === 1 ? 'findings' : 'failed';
}

/** What had been done when a run stopped, as the engine's error carries it. */
function isOutcome(done: unknown): done is Outcome {
  return typeof done === 'object' && done !== null && 'removed' in done;
}

async function removeOf(
  run: Run,
  { rule, plan, inspected }: Seen,
): Promise<{ readonly outcome: Outcome; readonly after: Survey }> {
  let outcome = NOTHING_DONE;
  for (const step of plan.steps) {
    await run.open();
    const begun = performance.now();
    run.emit({ kind: 'step-started', title: step.title });
    outcome = await executeStep(run, step, { runId: run.id, migration: null, operation: null });
    const durationMs = performance.now() - begun;
    run.emit({ kind: 'step-done', title: step.title, durationMs, detail: describeOutcome(outcome) });
  }
  if (plan.steps.length === 0) return { outcome, after: inspected.survey };
  const { survey } = await inspectOperation(run, rule);
  if (survey.census.groups > outcome.disagreeing) throw notClean(rule.table, survey, outcome);
  return { outcome, after: survey };
}

function notClean(table: string, { census }: Survey, done: Outcome): MsgdbError {
  return new MsgdbError('MSGDB_VERIFY_FAILED', {
    data: { done },
    what: `${census.excessRows} excess rows are left in ${table}, or came while msgdb was working.`,
    why: 'Without a unique index the application can make new copies at any time.',
    fix: 'Run the command again, or make the rule last with a migration: `msgdb new`.',
  });
}
