import type { RowEntry } from '../../model/ledger.ts';
import { addOutcomes, NOTHING_DONE, type NotRestored, type Outcome } from '../../model/outcome.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { isSameTable } from '../../model/table-name.ts';
import type { Run } from '../../session/workplace.ts';
import { MSGDB_SCHEMA } from '../../sql/relation.ts';
import { countWaiting, type Restoration, recordRestored, waitingRows } from '../../sql/restore.ts';
import { analyzeTable } from '../../sql/table.ts';
import { attempt, attemptTogether, prepareAll, type Restored } from './attempt-restore.ts';
import { type Advice, describeKept, explainKept, type Kept, Reasons } from './not-restored.ts';

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
    for (const each of together)
      outcomes.push(await outcomeOf(tx, each, changedSince(each.restoration.entry, entries)));
    return addOutcomes(outcomes);
  }
  const total = entries.reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  for (const [place, entry] of entries.entries()) {
    outcomes.push(await restoreEntry(tx, entry, prepared[place], changedSince(entry, entries)));
    done += entry.rows;
    run.emit({ kind: 'progress', title: 'archived rows processed', done, total });
  }
  return addOutcomes(outcomes);
}

async function restoreEntry(
  tx: Queryable,
  entry: RowEntry,
  restoration: Restoration | undefined,
  changed: Advice | undefined,
): Promise<Outcome> {
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
      if (typeof alone === 'number') total += alone;
      else reasons.add(alone, place);
    }
  }
  await tx.query(recordRestored(entry, total, total === waiting ? 'whole' : 'in part'));
  return await outcomeOf(tx, { restoration, waiting, rows: total }, changed, reasons.all);
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
  changed: Advice | undefined,
  reasons: readonly Kept[] = [],
): Promise<Outcome> {
  if (rows === waiting) return { ...NOTHING_DONE, restored: rows };
  const refused = reasons.reduce((sum, each) => sum + each.rows, 0);
  const kept = [
    ...reasons,
    ...(rows + refused < waiting ? await explainKept(tx, restoration, { refused, changed }) : []),
  ];
  const notRestored: NotRestored[] = [];
  for (const each of kept) notRestored.push(await describeKept(tx, restoration, each));
  return { ...NOTHING_DONE, restored: rows, notRestored };
}

/** Newer values are not overwritten. A survivor then keeps what it took from copies that come back. */
function changedSince(entry: RowEntry, entries: readonly RowEntry[]): Advice | undefined {
  if (!hasTaken(entry, entries)) return undefined;
  const { runId } = entry;
  return {
    reason: 'changed since the run, and left with the values taken from copies that come back',
    fix: `\`msgdb archive show ${runId}\` shows the values before and after the run: take off with UPDATE what came from copies (a sum counts them twice now). Or set the row to its values after the run, and run \`msgdb archive restore ${runId}\` again.`,
  };
}

/** Survivors that took values from rows of their table that the run removed. */
function hasTaken({ kind, refersTo, table, operation }: RowEntry, entries: readonly RowEntry[]): boolean {
  const isTheirs = (each: RowEntry): boolean =>
    each.kind === 'removed' && each.operation === operation && isSameTable(each.table, table);
  return kind === 'updated' && refersTo === undefined && entries.some(isTheirs);
}
