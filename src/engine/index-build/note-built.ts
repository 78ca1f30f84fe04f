import { readBuiltHere, readIndexOid } from '../../catalog/built-indexes.ts';
import type { TableName } from '../../model/facts.ts';
import type { Queryable } from '../../model/statement.ts';
import type { Run } from '../../session/workplace.ts';

/** Notes a unique index that the run has built concurrently: it is the proof that its table has no copies. */
export async function noteBuilt(run: Run, index: TableName): Promise<void> {
  if (missesRows(run.server.versionNumber)) return;
  for (const oid of await readIndexOid(run.session, index)) run.built.add(oid);
}

/** The same in the transaction that has built it. */
export async function noteBuiltHere(run: Run, tx: Queryable, index: TableName): Promise<void> {
  for (const oid of await readBuiltHere(tx, index)) run.built.add(oid);
}

/** Concurrent builds of PostgreSQL 14.0 to 14.3 could leave rows out that were updated meanwhile (release notes of 14.4). */
function missesRows(versionNumber: number): boolean {
  return versionNumber >= 140_000 && versionNumber < 140_004;
}
