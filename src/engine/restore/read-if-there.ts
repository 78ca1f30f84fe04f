import { readTable } from '../../catalog/read-table.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableFacts } from '../../model/facts.ts';
import type { Queryable } from '../../model/statement.ts';
import type { TableName } from '../../model/table-name.ts';

/** What the catalogue says of a table; undefined where it is gone. */
export async function readIfThere(tx: Queryable, table: TableName): Promise<TableFacts | undefined> {
  try {
    return await readTable(tx, table);
  } catch (error) {
    if (error instanceof MsgdbError && error.code === 'MSGDB_TABLE_NOT_FOUND') return undefined;
    throw error;
  }
}
