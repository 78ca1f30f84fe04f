import { readArchiveColumns } from '../../catalog/read-ledger.ts';
import { readTable } from '../../catalog/read-table.ts';
import type { ImageColumn } from '../../model/dedupe.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { RowEntry } from '../../model/ledger.ts';
import { type Queryable, type Statement, statement } from '../../model/statement.ts';
import { imageOf } from '../../resolve/image-of.ts';
import { countWaiting, lockCreated, type Restoration, recordRestored, restoreRows } from '../../sql/restore.ts';
import { changingTriggers, setTrigger } from '../../sql/triggers.ts';

/** Restores, or says why it cannot; the transaction goes on in either case. */
export async function attempt(tx: Queryable, restoration: Restoration): Promise<number | string> {
  await tx.query(statement('savepoint msgdb_restore'));
  try {
    const triggers = await silence(tx, restoration);
    const rows = await restore(tx, restoration);
    // A deferred check would come at COMMIT, and then take all other rows back with it; and it is in the way of ALTER TABLE.
    await tx.query(statement('set constraints all immediate'));
    for (const enable of triggers) await tx.query(enable);
    await tx.query(statement('release savepoint msgdb_restore'));
    return rows;
  } catch (error) {
    if (!(error instanceof MsgdbError) || !EXPECTED.has(error.code)) throw error;
    await tx.query(statement('rollback to savepoint msgdb_restore'));
    await tx.query(statement('release savepoint msgdb_restore'));
    return error.message;
  }
}

/** What came back of an entry. */
export interface Restored {
  readonly restoration: Restoration;
  readonly waiting: number;
  readonly rows: number;
}

/**
 * Rows that were re-pointed before a deferred foreign key was checked can only come back in the same way: all entries at
 * once. Undefined, with nothing done, where there is no such key, or where what would be back is not in order.
 */
export async function attemptTogether(
  tx: Queryable,
  entries: readonly RowEntry[],
): Promise<readonly Restored[] | undefined> {
  const restorations: Restoration[] = [];
  for (const entry of entries) {
    const restoration = await prepare(tx, entry);
    if (restoration) restorations.push(restoration);
  }
  const deferred = restorations.some(({ referencedBy }) => referencedBy.some((key) => key.deferred));
  if (!deferred || restorations.length < entries.length) return undefined;
  await tx.query(statement('savepoint msgdb_restore'));
  const restored = await restoreTogether(tx, restorations);
  if (!restored) await tx.query(statement('rollback to savepoint msgdb_restore'));
  await tx.query(statement('release savepoint msgdb_restore'));
  return restored;
}

async function restoreTogether(
  tx: Queryable,
  restorations: readonly Restoration[],
): Promise<readonly Restored[] | undefined> {
  const restored: Restored[] = [];
  try {
    const triggers: Statement[] = [];
    for (const restoration of restorations) triggers.push(...(await silence(tx, restoration)));
    await tx.query(statement('set constraints all deferred'));
    for (const restoration of restorations) {
      const { entry, table } = restoration;
      const [count] = await tx.query(countWaiting(restoration));
      const waiting = Number(count?.rows);
      if (waiting === 0) continue;
      const rows = await restore(tx, restoration);
      // Rows that nothing identifies are found one by one.
      if (rows < waiting && table.identity.length === 0) return undefined;
      await tx.query(recordRestored(entry, rows, rows === waiting ? 'whole' : 'in part'));
      restored.push({ restoration, waiting, rows });
    }
    await tx.query(statement('set constraints all immediate'));
    for (const enable of triggers) await tx.query(enable);
    return restored;
  } catch (error) {
    if (!(error instanceof MsgdbError) || !EXPECTED.has(error.code)) throw error;
    return undefined;
  }
}

async function restore(tx: Queryable, restoration: Restoration): Promise<number> {
  if (restoration.entry.kind === 'created') await tx.query(lockCreated(restoration));
  const [row] = await tx.query(restoreRows(restoration));
  return Number(row?.rows);
}

const EXPECTED: ReadonlySet<string> = new Set(['MSGDB_DATABASE_ERROR', 'MSGDB_PERMISSION_DENIED']);

/**
 * Disables the triggers that would change a row on its way back, such as one that sets updated_at, and gives the
 * statements that enable them again as they were. What triggers do afterwards, elsewhere, still happens.
 */
async function silence(tx: Queryable, { entry, table }: Restoration): Promise<readonly Statement[]> {
  if (entry.kind === 'created') return [];
  const enabling: Statement[] = [];
  for (const row of await tx.query(changingTriggers(table.table, entry.kind === 'removed' ? 'insert' : 'update'))) {
    await tx.query(setTrigger(table.table, 'disable', String(row.name)));
    enabling.push(setTrigger(table.table, row.always === true ? 'enable always' : 'enable', String(row.name)));
  }
  return enabling;
}

export async function prepare(tx: Queryable, entry: RowEntry): Promise<Restoration | undefined> {
  const archived = await readArchiveColumns(tx, entry.archive);
  try {
    const facts = await readTable(tx, entry.table);
    const table = imageOf(facts);
    const present = new Map(table.columns.map((column) => [column.name, column]));
    const columns = archived.flatMap(({ name }): readonly ImageColumn[] => {
      const column = present.get(name);
      return column ? [column] : [];
    });
    return { entry, table, columns, referencedBy: facts.referencedBy };
  } catch (error) {
    if (error instanceof MsgdbError && error.code === 'MSGDB_TABLE_NOT_FOUND') return undefined;
    throw error;
  }
}
