import { readArchiveColumns } from '../../catalog/read-ledger.ts';
import type { ImageColumn } from '../../model/dedupe.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableFacts } from '../../model/facts.ts';
import type { RowEntry } from '../../model/ledger.ts';
import type { Queryable, Statement } from '../../model/statement.ts';
import { tableId } from '../../model/table-name.ts';
import { imageOf } from '../../resolve/image-of.ts';
import { withSavepoint } from '../../session/savepoint.ts';
import { countWaiting, lockCreated, type Restoration, recordRestored, restoreRows } from '../../sql/restore.ts';
import { CHECK_DEFERRED, DEFER_CHECKS } from '../../sql/transaction.ts';
import { changingTriggers, setTrigger } from '../../sql/triggers.ts';
import { readIfThere } from './read-if-there.ts';

/** Restores, or says why it cannot; the transaction continues in either case. */
export async function attempt(tx: Queryable, restoration: Restoration): Promise<number | string> {
  try {
    return await withSavepoint(tx, async () => {
      const triggers = await silence(tx, restoration);
      const rows = await restore(tx, restoration);
      // A deferred check would come at COMMIT, and then take all other rows back with it; and it is in the way of ALTER TABLE.
      await tx.query(CHECK_DEFERRED);
      for (const enable of triggers) await tx.query(enable);
      return rows;
    });
  } catch (error) {
    if (!isExpected(error)) throw error;
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
  prepared: readonly (Restoration | undefined)[],
): Promise<readonly Restored[] | undefined> {
  const restorations = prepared.filter((each) => each !== undefined);
  const deferred = restorations.some(({ referencedBy }) => referencedBy.some((key) => key.deferred));
  if (!deferred || restorations.length < prepared.length) return undefined;
  try {
    return await withSavepoint(tx, async () => restoreTogether(tx, restorations));
  } catch (error) {
    if (!(error instanceof OneByOne) && !isExpected(error)) throw error;
    return undefined;
  }
}

/** Rows that nothing identifies are found one by one. */
class OneByOne extends Error {}

async function restoreTogether(tx: Queryable, restorations: readonly Restoration[]): Promise<readonly Restored[]> {
  const restored: Restored[] = [];
  const triggers: Statement[] = [];
  for (const restoration of restorations) triggers.push(...(await silence(tx, restoration)));
  await tx.query(DEFER_CHECKS);
  for (const restoration of restorations) {
    const { entry, table } = restoration;
    const [count] = await tx.query(countWaiting(restoration));
    const waiting = Number(count?.rows);
    if (waiting === 0) continue;
    const rows = await restore(tx, restoration);
    if (rows < waiting && table.identity.length === 0) throw new OneByOne();
    await tx.query(recordRestored(entry, rows, rows === waiting ? 'whole' : 'in part'));
    restored.push({ restoration, waiting, rows });
  }
  await tx.query(CHECK_DEFERRED);
  for (const enable of triggers) await tx.query(enable);
  return restored;
}

async function restore(tx: Queryable, restoration: Restoration): Promise<number> {
  if (restoration.entry.kind === 'created') await tx.query(lockCreated(restoration));
  const [row] = await tx.query(restoreRows(restoration));
  return Number(row?.rows);
}

/** What the database has against the rows; an interruption or a lost connection ends the restoring. */
function isExpected(error: unknown): error is MsgdbError {
  return (
    error instanceof MsgdbError && (error.code === 'MSGDB_DATABASE_ERROR' || error.code === 'MSGDB_PERMISSION_DENIED')
  );
}

/**
 * Disables the triggers that would change a row on its way back, such as one that sets updated_at, or write a row that
 * comes back as well, such as one that makes a profile for a new user, and gives the statements that enable them again as
 * they were. What else triggers do afterwards, elsewhere, still happens.
 */
async function silence(tx: Queryable, { entry, table }: Restoration): Promise<readonly Statement[]> {
  if (entry.kind === 'created') return [];
  const enabling: Statement[] = [];
  const event = entry.kind === 'removed' ? 'insert' : 'update';
  for (const row of await tx.query(changingTriggers(table.table, event, entry.runId))) {
    await tx.query(setTrigger(table.table, 'disable', String(row.name)));
    enabling.push(setTrigger(table.table, row.always === true ? 'enable always' : 'enable', String(row.name)));
  }
  return enabling;
}

/** What it takes to restore each entry; undefined where its table is gone. A table is read once, however many entries name it. */
export async function prepareAll(
  tx: Queryable,
  entries: readonly RowEntry[],
): Promise<readonly (Restoration | undefined)[]> {
  const tables = new Map<string, TableFacts | undefined>();
  const archives = new Map<string, readonly ImageColumn[]>();
  const prepared: (Restoration | undefined)[] = [];
  for (const entry of entries) {
    const { archive, table } = entry;
    const name = tableId(table);
    if (!tables.has(name)) tables.set(name, await readIfThere(tx, table));
    const archived = archives.get(archive) ?? (await readArchiveColumns(tx, archive));
    archives.set(archive, archived);
    const facts = tables.get(name);
    prepared.push(facts && prepare(entry, facts, archived));
  }
  return prepared;
}

function prepare(entry: RowEntry, facts: TableFacts, archived: readonly ImageColumn[]): Restoration {
  const table = imageOf(facts);
  const present = new Map(table.columns.map((column) => [column.name, column]));
  const columns = archived.flatMap(({ name }): readonly ImageColumn[] => {
    const column = present.get(name);
    return column ? [column] : [];
  });
  return { entry, table, columns, referencedBy: facts.referencedBy };
}
