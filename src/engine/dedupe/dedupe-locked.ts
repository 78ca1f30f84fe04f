import type { PlannedDedupe } from '../../model/dedupe.ts';
import { NOTHING_DONE, type Outcome, Tally } from '../../model/outcome.ts';
import type { Queryable } from '../../model/statement.ts';
import { stopIfInterrupted } from '../../session/interrupt.ts';
import type { Run } from '../../session/workplace.ts';
import { absorbLosers } from '../../sql/dedupe/absorb.ts';
import { resetPageCost } from '../../sql/dedupe/keyed.ts';
import { rankEveryRow, rankedTable, rankKnown, rankStaged } from '../../sql/dedupe/rank.ts';
import type { BatchStatement } from '../../sql/dedupe/statements.ts';
import { dropEmptyEntries, type Origin } from '../../sql/history-schema.ts';
import { readInserted, refuseNewCopies } from './new-copies.ts';
import { prepareIn } from './prepare-removal.ts';
import { refuseGrowth } from './refuse-growth.ts';
import { runBatch } from './run-batch.ts';
import {
  type Afterwards,
  findSuspects,
  readNow,
  type Search,
  type Suspects,
  searchOn,
  stageSuspects,
  stillKnown,
} from './stage-groups.ts';

/** What the passes look at: the first one, and the others. */
interface Passes {
  readonly ranks: 'suspects' | 'every row';
  readonly search: Search;
  readonly afterwards: Afterwards;
}

/** A removal under a lock, while it is done. */
interface Removal {
  readonly tx: Queryable;
  readonly dedupe: PlannedDedupe;
  readonly ranked: string;
  readonly absorb: readonly BatchStatement[];
  readonly afterwards: Afterwards;
  /** Rows inserted into the table before the first pass, as the session counts them. */
  readonly inserted: number;
  readonly done: Tally;
}

/** Removes all excess rows in the caller's transaction, whose table lock keeps writers out. */
export async function dedupeLocked(
  tx: Queryable,
  run: Run,
  dedupe: PlannedDedupe,
  { ranks, search, afterwards }: Passes,
  origin: Origin,
): Promise<Outcome> {
  await prepareIn(tx, dedupe);
  const ranked = rankedTable(0);
  const absorb = absorbLosers(dedupe, 0, origin);
  const inserted = await readInserted(tx, dedupe);
  const removal: Removal = { tx, dedupe, ranked, absorb, afterwards, inserted, done: new Tally() };
  let next: Search | undefined = ranks === 'every row' ? await removeRanked(removal) : search;
  // What a look before the lock has found is not all.
  let complete = ranks === 'every row';
  // The last pass finds nothing. Re-pointing can make new copies for it, where the key holds a reference to the table
  // itself, as in a tree by (parent, name).
  while (next) {
    stopIfInterrupted(run.signal);
    const present: Search = next;
    next = await removeStaged(removal, present, complete ? 'new copies' : 'copies');
    complete ||= present.among !== 'hashes';
  }
  await tx.query(dropEmptyEntries(run.id));
  return removal.done.sum;
}

/** Ranks every row of the table at once. Gives where the next pass looks. */
async function removeRanked({ tx, dedupe, ranked, absorb, afterwards, done }: Removal): Promise<Search> {
  const asOf = await readNow(tx);
  done.add(await runBatch(tx, [...rankEveryRow(dedupe, ranked), ...absorb]));
  await refuseGrowth(tx, dedupe, done.sum.removed);
  return searchOn(afterwards, asOf, done.sum.disagreeing);
}

/** One pass. Gives where the next one looks; undefined when there is nothing left to remove. */
async function removeStaged(
  removal: Removal,
  search: Search,
  finds: 'copies' | 'new copies',
): Promise<Search | undefined> {
  const { tx, dedupe, absorb, afterwards, inserted, done } = removal;
  const suspects = await findSuspects(tx, dedupe.key, search);
  const last = search.among !== 'hashes';
  const { groups, rank } = await rankSuspects(removal, suspects, search);
  if (groups === 0 && last) return undefined;
  done.beginPass();
  const outcome = await runBatch(tx, [...rank, ...absorb]);
  await tx.query(resetPageCost());
  done.add(outcome);
  await refuseGrowth(tx, dedupe, done.sum.removed);
  if (finds === 'new copies' && outcome.removed > 0) await refuseNewCopies(tx, dedupe, inserted);
  if (outcome.removed === 0 && last) {
    done.add({ ...NOTHING_DONE, unsettled: groups - outcome.disagreeing });
    return undefined;
  }
  return searchOn(afterwards, suspects.asOf, done.sum.disagreeing);
}

/** How many groups are suspect, and what ranks them. With their hashes one read is enough, which nobody else can outdate. */
async function rankSuspects(
  { tx, dedupe, ranked, done }: Removal,
  suspects: Suspects,
  { among }: Search,
): Promise<{ readonly groups: number; readonly rank: readonly BatchStatement[] }> {
  // Most newcomers have no copy: how many have one is counted when they are staged.
  if (among !== 'newcomers' && dedupe.key.grouping !== 'sort') {
    const known = await stillKnown(tx, dedupe.key, suspects);
    if (known) return { groups: suspects.count ?? 0, rank: rankKnown(dedupe, ranked, known) };
  }
  const staged = await stageSuspects(tx, dedupe, suspects);
  await refuseGrowth(tx, dedupe, done.sum.removed + staged.rows - staged.groups);
  return { groups: staged.groups, rank: rankStaged(dedupe, ranked) };
}
