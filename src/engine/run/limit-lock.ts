import type { Queryable } from '../../model/statement.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import { limitStatements } from '../../sql/settings.ts';

/** How far a statement may go beyond the limit. Setting it takes a round trip, so it is not set for each statement. */
const SLACK_MS = 250;

/** The work under a lock took longer than writers are to wait; the transaction is undone. */
export class LockHeldTooLong extends Error {
  readonly seconds: number;

  constructor(seconds: number, cause?: unknown) {
    super(`the lock was held for ${seconds} s`, { cause });
    this.seconds = seconds;
  }
}

/**
 * Does work in a transaction that has just got its lock, for a limited number of seconds. By `statement_timeout`: a
 * cancel from here could come late, and end a statement of what is done instead.
 * @throws LockHeldTooLong when the time is over.
 */
export async function limitLock<Result>(
  tx: Queryable,
  seconds: number | undefined,
  work: (tx: Queryable) => Promise<Result>,
): Promise<Result> {
  if (seconds === undefined) return await work(tx);
  const end = performance.now() + seconds * 1000;
  const leftMs = (): number => end - performance.now();
  let lastSet = Number.POSITIVE_INFINITY;
  const limited: Queryable = {
    query: async (each) => {
      const left = leftMs();
      if (left <= 0) throw new LockHeldTooLong(seconds);
      if (lastSet - left > SLACK_MS) {
        lastSet = left;
        return (await Promise.all([tx.query(limitStatements(left)), tx.query(each)]))[1];
      }
      return await tx.query(each);
    },
  };
  try {
    const result = await work(limited);
    // COMMIT may wait for a synchronous standby: a timeout would end that wait, with a WARNING, and leave the rows
    // committed.
    await tx.query(limitStatements(0));
    return result;
  } catch (error) {
    if (leftMs() <= 0 && isTimeout(error)) throw new LockHeldTooLong(seconds, error);
    throw error;
  }
}

function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return sqlstateOf(error) === '57014' || isTimeout(error.cause);
}
