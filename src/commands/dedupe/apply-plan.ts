import type { PlanRun } from '../../catalog/read-history.ts';
import { findOverwritten } from '../../engine/dedupe/find-overwritten.ts';
import { dedupePlanned } from '../../engine/dedupe/run-planned.ts';
import { doAll } from '../../engine/pipeline.ts';
import { type PlanFile, readMembers, readPlanFile } from '../../engine/plan-file/read-plan-file.ts';
import { readPlannedTable } from '../../engine/plan-file/read-planned-table.ts';
import type { RemoveRows } from '../../engine/run/execute-step.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { LeftOut } from '../../model/left-out.ts';
import { NOTHING_DONE, type Outcome } from '../../model/outcome.ts';
import type { DedupeReport } from '../../model/report.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Run, Workplace } from '../../session/workplace.ts';
import type { Context } from '../context/context.ts';
import { connectToChange, connectToRead } from '../context/with-database.ts';
import type { Purpose } from '../plans/note-lacking.ts';
import { makeReport, type Unfinished } from '../reports/make-report.ts';
import { confirmRemoval } from './confirm-removal.ts';
import { findLeftOut } from './find-left-out.ts';
import { type Removed, removeEach } from './remove-each.ts';
import { describeRest, reportGroups, reportSettled } from './report-plan-file.ts';
import { readEarlier, type Split, seeGroups, splitLeftOut } from './see-groups.ts';
import { type SeenSection, seePlan } from './see-plan.ts';

export interface ApplyPlanOptions {
  /** What `recordPlan` has written. */
  readonly file: string;
  readonly dryRun: boolean;
  /** Do not ask. */
  readonly yes: boolean;
}

/** Removes what a plan file lists: each group that is still as it was; the others are left out and reported. */
export async function applyPlan(context: Context, options: ApplyPlanOptions): Promise<DedupeReport> {
  return await makeReport(context, async (timed) => removeListed(timed, options));
}

async function removeListed(
  context: Context,
  { file, dryRun, yes }: ApplyPlanOptions,
): Promise<Unfinished<DedupeReport>> {
  const plan = await readPlanFile(file);
  const there = { ...context, settings: { ...context.settings, schema: plan.header.schema } };
  if (dryRun || !yes) {
    const look = await connectToRead(there, 'dedupe', async (workplace) =>
      reviewPlan(workplace, plan, dryRun ? 'look' : 'do'),
    );
    if (look.report) return look.report;
    await confirmRemoval(context, look.removals);
  }
  return await connectToChange(there, 'dedupe', async (run) => {
    const { report, seen, earlier } = await reviewPlan(run, plan, 'do');
    return report ?? (await removePlanned(run, plan, { seen, earlier }));
  });
}

/** What a plan would do now; with the report where nothing is to be removed. */
interface PlanLook {
  readonly seen: readonly SeenSection[];
  readonly earlier: readonly PlanRun[];
  readonly removals: Parameters<typeof confirmRemoval>[1];
  readonly report: Unfinished<DedupeReport> | undefined;
}

/** Groups are compared one by one for who looks, and where the plan was applied before: all of it may be done. */
async function reviewPlan(workplace: Workplace, plan: PlanFile, purpose: Purpose): Promise<PlanLook> {
  const dryRun = purpose === 'look';
  const { settings } = workplace;
  const seen = await seePlan(workplace, plan, purpose);
  const earlier = await readEarlier(workplace, plan);
  const removals = seen.map(({ target, rule, plan: { lackingToUndo } }) => ({
    rule,
    target,
    rows: target.excessRows,
    lackingToUndo,
  }));
  const look = { seen, earlier, removals };
  if (isSettled(seen)) return { ...look, report: reportSettled(seen, { settings, dryRun }) };
  if (!dryRun && earlier.length === 0) return { ...look, report: undefined };
  const groups = await seeGroups(workplace, plan, seen, earlier);
  if (dryRun || groups.every(({ current }) => current.groups === 0)) {
    return { ...look, report: reportGroups(groups, { settings, dryRun }) };
  }
  const left = groups.map(({ seen: { target, rule }, plan: { lackingToUndo }, current }) => ({
    rule,
    target,
    rows: current.rows - current.groups,
    lackingToUndo,
  }));
  return { ...look, removals: left, report: undefined };
}

function isSettled(seen: readonly SeenSection[]): boolean {
  return seen.every(({ section }) => section.groups === 0) || seen.some(({ plan }) => plan.refusals.length > 0);
}

async function removePlanned(
  run: Run,
  plan: PlanFile,
  { seen, earlier }: Pick<PlanLook, 'seen' | 'earlier'>,
): Promise<Unfinished<DedupeReport>> {
  const splits: Split[] = [];
  const remove = async (each: SeenSection): Promise<Removed> => {
    if (!each.dedupe) return { outcome: NOTHING_DONE, findings: [] };
    const { outcome, leftOut } = await removeSection(run, plan, each);
    const split = splitLeftOut(each, leftOut, earlier);
    splits.push(split);
    return { outcome, findings: [...findLeftOut(each, split), ...(await findOverwritten(run.session, outcome))] };
  };
  const report = await removeEach(run, seen, { remove });
  return { ...report, summary: [report.summary, ...describeRest(splits)].join('; ') };
}

/** The steps of the plan, in which the rows that the file lists go, and no others. */
async function removeSection(
  run: Run,
  plan: PlanFile,
  { section, place, plan: { steps } }: SeenSection,
): Promise<{ readonly outcome: Outcome; readonly leftOut: readonly LeftOut[] }> {
  await run.record.open(run);
  const origin = { runId: run.id, migration: null, operation: null, plan: plan.sha256 };
  const leftOut: LeftOut[] = [];
  const remove: RemoveRows = async ({ tx }, { dedupe }) => {
    if (tx)
      throw new MsgdbError('MSGDB_INTERNAL', {
        what: 'Groups of a plan file are removed in batches, not in a transaction.',
      });
    const groups = {
      table: await readOnly(run, async (db) => readPlannedTable(db, plan, dedupe)),
      members: readMembers(plan, place),
      colliding: section.target.colliding,
    };
    const done = await dedupePlanned(run, groups, origin);
    leftOut.push(...done.leftOut);
    return done.outcome;
  };
  const outcome = await doAll(run, steps, origin, remove);
  return { outcome, leftOut };
}
