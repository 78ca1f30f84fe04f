import { countOf, formatCount } from '../model/count-of.ts';
import type { TableImage } from '../model/dedupe.ts';
import type { Refusals } from '../model/refusals.ts';
import { tableLabel } from '../model/table-label.ts';
import { tableId } from '../model/table-name.ts';

/** PostgreSQL's MaxHeapAttributeNumber: no table has more columns (54011). */
const MOST_COLUMNS = 1_600;
/** What the archive notes of an image: its ledger entry, its kind, its pair, and when it was restored. */
const NOTED = 4;

/**
 * Refuses what the archive cannot hold: its table has the columns of the source, and a few of its own.
 * @param more another way out, where there is one.
 */
export function refuseWideImages(images: readonly TableImage[], refusals: Refusals, more = ''): void {
  const seen = new Set<string>();
  for (const { table, columns, identity } of images) {
    const label = tableLabel(table);
    const most = MOST_COLUMNS - NOTED - identity.length;
    if (columns.length <= most || seen.has(tableId(table))) continue;
    seen.add(tableId(table));
    refusals.add(
      'MSGDB_REFUSED',
      `${label} has ${countOf(columns.length, 'column')}, and the archive can hold rows of at most ${formatCount(most)}: no table of PostgreSQL has more than 1,600 columns, and the archive needs ${MOST_COLUMNS - most} of its own.`,
      `Drop or move at least ${countOf(columns.length - most, 'column')} of ${label}${more}.`,
    );
  }
}
