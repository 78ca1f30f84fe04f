import type { RowEntry } from '../../model/ledger.ts';
import { type Queryable, statement } from '../../model/statement.ts';
import { tableLabel } from '../../plan/names.ts';
import { quoteTable } from '../../sql/quote.ts';
import { HOUSE } from '../../sql/relation.ts';
import { countWaiting, type Restoration, recordRestored, waitingRows } from '../../sql/restore.ts';
import type { Run } from '../run/workplace.ts';
import { attempt, attemptTogether, prepare, type Restored } from './attempt-restore.ts';
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
  const together = await attemptTogether(tx, entries);
  if (together) return addOutcomes(together.map((each) => outcomeOf(each)));
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
  await tx.query(recordRestored(entry, total, total === waiting ? 'whole' : 'in part'));
  return outcomeOf({ entry, waiting, rows: total }, reason);
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

function outcomeOf({ entry, waiting, rows }: Restored, reason = NO_LONGER): Outcome {
  if (rows === waiting) return { ...NOTHING_DONE, restored: rows };
  return { ...refused(entry, waiting - rows, reason), restored: rows };
}

const NO_LONGER = 'they, or what they refer to, are no longer what they were left as';

function refused(entry: RowEntry, rows: number, reason: string): Outcome {
  const notRestored: NotRestored = { table: tableLabel(entry.table), rows, reason };
  return { ...NOTHING_DONE, notRestored: [notRestored] };
}
