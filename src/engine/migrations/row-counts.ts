import type { TableName } from '../../model/facts.ts';
import { statement } from '../../model/statement.ts';
import type { Workplace } from '../../session/workplace.ts';
import { quoteTable } from '../../sql/quote.ts';

/** Rows of a table before and after. */
export interface RowCounts {
  readonly table: string;
  readonly before: number;
  readonly after: number;
}

export async function countRows({ session }: Workplace, table: TableName): Promise<number> {
  const [row] = await session.query(statement(`select count(*) as rows from ${quoteTable(table)}`));
  return Number(row?.rows);
}
