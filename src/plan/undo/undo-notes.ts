import { countOf } from '../../model/count-of.ts';
import type { Key } from '../../model/dedupe.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import type { TableOperation } from '../../model/operations/table-operation.ts';
import { keyLabel, partLabel } from '../../resolve/resolve-key.ts';
import type { ResolvedOperation } from '../../resolve/resolve-operation.ts';

/** What an undo leaves as it is, cannot bring back, or takes from the application. */
export function undoNotes(
  operation: TableOperation,
  resolved: ResolvedOperation,
  entries: readonly LedgerEntry[],
): readonly string[] {
  const accepted = entries.find((entry) => entry.kind === 'accepted-index');
  const built = entries.some((entry) => entry.kind === 'built-index');
  const lost = sumRows(entries, 'deleted');
  const purged = sumRows(entries, 'purged');
  return [
    ...(accepted && !built ? [`${accepted.index} was there before the migration and stays.`] : []),
    ...(operation.kind === 'unique-key' && resolved.kind === 'unique-key' && built ? [upsertsFail(resolved.key)] : []),
    ...(purged > 0
      ? [`${countOf(purged, 'archived row was', 'archived rows were')} purged and cannot be restored.`]
      : []),
    ...(lost > 0
      ? [`${countOf(lost, 'row was', 'rows were')} removed without a copy (losers: 'delete') and cannot be restored.`]
      : []),
  ];
}

function sumRows(entries: readonly LedgerEntry[], kind: 'deleted' | 'purged'): number {
  return entries.reduce((sum, entry) => sum + (entry.kind === kind ? entry.rows : 0), 0);
}

function upsertsFail(key: Key): string {
  const target = `(${key.columns.map(partLabel).join(', ')})${key.predicate ? ` WHERE ${key.predicate}` : ''}`;
  return `Upserts with ON CONFLICT ${target} on ${keyLabel(key).split(' (')[0]} will fail with 42P10 from then on.`;
}
