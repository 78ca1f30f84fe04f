import { isFenceUp } from '../../catalog/is-fence-up.ts';
import { readLeftovers } from '../../catalog/read-leftovers.ts';
import type { PlannedDedupe } from '../../model/dedupe.ts';
import type { TableName } from '../../model/facts.ts';
import { addOutcomes, NOTHING_DONE, type Outcome } from '../../model/outcome.ts';
import type { IndexBuild } from '../../model/plan.ts';
import { startTimer } from '../../model/start-timer.ts';
import { tableLabel } from '../../model/table-label.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import { stopAtSafePoint } from '../../session/keep-to-window.ts';
import { lockSettings, retryLock } from '../../session/retry-lock.ts';
import type { Run } from '../../session/workplace.ts';
import type { Origin } from '../../sql/history-schema.ts';
import { renameIndex, withName } from '../../sql/index-ddl.ts';
import { buildFingerprint, scratchIndex } from '../../sql/scratch.ts';
import { dedupeOnline, dedupePasses } from '../dedupe/run-dedupe.ts';
import { EVERY_ROW_AGAIN, type Search } from '../dedupe/stage-groups.ts';
import { recordAdopted } from '../history/record-once.ts';
import { attemptBuild, dropConcurrently, findIndex } from './attempt-build.ts';
import { attemptPartitions } from './build-partitions.ts';
import { explainFailure } from './explain-failure.ts';
import { sweepLeftovers } from './leftovers.ts';
import { isSameFence, putUpFence, takeDownFence } from './raise-fence.ts';

/** Builds, in all: with the fence up one is enough, unless a copy slips in from a transaction it could not see. */
const MOST_ROUNDS = 6;
/** Builds that met copies before the fence goes up. */
const OPTIMISTIC_ROUNDS = 2;
/** The build reads every row, no matter what passes have read. */
const NEWCOMERS = { afterwards: 'newcomers' } as const;
/** A pass that still finds copies after the first one means that they keep coming. */
const PASSES = { ...NEWCOMERS, most: 2 };

interface Climb {
  readonly run: Run;
  readonly build: IndexBuild;
  readonly dedupe: PlannedDedupe;
  readonly origin: Origin;
}

/**
 * Removes excess rows before a unique index is built online. Where copies come as fast as they are removed, the fence
 * goes up here, before a build is tried in vain.
 */
export async function dedupeBeforeBuild(climb: Climb, search: Search): Promise<Outcome> {
  const { run, build, dedupe, origin } = climb;
  await takeDownOtherFences(climb);
  const { outcome, settled, next } = await dedupePasses(run, dedupe, origin, { ...PASSES, search });
  if (settled) return outcome;
  // A fence does not help where rows of old copies are changed all the time.
  if (outcome.unsettled === 0 && !(await isFenceUp(run.session, build))) {
    await fenceOff(climb, 'new copies come while the old ones are removed');
  }
  const more = await dedupeOnline(run, dedupe, origin, { ...NEWCOMERS, already: outcome.removed, search: next });
  return addOutcomes([{ ...outcome, unsettled: 0 }, more]);
}

/**
 * Builds a unique index while the application writes and makes copies, from where an earlier run stopped. The rungs:
 * build and hope; keep the invalid index that rejects new copies and build a second one beside it; put up a fence. Each
 * round removes the copies that came.
 * @throws MsgdbError MSGDB_DUPLICATES_FOUND when copies came in every round.
 */
export async function climbLadder(climb: Climb): Promise<Outcome> {
  const { run, build } = climb;
  await takeDownOtherFences(climb);
  const complete = !build.partitioned && (await resume(run, build, scratchIndex('second', build)));
  const done = complete ? NOTHING_DONE : await buildInRounds(climb);
  await clearAway(run, build);
  return done;
}

/** Gives what was removed between builds. */
async function buildInRounds(climb: Climb): Promise<Outcome> {
  const { run, build, dedupe } = climb;
  const done: Outcome[] = [];
  let search = EVERY_ROW_AGAIN;
  for (let round = 1; ; round += 1) {
    stopAtSafePoint(run);
    const elapsed = startTimer();
    const attempt = await attemptRound(climb);
    if (attempt === 'built') return addOutcomes(done);
    if (round === MOST_ROUNDS) {
      const standing = { outcome: done.at(-1) ?? NOTHING_DONE, fenced: await isFenceUp(run.session, build) };
      throw explainFailure(attempt.error, build, dedupe, standing);
    }
    noteRound(run, build, { round, ...attempt, ms: elapsed() });
    // The limit is the step's: what its earlier passes removed counts.
    const already = addOutcomes(done).removed;
    const { outcomes, next } = await removeNewCopies(climb, { round, already, search, error: attempt.error });
    done.push(...outcomes);
    search = next;
  }
}

/** What a build that failed has left. */
interface Failure {
  /** Does it keep new copies out? */
  readonly rejecting: boolean;
  readonly error: unknown;
}

async function attemptRound({ run, build, origin }: Climb): Promise<'built' | Failure> {
  const second = scratchIndex('second', build);
  const beside = !build.partitioned && (await findIndex(run, build)) !== undefined;
  const attempt = build.partitioned
    ? await attemptPartitions(run, build, recordAdopted(run, origin))
    : await attemptBuild(run, beside ? withName(build, second.name) : build);
  if (attempt.kind === 'built') {
    if (beside) await swapNames(run, build, second);
    return 'built';
  }
  const rejecting = beside || attempt.left === 'fence';
  // The first one rejects the same copies.
  if (beside && attempt.left === 'fence') await dropConcurrently(run, second);
  return { rejecting, error: attempt.error };
}

/** Between two builds. */
interface Interval {
  /** The build that failed, and how. */
  readonly round: number;
  readonly error: unknown;
  /** Rows that the step has removed so far. */
  readonly already: number;
  readonly search: Search;
}

/** Removes what came while the index was built; puts up the fence where copies keep coming. */
async function removeNewCopies(
  climb: Climb,
  { round, error, already, search }: Interval,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly next: Search }> {
  const { run, build, dedupe, origin } = climb;
  const passes = await dedupePasses(run, dedupe, origin, { ...PASSES, already, search });
  const { outcome, settled } = passes;
  if (outcome.disagreeing > 0) throw explainFailure(error, build, dedupe, { outcome, fenced: false });
  // What the build met, and the passes did not, is not new: rows that came with a partition, for instance.
  const next = outcome.removed > 0 && !build.partitioned ? passes.next : EVERY_ROW_AGAIN;
  if ((settled && round < OPTIMISTIC_ROUNDS) || (await isFenceUp(run.session, build)))
    return { outcomes: [outcome], next };
  await fenceOff(climb, settled ? `${round} builds in a row met copies` : 'new copies come all the time');
  const removed = already + outcome.removed;
  const more = await dedupeOnline(run, dedupe, origin, { ...NEWCOMERS, already: removed, search: next });
  return { outcomes: [outcome, more], next };
}

/** A fence that a killed run left is kept only where this run would put up the very same. */
async function takeDownOtherFences({ run, build, dedupe }: Climb): Promise<void> {
  const { fences } = await readLeftovers(run.session);
  for (const fence of fences) {
    if (!(await isSameFence(run, build, dedupe.key, fence))) await takeDownFence(run, fence);
  }
}

/** Goes on where a run was stopped; true when its second index is complete and only had to take its name. */
async function resume(run: Run, build: IndexBuild, second: TableName): Promise<boolean> {
  const left = await findIndex(run, { table: build.table, name: second.name });
  if (left?.valid) {
    run.emit({
      kind: 'note',
      message: `an earlier run has built a second index beside the invalid ${build.name}: it takes its name`,
    });
    await swapNames(run, build, second);
    return true;
  }
  if (left) await dropConcurrently(run, second);
  const wanted = await findIndex(run, build);
  // A build that outlived its run may have come to its end since the plan was made.
  if (wanted?.valid) return true;
  if (wanted && !wanted.ready) await dropConcurrently(run, { schema: build.table.schema, name: build.name });
  if (wanted?.ready) {
    run.emit({
      kind: 'note',
      message: `${build.name} is not valid, but rejects most new copies: it stays until a second one is built beside it`,
    });
  }
  return false;
}

interface Round extends Failure {
  readonly round: number;
  readonly ms: number;
}

function noteRound(run: Run, build: IndexBuild, { round, rejecting, ms, error }: Round): void {
  const next = rejecting
    ? 'What it left rejects most new copies already; removing the rest, and building a second one beside it'
    : 'Removing what came, and building again';
  const met =
    sqlstateOf(error) === '40P01' ? 'ended in a deadlock with another session' : 'met a copy that had come meanwhile';
  const message = `build ${round} of ${build.name} ${met} (after ${(ms / 1000).toFixed(1)} s). ${next}.`;
  run.emit({ kind: 'note', message });
}

async function fenceOff({ run, build, dedupe }: Climb, reason: string): Promise<void> {
  if (run.settings.fence === 'none') {
    run.emit({ kind: 'note', message: `${reason}; no fence is put up, as --fence none asks` });
    return;
  }
  const what = run.settings.fence === 'skip' ? 'leaves out' : 'rejects (23505)';
  run.emit({
    kind: 'note',
    message: `${reason}: a trigger on ${tableLabel(build.table)} ${what} new copies until ${build.name} is built`,
  });
  await putUpFence(run, build, dedupe.key, run.settings.fence);
}

/**
 * The second index takes the wanted name; the invalid first one goes. Renaming waits for no reader and no writer (12).
 */
async function swapNames(run: Run, build: IndexBuild, second: TableName): Promise<void> {
  const first = scratchIndex('first', build);
  const wanted = { schema: build.table.schema, name: build.name };
  await retryLock(run, build.table, async () =>
    run.session.transaction({ settings: lockSettings(run) }, async (tx) => {
      if (await findIndex(run, build)) await tx.query(renameIndex(wanted, first.name));
      await tx.query(renameIndex(second, wanted.name));
    }),
  );
  if (await findIndex(run, { table: build.table, name: first.name })) await dropConcurrently(run, first);
}

/** The fence goes, or the run fails; indexes that cannot be dropped now are named, and tried again at the end. */
async function clearAway(run: Run, build: IndexBuild): Promise<void> {
  const { fences } = await readLeftovers(run.session);
  for (const fence of fences.filter(({ id }) => id === buildFingerprint(build))) await takeDownFence(run, fence);
  await sweepLeftovers(run);
}
