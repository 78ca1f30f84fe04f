import { setTimeout as sleep } from 'node:timers/promises';
import { type Blocker, listBlockers, readUnfinished } from '../../session/blockers.ts';
import { queriesOf } from '../../session/wait-for-blockers.ts';
import type { Workplace } from '../../session/workplace.ts';

const POLL_MS = 100;

/**
 * Waits for what the server still does for a run that was killed, as long as for a run that is at work; what it commits
 * after the sweep would be left. Needs the run lock. Interrupted, it looks once. Gives those that are still there: they
 * are named, never ended.
 */
export async function outliveKilled({ session, settings, signal, emit }: Workplace): Promise<readonly Blocker[]> {
  const deadline = Date.now() + settings.lockWaitMs;
  for (let looks = 1; ; looks += 1) {
    const unfinished = await readUnfinished(session);
    if (unfinished.length === 0 || signal.aborted || Date.now() >= deadline) return unfinished;
    // A session of this run's own may have been closed a moment ago.
    if (looks === 2) {
      const message = `the server is still working for a run that was killed: ${listBlockers(unfinished)}; waiting for it`;
      emit({ kind: 'waiting', message, ...queriesOf(unfinished) });
    }
    await sleep(POLL_MS);
  }
}
