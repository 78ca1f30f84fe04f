import { type PlanRun, readPlanRuns } from '../../catalog/read-history.ts';
import { findOutdatedGroups, type Outdated } from '../../engine/plan-file/find-outdated-groups.ts';
import type { PlanFile } from '../../engine/plan-file/read-plan-file.ts';
import { type LeftOut, NUMBERS_SHOWN } from '../../model/left-out.ts';
import type { Plan } from '../../model/plan.ts';
import { isSameTable } from '../../model/table-name.ts';
import type { Workplace } from '../../session/workplace.ts';
import { reasonOfMissing } from '../../sql/dedupe/planned-groups.ts';
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
  /** What becomes of the losers that the plan lists. */
  readonly fate: 'removed' | 'marked';
  readonly before: Before | undefined;
  readonly leftOut: readonly LeftOut[];
  /** Losers that are not found, though neither that run nor this one took them: which ones is not known. */
  readonly elsewhere: number;
  /** What has become of rows that are not found, as far as it is known. */
  readonly missing: 'gone' | 'gone or changed';
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

/** Groups that have no loser any more were done by the earlier runs, as far as those took as many rows. */
export function splitLeftOut(
  { section, rule, dedupe }: Pick<SeenSection, 'section' | 'rule' | 'dedupe'>,
  leftOut: readonly LeftOut[],
  earlier: readonly PlanRun[],
): Split {
  const missing = dedupe ? reasonOfMissing(dedupe.image) : 'gone';
  const fate = typeof rule.losers === 'object' ? ('marked' as const) : ('removed' as const);
  const split = { fate, missing, before: undefined, leftOut, elsewhere: 0 };
  const done = leftOut.find(({ reason }) => reason === 'done');
  if (!done) return split;
  const others = leftOut.filter((each) => each !== done);
  const runs = earlier.filter(({ table }) => isSameTable(table, section.target.table));
  const taken = runs.reduce((sum, { rows }) => sum + rows, 0);
  if (taken === 0) return { ...split, leftOut: joinMissing(missing, done, others) };
  const rows = Math.min(done.rows, taken);
  return { ...split, before: { rows, runs }, leftOut: others, elsewhere: done.rows - rows };
}

function joinMissing(reason: Split['missing'], done: LeftOut, others: readonly LeftOut[]): readonly LeftOut[] {
  const same = others.find((each) => each.reason === reason);
  const first = [...done.first, ...(same?.first ?? [])].toSorted((a, b) => a - b).slice(0, NUMBERS_SHOWN);
  const joined = { reason, groups: done.groups + (same?.groups ?? 0), rows: done.rows + (same?.rows ?? 0), first };
  return [...others.filter((each) => each !== same), joined].toSorted((a, b) => (a.reason < b.reason ? -1 : 1));
}
