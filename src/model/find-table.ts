import type { OperationFacts, TableFacts } from './facts.ts';
import { isSameTable, type TableName } from './table-name.ts';

/** What was read of a table, if it was. */
export function findTable(
  { table, related }: Pick<OperationFacts, 'table' | 'related'>,
  wanted: TableName,
): TableFacts | undefined {
  return [table, ...related].find((each) => isSameTable(each.table, wanted));
}
