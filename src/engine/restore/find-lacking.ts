import type { ServerFacts } from '../../model/facts.ts';
import type { Finding } from '../../model/finding.ts';
import type { RowEntry } from '../../model/ledger.ts';
import { Refusals } from '../../model/refusals.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { type TableName, tableId } from '../../model/table-name.ts';
import { lackForRestore } from '../../resolve/lack-restore.ts';
import { readIfThere } from './read-if-there.ts';

/** What the role lacks for putting back rows of the ledger's entries. A table that is gone lacks nothing. */
export async function findLacking(
  db: Queryable,
  server: ServerFacts,
  entries: readonly RowEntry[],
): Promise<readonly Finding[]> {
  const names = new Map<string, TableName>(entries.map(({ table }) => [tableId(table), table]));
  const found = await Promise.all([...names.values()].map(async (name) => readIfThere(db, name)));
  const tables = found.filter((table) => table !== undefined);
  return tables.flatMap((table) => {
    const refusals = new Refusals(tableLabel(table.table));
    lackForRestore(entries, { tables: [table], server }, refusals);
    return refusals.lacking;
  });
}
