import type { RowEntry } from '../../model/ledger.ts';
import { addOutcomes, NOTHING_DONE, type NotRestored, type Outcome } from '../../model/outcome.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import type { Run } from '../../session/workplace.ts';
import { MSGDB_SCHEMA } from '../../sql/relation.ts';
import { countWaiting, type Restoration, recordRestored, waitingRows } from '../../sql/restore.ts';
import { analyzeTable } from '../../sql/table.ts';
import { attempt, attemptTogether, prepareAll, type Restored } from './attempt-restore.ts';
import { describeKept, type Kept, Reasons } from './not-restored.ts';

/**
 * Puts back what the ledger's entries say was changed, newest first. Rows that no longer fit the present ones stay in the
 * archive and are reported; newer data is never overwritten.
 */
export async function restoreEntries(tx: Queryable, run: Run, entries: readonly RowEntry[]): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  // Without statistics the images before and after are joined row by row.
  for (const archive of new Set(entries.map((entry) => entry.archive))) {
    await tx.query(analyzeTable({ schema: MSGDB_SCHEMA, name: archive }));
  }
  const prepared = await prepareAll(tx, entries);
  const together = await attemptTogether(tx, prepared);
  if (together) {
    for (const each of together) outcomes.push(await outcomeOf(tx, each));
    return addOutcomes(outcomes);
  }
  for (const [place, entry] of entries.entries()) {
    outcomes.push(await restoreEntry(tx, entry, prepared[place]));
    run.emit({ kind: 'progress', title: 'ledger entries restored', done: place + 1, total: entries.length });
  }
  return addOutcomes(outcomes);
}

async function restoreEntry(tx: Queryable, entry: RowEntry, restoration: Restoration | undefined): Promise<Outcome> {
  if (!restoration) {
    const { rows, runId } = entry;
    const gone = { table: tableLabel(entry.table), rows, runId, reason: 'the table is gone', identity: [], keys: [] };
    return { ...NOTHING_DONE, notRestored: [gone] };
  }
  const [count] = await tx.query(countWaiting(restoration));
  const waiting = Number(count?.rows);
  if (waiting === 0) return NOTHING_DONE;
  const together = await attempt(tx, restoration);
  let total = typeof together === 'number' ? together : 0;
  const reasons = new Reasons();
  if (total < waiting && needsOneByOne(restoration, together)) {
    for await (const place of eachWaiting(tx, restoration)) {
      const alone = await attempt(tx, { ...restoration, only: place });
      if (typeof alone === 'number' && alone > 0) total += alone;
      else reasons.add(typeof alone === 'string' ? alone : NO_LONGER, place);
    }
  }
  await tx.query(recordRestored(entry, total, total === waiting ? 'whole' : 'in part'));
  return await outcomeOf(tx, { restoration, waiting, rows: total }, reasons.all);
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

async function outcomeOf(
  tx: Queryable,
  { restoration, waiting, rows }: Restored,
  reasons: readonly Kept[] = [],
): Promise<Outcome> {
  if (rows === waiting) return { ...NOTHING_DONE, restored: rows };
  const kept = reasons.length > 0 ? reasons : [{ rows: waiting - rows, reason: NO_LONGER }];
  const notRestored: NotRestored[] = [];
  for (const each of kept) notRestored.push(await describeKept(tx, restoration, each));
  return { ...NOTHING_DONE, restored: rows, notRestored };
}

const NO_LONGER = 'they, or what they refer to, are no longer what they were left as';
