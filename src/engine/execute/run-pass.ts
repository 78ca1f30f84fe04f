import type { Dedupe } from '../../model/plan.ts';
import type { Queryable } from '../../model/statement.ts';
import { stageGroups } from '../../sql/dedupe/stage.ts';
import { dropEmptyEntries, type Origin } from '../../sql/house.ts';
import { findSettings } from '../run/find-settings.ts';
import type { Run } from '../run/workplace.ts';
import type { Session } from '../session/open-session.ts';
import type { Tally } from './outcome.ts';
import { Pace } from './pace.ts';
import { Pass, type Staged } from './pass.ts';
import { refuseGrowth } from './refuse-growth.ts';
import { workThrough } from './work-through.ts';

/** What a pass goes by, and what it adds to. */
export interface Passing {
  readonly done: Tally;
  readonly hashes: string | undefined;
  /** Rows that the step has removed before these passes. */
  readonly already?: number | undefined;
}

/**
 * Looks for groups and removes their losers in short transactions, in as many sessions at a time as `--jobs` says. What
 * each batch did is added to `done` as soon as it is committed.
 * @returns how many groups were suspected
 */
export async function runPass(
  run: Run,
  dedupe: Dedupe,
  origin: Origin,
  { done, hashes, already = 0 }: Passing,
): Promise<number> {
  const { session, settings } = run;
  const staged = await inOneMoment(run, async (tx) => stage(tx, dedupe, hashes));
  refuseGrowth(dedupe, already + done.sum.removed + staged.rows - staged.groups);
  done.beginPass();
  const pass = new Pass(dedupe, origin, staged, done);
  const jobs = Math.min(settings.jobs, Math.ceil(staged.rows / new Pace(settings).size));
  const more: Session[] = [];
  try {
    // One after another: those that are open are closed when the next one is refused, by a connection limit for instance.
    for (let job = 2; job <= jobs; job += 1) more.push(await run.openSession(`job ${job}`));
    await workTogether(
      [session, ...more].map((each, job) => () => workUntilStopped({ ...run, session: each }, pass, job)),
    );
  } finally {
    await Promise.all(more.map(async (each) => each.close()));
  }
  await session.query(dropEmptyEntries(run.id));
  return staged.groups;
}

/** Finding groups and finding their rows are two statements: a copy that came in between would leave a group torn. */
export async function inOneMoment<Result>(run: Run, work: (tx: Queryable) => Promise<Result>): Promise<Result> {
  const settings = findSettings(run);
  return await run.session.transaction({ isolation: 'repeatable read', settings }, work);
}

/** Stages the groups to work on, all that there are or those with known hashes. */
export async function stage(tx: Queryable, dedupe: Dedupe, hashes: string | undefined): Promise<Staged> {
  let last: readonly Readonly<Record<string, unknown>>[] = [];
  for (const each of stageGroups(dedupe, hashes)) last = await tx.query(each);
  return { groups: Number(last[0]?.groups), rows: Number(last[0]?.rows) };
}

/** All jobs come to an end, also when one fails: its error is told when the others have finished their batch. */
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
