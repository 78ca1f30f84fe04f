import { type HistoryRow, readHistory } from '../catalog/read-history.ts';
import { readOnly } from '../session/read-only.ts';
import { isRunLockHeld } from '../session/run-lock.ts';
import type { Workplace } from '../session/workplace.ts';

/**
 * The names of migrations that are recorded as running though no run holds the run lock: the one that began them was
 * killed. The lock is looked at between two readings of the history, so that a run that ends or begins meanwhile is not
 * taken for a dead one.
 */
export async function findInterrupted(
  workplace: Workplace,
  history: readonly HistoryRow[],
): Promise<ReadonlySet<string>> {
  const running = new Map(history.filter(isRunning).map(({ name, runId }) => [name, runId]));
  // A standby has the history of its primary, and not its locks.
  if (running.size === 0 || workplace.server.standby) return new Set();
  if (await readOnly(workplace, isRunLockHeld)) return new Set();
  const still = (await readOnly(workplace, readHistory)).filter(isRunning);
  return new Set(still.filter(({ name, runId }) => running.get(name) === runId).map(({ name }) => name));
}

function isRunning({ state }: HistoryRow): boolean {
  return state === 'running';
}
