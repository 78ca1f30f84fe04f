import { readRows } from '../../catalog/read-rows.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Context } from '../context/context.ts';
import { connectToRead } from '../context/with-database.ts';

/**
 * The rows that a user's query gives, each of which names a database or a schema.
 * @param source where the query was given, for messages.
 */
export async function queryTargets(
  context: Context,
  query: string,
  source: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return await connectToRead(context, 'targets', async (workplace) =>
    readOnly(workplace, async (db) => readRows(db, query, source)),
  );
}
