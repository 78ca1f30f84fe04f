import { hasHistory } from '../../catalog/read-ledger.ts';
import { readTextual } from '../../catalog/read-textual.ts';
import type { PlannedDedupe } from '../../model/dedupe.ts';
import type { Queryable } from '../../model/statement.ts';
import type { PlannedTable } from '../../sql/dedupe/plan-members.ts';
import { findArchive } from '../../sql/history-schema.ts';
import type { PlanFile } from './read-plan-file.ts';

/** What the members of a plan file are compared with: the table, and the archive where its losers are marked. */
export async function readPlannedTable(
  db: Queryable,
  { sha256 }: Pick<PlanFile, 'sha256'>,
  dedupe: PlannedDedupe,
): Promise<PlannedTable> {
  const table = { dedupe, textual: await readTextual(db, dedupe.key.table) };
  if (typeof dedupe.losers !== 'object' || !(await hasHistory(db))) return table;
  const archives = await db.query(findArchive(dedupe.image));
  return archives.length > 0 ? { ...table, marked: sha256 } : table;
}
