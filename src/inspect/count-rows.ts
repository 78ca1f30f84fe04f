import type { TableName } from '../model/facts.ts';
import type { Queryable } from '../model/statement.ts';
import { selectRowCount } from '../sql/table.ts';

/** How many rows a table has, those of tables that inherit from it too. */
export async function countRows(db: Queryable, table: TableName): Promise<number> {
  const [row] = await db.query(selectRowCount(table));
  return Number(row?.rows);
}
