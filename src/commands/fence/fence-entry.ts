import type { FenceEntry, KeptFence } from '../../model/kept-fence.ts';
import { tableLabel } from '../../model/table-label.ts';

/** A kept fence as reports show it. */
export function entryOf({ table, servedBy, id: _, ...fence }: KeptFence): FenceEntry {
  return { ...fence, table: tableLabel(table), servedBy: servedBy ?? null };
}
