import { isRecorded } from '../../catalog/read-ledger.ts';
import type { TableName } from '../../model/facts.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import type { Queryable } from '../../model/statement.ts';
import type { Run } from '../../session/workplace.ts';
import { type Origin, openEntry } from '../../sql/history-schema.ts';

/**
 * Notes a change that outlives a kill between it and its record: noted before it is made, and not again when the run is
 * repeated. An index that an earlier attempt noted as built is not noted as found.
 */
export async function recordOnce(
  db: Queryable,
  origin: Origin,
  kind: LedgerEntry['kind'],
  object: Readonly<Record<string, unknown>>,
): Promise<void> {
  const kinds = kind === 'accepted-index' ? (['accepted-index', 'built-index'] as const) : [kind];
  if (await isRecorded(db, origin, kinds, object)) return;
  await db.query(openEntry(origin, kind, object));
}

/** Notes an index of a partition that becomes a part of the one that is built: undo has to leave it as it was. */
export function recordAdopted(run: Run, origin: Origin) {
  return async (adopted: { readonly table: TableName; readonly index: string; readonly definition: string }) => {
    await run.session.query(openEntry(origin, 'accepted-index', adopted));
  };
}
