import { describeOutcome, type Outcome } from '../../model/outcome.ts';
import type { Step } from '../../model/plan.ts';
import { startTimer } from '../../model/start-timer.ts';
import { stopIfInterrupted } from '../../session/interrupt.ts';
import type { Run } from '../../session/workplace.ts';
import type { Origin } from '../../sql/history-schema.ts';
import { executeStep } from './execute-step.ts';
import { LockHeldTooLong } from './limit-lock.ts';

/** A step that was done. */
export interface Done {
  readonly step: Step;
  readonly outcome: Outcome;
  readonly durationMs: number;
  /** Of the outcome; empty where there is nothing to tell. */
  readonly detail: string;
}

/**
 * Does the steps of a plan, one after another, and tells of each. Where a lock would be held for too long, nothing is
 * left of that step, and what the plan has instead is done.
 */
export async function* executeSteps(run: Run, steps: readonly Step[], origin: Origin): AsyncGenerator<Done> {
  for (const step of steps) {
    stopIfInterrupted(run.signal);
    const elapsed = startTimer();
    run.emit({ kind: 'step-started', title: step.title });
    let outcome: Outcome;
    try {
      outcome = await executeStep(run, step, origin);
    } catch (error) {
      if (!(error instanceof LockHeldTooLong) || step.kind !== 'transaction' || !step.within) throw error;
      const { seconds, otherwise } = step.within;
      run.emit({
        kind: 'note',
        message: `${step.title}: not done within ${seconds} s, and undone. It is done online instead, while writers go on`,
      });
      yield* executeSteps(run, otherwise, origin);
      continue;
    }
    const durationMs = elapsed();
    const detail = describeOutcome(outcome);
    run.emit({ kind: 'step-done', title: step.title, durationMs, ...(detail ? { detail } : {}) });
    yield { step, outcome, durationMs, detail };
  }
}
