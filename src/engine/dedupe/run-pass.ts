import type { PlannedDedupe } from '../../model/dedupe.ts';
import type { Moment } from '../../model/facts.ts';
import type { Tally } from '../../model/outcome.ts';
import { stopAtSafePoint } from '../../session/keep-to-window.ts';
import type { Session } from '../../session/open-session.ts';
import { inLane, type Run } from '../../session/workplace.ts';
import { dropEmptyEntries, type Origin } from '../../sql/history-schema.ts';
import type { Limits } from './limits.ts';
import { Pace } from './pace.ts';
import { Pass } from './pass.ts';
import { refuseGrowth } from './refuse-growth.ts';
import { cutLarge, inOneMoment, type Search, type Staged, stage } from './stage-groups.ts';
import { workThrough } from './work-through.ts';

/** What a pass goes by, and what it adds to. */
export interface PassInput {
  readonly done: Tally;
  readonly search: Search;
  /** The same for all passes of a step: what one has spent, the next one waits for. */
  readonly limits: Limits;
  /** Rows that the step has removed before these passes. */
  readonly already?: number | undefined;
}

/** What became of a pass. */
export interface PassResult {
  /** Groups that it was about. */
  readonly suspected: number;
  /** Those of them that it could not settle. */
  readonly open: number;
  readonly asOf: Moment;
}

/**
 * Looks for groups and removes their losers in short transactions, in as many sessions at a time as `--jobs` says. What
 * each batch did is added to `done` as soon as it is committed.
 */
export async function runPass(
  run: Run,
  dedupe: PlannedDedupe,
  origin: Origin,
  { done, search, limits, already = 0 }: PassInput,
): Promise<PassResult> {
  stopAtSafePoint(run);
  const { session } = run;
  const staged = await inOneMoment(run, async (tx) =>
    cutLarge(tx, dedupe, await stage(tx, dedupe, search), run.settings.batchSize),
  );
  await refuseGrowth(session, dedupe, already + done.sum.removed + staged.rows - staged.groups);
  done.beginPass();
  const pass = new Pass(dedupe, origin, staged, { done, limits });
  const settings = settingsFor(dedupe, staged, run);
  const batches = Math.ceil((staged.uncut ?? staged.rows) / new Pace(settings, dedupe.firstBatch).size);
  const jobs = Math.min(settings.jobs, batches);
  const more: Session[] = [];
  try {
    // One after another: those that are open are closed when the next one is refused, by a connection limit for
    // instance.
    for (let job = 2; job <= jobs; job += 1) more.push(await run.openSession(`job ${job}`));
    const lanes = [session, ...more].map((each) => inLane({ ...run, settings }, { session: each, signal: run.signal }));
    await workTogether(lanes.map((lane, job) => () => workUntilStopped(lane, pass, job)));
  } finally {
    await Promise.all(more.map(async (each) => each.close()));
  }
  await session.query(dropEmptyEntries(run.id));
  return { suspected: staged.groups, open: pass.open, asOf: staged.asOf };
}

/** What batches go by: one has all groups where these depend on each other. */
export function settingsFor(
  { together }: PlannedDedupe,
  { rows }: Pick<Staged, 'rows'>,
  { settings }: Pick<Run, 'settings'>,
): Run['settings'] {
  return together ? { ...settings, jobs: 1, batchSize: rows } : settings;
}

/** All jobs come to an end, also when one fails: its error is thrown when the others have finished their batch. */
async function workTogether(jobs: readonly (() => Promise<void>)[]): Promise<void> {
  const ends = await Promise.allSettled(jobs.map(async (job) => job()));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** A job that fails keeps the others from taking more. */
async function workUntilStopped(run: Run, pass: Pass, job: number): Promise<void> {
  try {
    await workThrough(run, pass, job);
  } catch (error) {
    pass.stop();
    throw error;
  }
}
