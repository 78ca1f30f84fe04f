import { readFences } from '../../catalog/read-fences.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import { tableLabel } from '../../model/table-label.ts';
import type { Run } from '../../session/workplace.ts';
import { closeEntries } from '../../sql/history.ts';
import { dropKept } from '../index-build/keep-fence.ts';

/** A fence that a run has left, and that nobody has taken down. */
export function isOwnFence(entry: LedgerEntry): boolean {
  return entry.kind === 'kept-fence';
}

/** Takes down the fences that a run has left, and gives the names of their tables: the rows that come back are copies. */
export async function dropOwnFences(run: Run, entries: readonly LedgerEntry[]): Promise<readonly string[]> {
  const own = entries.filter(isOwnFence);
  if (own.length === 0) return [];
  const runs = new Set(own.map(({ runId }) => runId));
  const kept = (await readFences(run.session)).flatMap((fence) => fence.kept ?? []);
  const going = kept.filter(({ runId }) => runs.has(runId));
  for (const fence of going) await dropKept(run, fence);
  await run.session.query(closeEntries(own.map(({ id }) => id)));
  return going.map(({ table }) => tableLabel(table));
}
