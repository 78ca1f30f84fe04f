import type { RowEntry } from '../../model/ledger.ts';
import { addOutcomes, NOTHING_DONE, type NotRestored, type Outcome } from '../../model/outcome.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import type { Run } from '../../session/workplace.ts';
import { OWN } from '../../sql/own-schema.ts';
import { countBack, countWaiting, type Restoration, recordRestored, waitingRows } from '../../sql/restore.ts';
import { analyzeTable } from '../../sql/table.ts';
import { attempt, attemptTogether, prepareAll, type Restored } from './attempt-restore.ts';
import { describeKept, explainKept, type Kept, Reasons } from './not-restored.ts';

/**
 * Puts back what the ledger's entries say was changed, newest first. Rows that no longer fit the present ones stay in the
 * archive and are reported; newer data is never overwritten.
 */
export async function restoreEntries(tx: Queryable, run: Run, entries: readonly RowEntry[]): Promise<Outcome> {
  const settled: Settled[] = [];
  // Without statistics the images before and after are joined row by row.
  for (const archive of new Set(entries.map((entry) => entry.archive))) {
    await tx.query(analyzeTable({ schema: OWN, name: archive }));
  }
  const prepared = await prepareAll(tx, entries);
  const together = await attemptTogether(tx, prepared);
  if (together) {
    for (const each of together) settled.push(await settle(tx, each));
    return await conclude(tx, settled);
  }
  const total = entries.reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  for (const [place, entry] of entries.entries()) {
    settled.push(await restoreEntry(tx, entry, prepared[place]));
    done += entry.rows;
    run.emit({ kind: 'progress', title: 'archived rows processed', done, total });
  }
  return await conclude(tx, settled);
}

/** What came of an entry. */
interface Settled {
  readonly entry: RowEntry;
  readonly outcome: Outcome;
  /** Those of the outcome's that were changed since: they keep what they took. */
  readonly changed: readonly NotRestored[];
}

async function restoreEntry(tx: Queryable, entry: RowEntry, restoration: Restoration | undefined): Promise<Settled> {
  if (!restoration) {
    const { rows, runId } = entry;
    const gone = { table: tableLabel(entry.table), rows, runId, reason: 'the table is gone', identity: [], keys: [] };
    return { entry, outcome: { ...NOTHING_DONE, notRestored: [gone] }, changed: [] };
  }
  const [count] = await tx.query(countWaiting(restoration));
  const waiting = Number(count?.rows);
  if (waiting === 0) return { entry, outcome: NOTHING_DONE, changed: [] };
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
  return await settle(tx, { restoration, waiting, rows: total }, reasons.all);
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

async function settle(
  tx: Queryable,
  { restoration, waiting, rows }: Restored,
  reasons: readonly Kept[] = [],
): Promise<Settled> {
  const { entry } = restoration;
  if (rows === waiting) return { entry, outcome: { ...NOTHING_DONE, restored: rows }, changed: [] };
  const refused = reasons.reduce((sum, each) => sum + each.rows, 0);
  const kept = [...reasons, ...(rows + refused < waiting ? await explainKept(tx, restoration, refused) : [])];
  const notRestored: NotRestored[] = [];
  const changed: NotRestored[] = [];
  for (const each of kept) {
    const described = await describeKept(tx, restoration, each);
    notRestored.push(described);
    if (each.changed) changed.push(described);
  }
  return { entry, outcome: { ...NOTHING_DONE, restored: rows, notRestored }, changed };
}

/** When everything is done: survivors come first, and whether their losers come back is known only then. */
async function conclude(tx: Queryable, settled: readonly Settled[]): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  for (const { entry, outcome, changed } of settled) {
    const twice = changed.length > 0 && (await tookFromRowsThatAreBack(tx, entry));
    const notRestored = outcome.notRestored.map((each) =>
      twice && changed.includes(each) ? { ...each, ...adviseSurvivor(each, entry) } : each,
    );
    outcomes.push({ ...outcome, notRestored });
  }
  return addOutcomes(outcomes);
}

/** Is it of survivors, to which rows were joined that are there again? An earlier restore may have put them back. */
async function tookFromRowsThatAreBack(tx: Queryable, entry: RowEntry): Promise<boolean> {
  if (entry.kind !== 'updated' || entry.refersTo !== undefined) return false;
  const [row] = await tx.query(countBack(entry));
  return Number(row?.rows) > 0;
}

/** How values were merged is not in the ledger. */
function adviseSurvivor({ reason }: NotRestored, { runId }: RowEntry): Pick<NotRestored, 'reason' | 'fix'> {
  return {
    reason: `${reason}; left with the values taken from copies that are back`,
    fix: `\`msgdb archive show ${runId}\` shows the values before and after the run: take off with UPDATE what came from copies (a sum counts them twice now). Or set the row to its values after the run, and run \`msgdb archive restore ${runId}\` again.`,
  };
}
