import { readTextual } from '../../catalog/read-textual.ts';
import { findOverwritten } from '../../engine/dedupe/find-overwritten.ts';
import { dedupePlanned } from '../../engine/dedupe/run-planned.ts';
import { doAll } from '../../engine/pipeline.ts';
import { findOutdatedGroups, type Outdated } from '../../engine/plan-file/find-outdated-groups.ts';
import { type PlanFile, readMembers, readPlanFile } from '../../engine/plan-file/read-plan-file.ts';
import type { RemoveRows } from '../../engine/run/execute-step.ts';
import { countOf } from '../../model/count-of.ts';
import type { PlannedDedupe } from '../../model/dedupe.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { LeftOut } from '../../model/left-out.ts';
import { NOTHING_DONE, type Outcome } from '../../model/outcome.ts';
import type { Plan } from '../../model/plan.ts';
import type { DedupeReport } from '../../model/report.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Run } from '../../session/workplace.ts';
import type { Context } from '../context/context.ts';
import { connectToChange, connectToRead } from '../context/with-database.ts';
import { nextOf } from '../plans/note-lacking.ts';
import { reportPlans } from '../plans/report-plan.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport, type Unfinished } from '../reports/make-report.ts';
import { confirmRemoval } from './confirm-removal.ts';
import { findLeftOut } from './find-left-out.ts';
import { removeEach } from './remove-each.ts';
import { planCurrent, type SeenSection, seePlan } from './see-plan.ts';
import { reportOutcome } from './target-report.ts';

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
    const seen = await connectToRead(there, 'dedupe', async (workplace) =>
      seePlan(workplace, plan, dryRun ? 'look' : 'do'),
    );
    if (isSettled(seen)) return unchanged({ seen, dryRun });
    if (dryRun) return showCurrent(await lookAtGroups(there, plan, seen));
    await confirmRemoval(
      context,
      seen.map(({ target, rule }) => ({ rule, target, rows: target.excessRows })),
    );
  }
  return await connectToChange(there, 'dedupe', async (run) => {
    const seen = await seePlan(run, plan, 'do');
    return isSettled(seen) ? unchanged({ seen, dryRun }) : removePlanned(run, plan, seen);
  });
}

function isSettled(seen: readonly SeenSection[]): boolean {
  return seen.every(({ section }) => section.groups === 0) || seen.some(({ plan }) => plan.refusals.length > 0);
}

/** A rule's part, with what of it a run would do now. */
interface CurrentSection {
  readonly seen: SeenSection;
  readonly plan: Plan;
  readonly outdated: Outdated;
}

/** Which groups of the plan are as they were: a run would remove those, and leave the others out. */
async function lookAtGroups(
  context: Context,
  plan: PlanFile,
  sections: readonly SeenSection[],
): Promise<readonly CurrentSection[]> {
  return await connectToRead(context, 'dedupe', async (workplace) => {
    const current: CurrentSection[] = [];
    for (const seen of sections) {
      if (!seen.dedupe) continue;
      const outdated = await findOutdatedGroups(workplace, plan, seen.place, seen.dedupe);
      const plans = outdated.leftOut.length === 0 ? seen.plan : planCurrent(workplace, seen, outdated.current);
      current.push({ seen, plan: plans, outdated });
    }
    return current;
  });
}

function showCurrent(current: readonly CurrentSection[]): Unfinished<DedupeReport> {
  const findings = current.flatMap(({ seen, outdated }) => findLeftOut(seen, outdated.leftOut, 'would be'));
  const sum = (of: (each: CurrentSection) => number): number => current.reduce((all, each) => all + of(each), 0);
  const rows = sum(({ seen }) => seen.target.excessRows);
  const groups = sum(({ seen }) => seen.section.groups);
  const still = sum(({ outdated }) => outdated.current.groups);
  const going = sum(({ outdated }) => outdated.current.rows) - still;
  const listed = `the plan lists ${countOf(rows, 'row')} in ${countOf(groups, 'group')}`;
  return {
    command: 'dedupe',
    dryRun: true,
    runId: null,
    targets: current.map(({ seen }) => reportOutcome(seen.target, NOTHING_DONE)),
    plan: current.flatMap(({ plan, seen }) => reportPlans([plan], seen.section.target.migration)),
    ...conclude({
      findings,
      summary:
        findings.length === 0
          ? `${listed}, still the same; nothing was changed`
          : `${listed}; ${countOf(going, 'row')} in ${countOf(still, 'group')} would go, the others have changed; nothing was changed`,
      next:
        findings.length === 0
          ? nextOf(
              current.map(({ seen }) => seen),
              'the same command with --yes instead of --dry-run',
            )
          : undefined,
    }),
  };
}

/** A run that looked, and removed nothing. */
interface Look {
  readonly seen: readonly SeenSection[];
  readonly dryRun: boolean;
}

function unchanged({ seen, dryRun }: Look): Unfinished<DedupeReport> {
  const refusals = seen.flatMap(({ plan }) => plan.refusals);
  return {
    command: 'dedupe',
    dryRun,
    runId: null,
    targets: seen.map(({ target }) => reportOutcome(target, NOTHING_DONE)),
    plan: seen.flatMap(({ plan, section }) => reportPlans([plan], section.target.migration)),
    ...conclude({
      findings: refusals,
      summary:
        refusals.length > 0
          ? 'the plan is refused; nothing was changed'
          : 'nothing to do: the plan lists no duplicates',
    }),
  };
}

async function removePlanned(
  run: Run,
  plan: PlanFile,
  seen: readonly SeenSection[],
): Promise<Unfinished<DedupeReport>> {
  return await removeEach(run, seen, async (each) => {
    if (!each.dedupe) return { outcome: NOTHING_DONE, findings: [] };
    const { outcome, leftOut } = await removeSection(run, plan, each);
    return { outcome, findings: [...findLeftOut(each, leftOut), ...(await findOverwritten(run.session, outcome))] };
  });
}

/** The steps of the plan, in which the rows that the file lists go, and no others. */
async function removeSection(
  run: Run,
  plan: PlanFile,
  { section, place, plan: { steps } }: SeenSection,
): Promise<{ readonly outcome: Outcome; readonly leftOut: readonly LeftOut[] }> {
  await run.record.open(run);
  const origin = { runId: run.id, migration: null, operation: null };
  const leftOut: LeftOut[] = [];
  const remove: RemoveRows = async ({ tx }, { dedupe }) => {
    if (tx)
      throw new MsgdbError('MSGDB_INTERNAL', {
        what: 'Groups of a plan file are removed in batches, not in a transaction.',
      });
    const textual = await readTextualColumns(run, dedupe);
    const groups = {
      table: { dedupe, textual },
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

async function readTextualColumns(run: Run, { key }: PlannedDedupe): Promise<readonly string[]> {
  return await readOnly(run, async (db) => readTextual(db, key.table));
}
