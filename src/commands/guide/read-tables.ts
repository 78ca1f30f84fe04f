import { readStatistics } from '../../catalog/read-statistics.ts';
import type { TableStatistics } from '../../model/discovery.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Context } from '../context/context.ts';
import { connectToRead } from '../context/with-database.ts';

/** The tables a person may choose from, by name, with their columns: those that the role may read. */
export async function readTables(context: Context): Promise<readonly TableStatistics[]> {
  return await connectToRead(context, 'dedupe', async (workplace) => {
    const tables = await readOnly(workplace, async (db) => readStatistics(db, { schema: undefined, table: undefined }));
    return tables.filter(({ readable }) => readable);
  });
}
