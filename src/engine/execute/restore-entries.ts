import { readTable } from '../../catalog/read-table.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { RowEntry } from '../../model/ledger.ts';
import type { ImageColumn } from '../../model/plan.ts';
import { type Queryable, type Statement, statement } from '../../model/statement.ts';
import { imageOf, tableLabel } from '../../plan/names.ts';
import { quoteTable } from '../../sql/quote.ts';
import { HOUSE } from '../../sql/relation.ts';
import { countWaiting, lockCreated, type Restoration, restoreRows, waitingRows } from '../../sql/restore.ts';
import { changingTriggers, setTrigger } from '../../sql/triggers.ts';
import { readArchiveColumns } from '../history/read-ledger.ts';
import type { Run } from '../run/workplace.ts';
import { addOutcomes, NOTHING_DONE, type NotRestored, type Outcome } from './outcome.ts';

/**
 * Puts back what the ledger's entries say was changed, newest first. Rows that no longer fit the present ones stay in the
 * archive and are reported; newer data is never overwritten.
 */
export async function restoreEntries(tx: Queryable, run: Run, entries: readonly RowEntry[]): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  // Without statistics the images before and after are joined row by row.
  for (const archive of new Set(entries.map((entry) => entry.archive))) {
    await tx.query(statement(`analyze ${quoteTable({ schema: HOUSE, name: archive })}`));
  }
  for (const [place, entry] of entries.entries()) {
    outcomes.push(await restoreEntry(tx, entry));
    run.emit({ kind: 'progress', title: 'ledger entries restored', done: place + 1, total: entries.length });
  }
  return addOutcomes(outcomes);
}

async function restoreEntry(tx: Queryable, entry: RowEntry): Promise<Outcome> {
  const restoration = await prepare(tx, entry);
  if (!restoration) return refused(entry, entry.rows, 'the table is gone');
  const [count] = await tx.query(countWaiting(restoration));
  const waiting = Number(count?.rows);
  if (waiting === 0) return NOTHING_DONE;
  const together = await attempt(tx, restoration);
  const restored = typeof together === 'number' ? together : 0;
  let reason = typeof together === 'number' ? undefined : together;
  let total = restored;
  if (restored < waiting && needsOneByOne(restoration, together)) {
    for await (const place of eachWaiting(tx, restoration)) {
      const alone = await attempt(tx, { ...restoration, only: place });
      if (typeof alone === 'number') total += alone;
      else reason ??= alone;
    }
  }
  const whole = total === waiting;
  await tx.query(
    statement(
      `update msgdb.ledger
          set restored_count = restored_count + $2::text::bigint, undone_at = case when $3 then clock_timestamp() end
        where id = $1::text::bigint`,
      [entry.id, total, whole],
    ),
  );
  if (whole) {
    return { ...NOTHING_DONE, restored: total };
  }
  const why = reason ?? 'they, or what they refer to, are no longer what they were left as';
  return { ...refused(entry, waiting - total, why), restored: total };
}

/** The places of an entry's rows, read in portions: there may be millions. */
async function* eachWaiting(tx: Queryable, restoration: Restoration): AsyncGenerator<string> {
  let last = '(0,0)';
  for (;;) {
    const places = (await tx.query(waitingRows(restoration, last))).map((row) => String(row.place));
    yield* places;
    const end = places.at(-1);
    if (end === undefined) return;
    last = end;
  }
}

/** One row in the way makes the whole statement fail; rows without a primary key are found one by one anyway. */
function needsOneByOne({ table, entry }: Restoration, together: number | string): boolean {
  return typeof together === 'string' || (table.identity.length === 0 && entry.kind !== 'removed');
}

/** Restores, or says why it cannot; the transaction goes on in either case. */
async function attempt(tx: Queryable, restoration: Restoration): Promise<number | string> {
  await tx.query(statement('savepoint msgdb_restore'));
  try {
    const triggers = await silence(tx, restoration);
    if (restoration.entry.kind === 'created') await tx.query(lockCreated(restoration));
    const [row] = await tx.query(restoreRows(restoration));
    // A deferred check would come at COMMIT, and then take all other rows back with it; and it is in the way of ALTER TABLE.
    await tx.query(statement('set constraints all immediate'));
    for (const enable of triggers) await tx.query(enable);
    await tx.query(statement('release savepoint msgdb_restore'));
    return Number(row?.rows);
  } catch (error) {
    if (!(error instanceof MsgdbError) || !EXPECTED.has(error.code)) throw error;
    await tx.query(statement('rollback to savepoint msgdb_restore'));
    await tx.query(statement('release savepoint msgdb_restore'));
    return error.message;
  }
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

async function prepare(tx: Queryable, entry: RowEntry): Promise<Restoration | undefined> {
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

function refused(entry: RowEntry, rows: number, reason: string): Outcome {
  const notRestored: NotRestored = { table: tableLabel(entry.table), rows, reason };
  return { ...NOTHING_DONE, notRestored: [notRestored] };
}
