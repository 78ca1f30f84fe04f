import type { Queryable, Rows, Statement } from '../model/statement.ts';

/**
 * Sends statements one after the other without waiting for the answers: one journey to the server. Each may build on
 * those before it. In a transaction, where PostgreSQL refuses all that follow one that failed (25P02).
 * @throws what the first one failed with.
 */
export async function queryTogether(tx: Queryable, statements: readonly Statement[]): Promise<readonly Rows[]> {
  return await Promise.all(statements.map(async (each) => tx.query(each)));
}
