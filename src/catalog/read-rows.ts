import type { Queryable, Row } from '../model/statement.ts';
import { oneQuery } from '../sql/one-query.ts';

/**
 * The rows that a user's query gives.
 * @param source where it was given, for messages.
 * @throws MsgdbError MSGDB_USAGE where it is not one SELECT.
 */
export async function readRows(db: Queryable, text: string, source: string): Promise<readonly Row[]> {
  return await db.query(await oneQuery(text, source));
}
