import type { LedgerEntry } from '../../model/ledger.ts';
import type { NotRestored } from '../../model/outcome.ts';
import { tableLabel } from '../../model/table-label.ts';

const FROM_BACKUP = 'Restore the rows from a backup of the database.';

/** Rows that a run changed and of which the archive has no image: an undo cannot bring them back. */
export function notKept(entry: LedgerEntry): readonly NotRestored[] {
  if (entry.kind !== 'purged' && entry.kind !== 'deleted') return [];
  const reason = entry.kind === 'purged' ? 'purged from the archive' : `removed without a copy (losers: 'delete')`;
  const { table, rows, runId } = entry;
  return [{ table: tableLabel(table), rows, reason, runId, identity: [], keys: [], fix: FROM_BACKUP }];
}
