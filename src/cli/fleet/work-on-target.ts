import type { Target } from '../../config/targets/configure-targets.ts';
import { asError } from '../../library/as-error.ts';
import { createContext, type Surroundings } from '../../library/create-context.ts';
import { MsgdbError } from '../../model/errors.ts';
import { endedStatus, type FleetEntry, type TargetStatus } from '../../model/fleet-report.ts';
import { startTimer } from '../../model/start-timer.ts';
import type { Task } from '../task.ts';
import type { Censor } from '../terminal/censor.ts';

/** Runs the command on one target; what it ends with is its entry. Never throws. */
export async function workOnTarget(
  target: Target,
  { command, input }: Task,
  surroundings: Surroundings,
  censor: Censor,
): Promise<FleetEntry> {
  const elapsed = startTimer();
  try {
    const outcome = await command.run(createContext(target.config, surroundings), input);
    if (outcome.kind === 'script') throw new MsgdbError('MSGDB_INTERNAL', { what: 'A script was made for a target.' });
    const { report } = outcome;
    return {
      ...placeOf(target),
      ...endedStatus({ report }),
      durationMs: took(elapsed),
      summary: report.summary,
      report,
    };
  } catch (thrown) {
    const error = censor.cleanError(asError(thrown, surroundings));
    return { ...placeOf(target), ...endedStatus({ error }), durationMs: took(elapsed), summary: error.message, error };
  }
}

/** The entry of a target on which nothing is done in this run. */
export function untouched(target: Target, status: Extract<TargetStatus, 'not begun' | 'done before'>): FleetEntry {
  return { ...placeOf(target), status, exitCode: null, durationMs: 0, summary: status };
}

function placeOf({ name, label, schema }: Target): Pick<FleetEntry, 'name' | 'database' | 'schema'> {
  return { name, database: label, schema: schema ?? null };
}

function took(elapsed: () => number): number {
  return Math.round(elapsed());
}
