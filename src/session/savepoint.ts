import type { Queryable } from '../model/statement.ts';
import { RELEASE_SAVEPOINT, SET_SAVEPOINT, UNDO_TO_SAVEPOINT } from '../sql/transaction.ts';

/** Does work in a transaction that continues when the work fails: what it did until then is undone, and the error passed on. */
export async function withSavepoint<Result>(db: Queryable, work: () => Promise<Result>): Promise<Result> {
  try {
    // One after the other on the connection, without waiting for each answer.
    const [, result] = await Promise.all([db.query(SET_SAVEPOINT), work()]);
    db.query(RELEASE_SAVEPOINT).catch(() => undefined);
    return result;
  } catch (error) {
    // Over a connection that is gone nothing can be undone, and nothing is left to undo.
    await db.query(UNDO_TO_SAVEPOINT).catch(() => undefined);
    throw error;
  }
}
