import { MsgdbError } from '../../model/errors.ts';
import type { Dedupe } from '../../model/plan.ts';
import type { Queryable } from '../../model/statement.ts';
import { allowLosers } from '../../plan/limit-losers.ts';
import { tableLabel } from '../../plan/names.ts';
import { absorbLosers } from '../../sql/dedupe/absorb.ts';
import { imagesOf } from '../../sql/dedupe/images.ts';
import { FIND_SETTINGS } from '../../sql/dedupe/keyed.ts';
import { createMoved } from '../../sql/dedupe/live-tables.ts';
import { type GroupRange, lockAndRank, RANKED } from '../../sql/dedupe/rank.ts';
import { stageGroups } from '../../sql/dedupe/stage.ts';
import { createArchive, dropEmptyEntries, type Origin } from '../../sql/house.ts';
import { pause, stopIfInterrupted } from '../run/interrupt.ts';
import { lockSettings, retryLock } from '../run/retry-lock.ts';
import type { Run } from '../run/workplace.ts';
import { addOutcomes, NOTHING_DONE, type Outcome } from './outcome.ts';
import { runBatch } from './run-batch.ts';
import { tryKey } from './try-key.ts';

/** Passes that find new duplicates every time are given up after so many: something else makes them. */
const MOST_PASSES = 20;

/** Removes all excess rows in the caller's transaction, whose table lock keeps writers out. */
export async function dedupeLocked(tx: Queryable, run: Run, dedupe: Dedupe, origin: Origin): Promise<Outcome> {
  await tryKey(tx, dedupe.key);
  await prepareArchives(tx, dedupe);
  let total = NOTHING_DONE;
  for (;;) {
    const staged = await stage(tx, dedupe);
    if (staged.groups === 0) break;
    refuseGrowth(dedupe, total.removed + staged.rows - staged.groups);
    const outcome = await removeGroups(tx, dedupe, { from: 1, to: staged.groups }, origin);
    total = { ...addOutcomes([total, outcome]), disagreeing: outcome.disagreeing };
    // Re-pointing makes new copies where the key holds a reference to the table itself, as in a tree by (parent, name).
    if (outcome.removed === 0) break;
  }
  await tx.query(dropEmptyEntries(run.id));
  return total;
}

/**
 * Removes excess rows while the application writes: passes of short transactions, until a pass finds nothing. Each
 * batch is complete in itself, so the run may stop between any two; an error says what had been done by then.
 */
export async function dedupeOnline(run: Run, dedupe: Dedupe, origin: Origin): Promise<Outcome> {
  await run.session.transaction({}, async (tx) => {
    await tryKey(tx, dedupe.key);
    await prepareArchives(tx, dedupe);
  });
  const done: Outcome[] = [];
  try {
    await runPasses(run, dedupe, origin, done);
    return addOutcomes(done);
  } catch (error) {
    throw error instanceof MsgdbError ? stoppedAfter(error, run, addOutcomes(done)) : error;
  }
}

async function runPasses(run: Run, dedupe: Dedupe, origin: Origin, done: Outcome[]): Promise<void> {
  let idle = 0;
  for (let pass = 1; pass <= MOST_PASSES; pass += 1) {
    const { outcome, groups } = await runPass(run, dedupe, origin, done);
    // Groups that disagree stay, and would be found by every further pass.
    if (groups === outcome.disagreeing) return;
    // Nothing removed though something was suspected: its rows moved meanwhile, or only their hashes were equal.
    idle = outcome.removed === 0 ? idle + 1 : 0;
    if (idle === 2) return;
  }
  throw new MsgdbError('MSGDB_VERIFY_FAILED', {
    what: `New duplicates kept coming: ${MOST_PASSES} passes over ${tableLabel(dedupe.key.table)} each found some.`,
    why: 'The application writes copies faster than they can be removed.',
    fix: 'Stop the writer that makes them, or run with --strategy locked.',
  });
}

async function runPass(
  run: Run,
  dedupe: Dedupe,
  origin: Origin,
  done: Outcome[],
): Promise<{ readonly outcome: Outcome; readonly groups: number }> {
  const { session, settings, signal, emit } = run;
  const staged = await session.transaction({ settings: FIND_SETTINGS }, async (tx) => stage(tx, dedupe));
  refuseGrowth(dedupe, addOutcomes(done).removed + staged.rows - staged.groups);
  // Groups that disagreed in an earlier pass are met again in this one.
  done.splice(0, done.length, { ...addOutcomes(done), disagreeing: 0 });
  for (let from = 1; from <= staged.groups; from += settings.batchSize) {
    stopIfInterrupted(signal);
    const range = { from, to: Math.min(from + settings.batchSize - 1, staged.groups) };
    done.push(
      await retryLock(run, dedupe.key.table, async () =>
        session.transaction({ settings: lockSettings(run) }, async (tx) => removeGroups(tx, dedupe, range, origin)),
      ),
    );
    emit({
      kind: 'progress',
      title: `groups of ${tableLabel(dedupe.key.table)}`,
      done: range.to,
      total: staged.groups,
    });
    if (settings.batchDelayMs > 0) await pause(settings.batchDelayMs, signal);
  }
  await session.query(dropEmptyEntries(run.id));
  return { outcome: addOutcomes(done.slice(1)), groups: staged.groups };
}

/** Batches that were finished stay done: the error says so, and carries what came of them in `data.done`. */
export function stoppedAfter(error: MsgdbError, run: Run, done: Outcome): MsgdbError {
  if (done.removed === 0) return error;
  const removed = `${done.removed.toLocaleString('en-US')} rows had been removed by then, and are archived under run ${run.id}.`;
  return new MsgdbError(error.code, {
    what: `${error.message} ${removed}`,
    why: error.why,
    fix: error.fix,
    data: { ...error.data, done },
    cause: error,
  });
}

async function stage(tx: Queryable, dedupe: Dedupe): Promise<{ readonly groups: number; readonly rows: number }> {
  let last: readonly Readonly<Record<string, unknown>>[] = [];
  for (const each of stageGroups(dedupe.key)) last = await tx.query(each);
  return { groups: Number(last[0]?.groups), rows: Number(last[0]?.rows) };
}

async function removeGroups(tx: Queryable, dedupe: Dedupe, range: GroupRange, origin: Origin): Promise<Outcome> {
  return await runBatch(tx, [...lockAndRank(dedupe, range), ...createMoved(), ...absorbLosers(dedupe, RANKED, origin)]);
}

export async function prepareArchives(tx: Queryable, dedupe: Dedupe): Promise<void> {
  for (const image of imagesOf(dedupe)) {
    for (const each of createArchive(image)) await tx.query(each);
  }
}

function refuseGrowth(dedupe: Dedupe, losers: number): void {
  if (losers <= dedupe.limit) return;
  throw new MsgdbError('MSGDB_BLAST_RADIUS', {
    what: `${losers} rows of ${tableLabel(dedupe.key.table)} would be removed, but the limit is ${dedupe.limit}.`,
    fix: allowLosers(losers),
  });
}
