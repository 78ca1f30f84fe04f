import { MsgdbError } from '../../model/errors.ts';
import type { Session } from '../../session/open-session.ts';
import { holdsRunLock } from '../../session/run-lock.ts';
import type { Workplace } from '../../session/workplace.ts';

/** Sessions that are ended one after the other, as a restart of the server does, are not followed for ever. */
const ATTEMPTS = 3;

/** How what a run made for its time is cleared away. */
export interface Clearing {
  clear(over: Workplace): Promise<void>;
  /** The same over sessions of its own; MSGDB_RUN_LOCKED where another run is at work. */
  again(): Promise<void>;
}

/** Works, and always clears away afterwards: an error of the work comes before one of clearing away. */
export async function thenClear<Result>(work: () => Promise<Result>, clear: () => Promise<void>): Promise<Result> {
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    await clear().catch(() => undefined);
    throw error;
  }
  await clear();
  return result;
}

/**
 * Clears away at the end of a run. A session that was lost, even while it did so, is not taken for the end of the
 * matter: another one is opened. Without the lock, what is there may be another run's, which clears away all there is
 * when it ends. What stays is named.
 */
export async function clearAway(workplace: Workplace, lock: Session, { clear, again }: Clearing): Promise<void> {
  if (!workplace.session.lost.aborted && (await holdsRunLock(lock))) {
    try {
      return await clear(workplace);
    } catch (error) {
      if (!isLost(error)) throw error;
    }
  }
  // Its own lock would keep it out.
  await lock.close();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await again();
    } catch (error) {
      if (isLost(error) && attempt < ATTEMPTS) continue;
      if (!(error instanceof MsgdbError)) throw error;
      const message = `work tables in schema ${workplace.settings.historySchema}, or what an index build made for its time, may be left, and the next run removes them: ${error.message}`;
      workplace.emit({ kind: 'note', message });
      return;
    }
  }
}

function isLost(error: unknown): boolean {
  return error instanceof MsgdbError && error.code === 'MSGDB_CONNECTION_LOST';
}
