import type { SurveyDepth } from '../inspect/survey/survey-groups.ts';
import { MsgdbError } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import { addOutcomes, describeOutcome, NOTHING_DONE, type Outcome } from '../model/outcome.ts';
import { countsOf } from '../model/outcome-counts.ts';
import type { Plan, Step } from '../model/plan.ts';
import { startTimer } from '../model/start-timer.ts';
import { tableLabel } from '../model/table-label.ts';
import { stopAtSafePoint, stopBeforeLong } from '../session/keep-to-window.ts';
import type { Run, Workplace } from '../session/workplace.ts';
import type { Origin } from '../sql/history-schema.ts';
import { executeStep, type RemoveRows } from './run/execute-step.ts';
import { LockHeldTooLong } from './run/limit-lock.ts';

/**
 * The way of every change, in one direction: facts → resolve → survey → plan → run → read back. `migrate`, `dedupe` and
 * `rollback` differ in what stands at these places.
 */
export interface ChangeParts<Seen> {
  /** Facts of the catalogue, what the operation means there, and what is counted in the data. Nothing is changed. */
  readonly inspect: (workplace: Workplace, depth: SurveyDepth) => Promise<Seen>;
  /** What would be done, or why it is refused. Pure. */
  readonly plan: (seen: Seen, workplace: Workplace) => Plan;
  /**
   * Looks at the database once more when the plan is done.
   * @throws MsgdbError MSGDB_VERIFY_FAILED when it is not as the change says.
   */
  readonly readBack: (run: Run, outcome: Outcome) => Promise<readonly Finding[]>;
}

/** What was seen, and what would be done. */
export interface PlannedChange<Seen> {
  readonly seen: Seen;
  readonly plan: Plan;
}

/** A change, whatever it is that it looks at: it is planned from what it has seen itself, and from nothing else. */
export interface Change<Seen = unknown> extends Pick<ChangeParts<Seen>, 'readBack'> {
  /** Facts → resolve → survey → plan. `depth`: only what is needed, if left out. */
  readonly plan: (workplace: Workplace, depth?: SurveyDepth) => Promise<PlannedChange<Seen>>;
}

/** Makes a change of its parts. */
export function makeChange<Seen>({ inspect, plan, readBack }: ChangeParts<Seen>): Change<Seen> {
  return {
    plan: async (workplace, depth = 'needed') => {
      const seen = await inspect(workplace, depth);
      return { seen, plan: plan(seen, workplace) };
    },
    readBack,
  };
}

/** A step that was done. */
export interface DoneStep {
  readonly step: Step;
  readonly outcome: Outcome;
  readonly durationMs: number;
  /** Of the outcome; empty where there is nothing to report. */
  readonly detail: string;
}

/**
 * Run: does the steps of a plan, one after another, and reports each. Where a lock would be held for too long, nothing
 * is left of that step, and what the plan has instead is done. `remove`: how rows are removed, if not as the plan says.
 */
export async function* doSteps(
  run: Run,
  steps: readonly Step[],
  origin: Origin,
  remove?: RemoveRows,
): AsyncGenerator<DoneStep> {
  for (const step of steps) {
    stopAtSafePoint(run);
    if (isWhole(step)) stopBeforeLong(run, { title: step.title, seconds: step.estimate?.seconds ?? 0 });
    const elapsed = startTimer();
    const about = { title: step.title, ...(step.table ? { table: tableLabel(step.table) } : {}) };
    run.emit({ kind: 'step-started', ...about });
    let outcome: Outcome;
    try {
      outcome = await executeStep(run, step, origin, remove);
    } catch (error) {
      if (!(error instanceof LockHeldTooLong) || step.kind !== 'transaction' || !step.within) throw error;
      const { seconds, otherwise } = step.within;
      run.emit({
        kind: 'note',
        message: `${step.title}: not done within ${seconds} s, and undone. It is done online instead, while writers go on`,
      });
      yield* doSteps(run, otherwise, origin, remove);
      continue;
    }
    const durationMs = elapsed();
    const detail = describeOutcome(outcome);
    const counts = countsOf(outcome);
    run.emit({ kind: 'step-done', ...about, durationMs, ...(detail ? { detail } : {}), ...(counts ? { counts } : {}) });
    yield { step, outcome, durationMs, detail };
  }
}

/** Does it lose all that it has done where it is stopped? */
function isWhole({ kind }: Step): boolean {
  return kind !== 'dedupe' && kind !== 'sql';
}

/**
 * The same for who wants the sum alone.
 * @throws MsgdbError the step's own, with what was done until then in `data.done`.
 */
export async function doAll(run: Run, steps: readonly Step[], origin: Origin, remove?: RemoveRows): Promise<Outcome> {
  let outcome = NOTHING_DONE;
  try {
    for await (const done of doSteps(run, steps, origin, remove)) outcome = addOutcomes([outcome, done.outcome]);
    return outcome;
  } catch (error) {
    if (!(error instanceof MsgdbError)) throw error;
    throw error.with({ data: { done: addOutcomes([outcome, error.data.done ?? NOTHING_DONE]) } });
  }
}
