import { type PlanRun, readPlanRuns } from '../../catalog/read-history.ts';
import { findOutdatedGroups, type Outdated } from '../../engine/plan-file/find-outdated-groups.ts';
import type { PlanFile } from '../../engine/plan-file/read-plan-file.ts';
import type { LeftOut } from '../../model/left-out.ts';
import type { Plan } from '../../model/plan.ts';
import { isSameTable } from '../../model/table-name.ts';
import type { Workplace } from '../../session/workplace.ts';
import { planCurrent, type SeenSection } from './see-plan.ts';

/** A rule's part of a plan file, with what of it a run would do now. */
export interface CurrentSection {
  readonly seen: SeenSection;
  readonly plan: Plan;
  readonly current: Outdated['current'];
  readonly split: Split;
}

/** Groups of a plan that a run does not take: what an earlier run of the same plan has done, and what has changed. */
export interface Split {
  readonly before: Before | undefined;
  readonly leftOut: readonly LeftOut[];
  /** Losers that are not there, though neither that run nor this one removed them: which ones is not known. */
  readonly elsewhere: number;
}

/** What earlier runs of a plan have done of it. */
export interface Before {
  readonly rows: number;
  readonly runs: readonly PlanRun[];
}

/** Runs that have applied the plan before. */
export async function readEarlier({ session }: Workplace, { sha256 }: PlanFile): Promise<readonly PlanRun[]> {
  return await readPlanRuns(session, sha256);
}

/** Which groups of the plan are as they were: a run would remove those, and leave the others out. */
export async function seeGroups(
  workplace: Workplace,
  plan: PlanFile,
  sections: readonly SeenSection[],
  earlier: readonly PlanRun[],
): Promise<readonly CurrentSection[]> {
  const found: CurrentSection[] = [];
  for (const seen of sections) {
    if (!seen.dedupe) continue;
    const { leftOut, current } = await findOutdatedGroups(workplace, plan, seen.place, seen.dedupe);
    const plans = leftOut.length === 0 ? seen.plan : planCurrent(workplace, seen, current);
    found.push({ seen, plan: plans, current, split: splitLeftOut(seen, leftOut, earlier) });
  }
  return found;
}

/** Groups that have no loser any more were done by the earlier runs, as far as those removed as many rows. */
export function splitLeftOut(
  { section }: Pick<SeenSection, 'section'>,
  leftOut: readonly LeftOut[],
  earlier: readonly PlanRun[],
): Split {
  const done = leftOut.find(({ reason }) => reason === 'done');
  if (!done) return { before: undefined, leftOut, elsewhere: 0 };
  const others = leftOut.filter((each) => each !== done);
  const runs = earlier.filter(({ table }) => isSameTable(table, section.target.table));
  const removed = runs.reduce((sum, { rows }) => sum + rows, 0);
  if (removed === 0) return { before: undefined, leftOut: joinGone(done, others), elsewhere: 0 };
  const rows = Math.min(done.rows, removed);
  return { before: { rows, runs }, leftOut: others, elsewhere: done.rows - rows };
}

function joinGone(done: LeftOut, others: readonly LeftOut[]): readonly LeftOut[] {
  const gone = others.find(({ reason }) => reason === 'gone');
  const first = [...done.first, ...(gone?.first ?? [])].toSorted((a, b) => a - b).slice(0, NUMBERS_SHOWN);
  const joined = {
    reason: 'gone' as const,
    groups: done.groups + (gone?.groups ?? 0),
    rows: done.rows + (gone?.rows ?? 0),
    first,
  };
  return [...others.filter((each) => each !== gone), joined].toSorted((a, b) => (a.reason < b.reason ? -1 : 1));
}

const NUMBERS_SHOWN = 20;
