import { takeCensus } from '../../inspect/survey/take-census.ts';
import { countOf, formatCount } from '../../model/count-of.ts';
import type { PlannedDedupe } from '../../model/dedupe.ts';
import { MsgdbError } from '../../model/errors.ts';
import { NOTHING_DONE, type Outcome, Tally } from '../../model/outcome.ts';
import { tableLabel } from '../../model/table-label.ts';
import { pause } from '../../session/interrupt.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Run } from '../../session/workplace.ts';
import type { Origin } from '../../sql/history-schema.ts';
import { Limits } from './limits.ts';
import { explainNewCopies } from './new-copies.ts';
import { prepare } from './prepare-removal.ts';
import { removeBusy } from './remove-busy.ts';
import { runPass } from './run-pass.ts';
import { type Afterwards, EVERY_ROW, type Search, searchOn } from './stage-groups.ts';

/** Passes that find new duplicates every time stop after this many: something keeps writing them. */
const MOST_PASSES = 20;
/** Passes in a row that removed nothing of what they suspected. */
const MOST_IDLE = 2;

/**
 * Removes excess rows while the application writes: passes of short transactions, until a pass finds nothing. Each
 * batch is complete in itself, so the run may stop between any two; an error says what had been done by then.
 * @throws MsgdbError MSGDB_VERIFY_FAILED when copies keep coming.
 */
export async function dedupeOnline(
  run: Run,
  dedupe: PlannedDedupe,
  origin: Origin,
  passes: PassOptions = {},
): Promise<Outcome> {
  const { outcome, settled } = await dedupePasses(run, dedupe, origin, { ...passes, most: MOST_PASSES });
  if (settled) return outcome;
  const table = tableLabel(dedupe.key.table);
  const causes =
    outcome.unsettled > 0
      ? {
          what: `${countOf(outcome.unsettled, 'group')} of ${table} could not be cleaned.`,
          why: `The application changes their rows all the time: ${countOf(Math.max(run.settings.lockRetries, 1), 'attempt')} to lock them found none as it was.`,
          fix: 'Run the same command again when it is quieter, or with --strategy locked.',
        }
      : {
          what: `New duplicates kept coming: ${MOST_PASSES} passes over ${table} each found some.`,
          ...(await explainNewCopies(run.session, dedupe)),
        };
  throw stoppedAfter(new MsgdbError('MSGDB_VERIFY_FAILED', causes), run, outcome, passes.already);
}

/** Where passes begin. */
export interface PassOptions {
  /** Where the first pass looks. */
  readonly search?: Search;
  /** `every row` when left out. */
  readonly afterwards?: Afterwards;
  /** Rows that the step has removed before: the limit is the run's. */
  readonly already?: number | undefined;
}

/** How far passes go. */
export interface PassesOptions extends PassOptions {
  /** Passes beyond the one over what a look has found. */
  readonly most: number;
}

/** What came of passes. */
export interface Passes {
  readonly outcome: Outcome;
  readonly settled: boolean;
  /** Where further passes would look. */
  readonly next: Search;
}

/**
 * The same with a limited number of passes: not settled when the last one still found copies, or rows of groups kept
 * moving (`unsettled` in the outcome).
 */
export async function dedupePasses(
  run: Run,
  dedupe: PlannedDedupe,
  origin: Origin,
  extent: PassesOptions,
): Promise<Passes> {
  await prepare(run, dedupe);
  const done = new Tally();
  try {
    return { ...(await runPasses(run, dedupe, origin, { ...extent, done })), outcome: done.sum };
  } catch (error) {
    throw error instanceof MsgdbError ? stoppedAfter(error, run, done.sum, extent.already) : error;
  }
}

async function runPasses(
  run: Run,
  dedupe: PlannedDedupe,
  origin: Origin,
  { done, most, already = 0, search = EVERY_ROW, afterwards = 'every row' }: PassesOptions & { readonly done: Tally },
): Promise<Omit<Passes, 'outcome'>> {
  const limits = new Limits(run.settings);
  let next = search;
  let idle = 0;
  let busy = 0;
  let unsettled = 0;
  let last = search.among === 'hashes' ? most + 1 : most;
  for (let pass = 1; pass <= last; pass += 1) {
    const { among } = next;
    const before = done.sum.removed;
    const { suspected, open, asOf } = await runPass(run, dedupe, origin, { done, search: next, limits, already });
    next = searchOn(afterwards, asOf, open + done.sum.disagreeing);
    if (among === 'hashes') continue;
    // Groups that disagree stay, and would be found by every further pass.
    unsettled = suspected - done.sum.disagreeing;
    if (unsettled === 0) return { settled: true, next };
    // Nothing removed though something was suspected: its rows moved meanwhile, or only their hashes were equal.
    idle = done.sum.removed === before ? idle + 1 : 0;
    if (idle < MOST_IDLE) continue;
    const { groups } = await readOnly(run, async (db) => takeCensus(db, dedupe.key));
    const left = groups - done.sum.disagreeing;
    if (left <= 0) return { settled: true, next };
    busy += 1;
    if (busy <= Math.max(run.settings.lockRetries, 1)) {
      const removed = await addBusy(run, dedupe, origin, { done, already });
      if (removed > 0) idle = 0;
      else await pause(Math.min(200 * 1.6 ** busy, 5_000), run.signal);
      // What has become of them, one more pass will tell.
      last = Math.max(last, pass + 1);
      continue;
    }
    // Parts of a large group are counted by themselves, and copies may have come since.
    done.add({ ...NOTHING_DONE, unsettled: Math.min(unsettled, left) });
    return { settled: false, next };
  }
  if (idle > 0) done.add({ ...NOTHING_DONE, unsettled });
  return { settled: false, next };
}

/** The groups are met again by the pass that follows: what of them disagrees is counted there. */
async function addBusy(
  run: Run,
  dedupe: PlannedDedupe,
  origin: Origin,
  { done, already }: { readonly done: Tally; readonly already: number },
): Promise<number> {
  const outcome = await removeBusy(run, dedupe, origin, already + done.sum.removed);
  done.add({ ...outcome, disagreeing: 0 });
  return outcome.removed;
}

/**
 * Batches that were finished stay done: the error says so, and carries what came of them in `data.done`. `already`: rows
 * that the step removed before these.
 */
export function stoppedAfter(error: MsgdbError, run: Run, done: Outcome, already = 0): MsgdbError {
  const gone = done.removed + already;
  if (gone === 0) return error;
  const [rows, are] = gone === 1 ? ['row had', 'is'] : ['rows had', 'are'];
  const verb = done.marked > 0 && done.marked === done.removed ? 'marked' : 'removed';
  const kept = done.removed > done.archived + done.marked ? '' : `, and ${are} archived under run ${run.id}`;
  return error.with({
    what: `${error.message} ${formatCount(gone)} ${rows} been ${verb} by then${kept}.`,
    data: { done },
  });
}
