import { readTextual } from '../../catalog/read-textual.ts';
import { executeStep } from '../../engine/execute/execute-step.ts';
import { explainTrigger } from '../../engine/execute/explain-trigger.ts';
import { describeOutcome, NOTHING_DONE, type Outcome } from '../../engine/execute/outcome.ts';
import { dedupePlanned, type LeftOut } from '../../engine/execute/run-planned.ts';
import { findOutdatedGroups } from '../../engine/plan-file/find-outdated-groups.ts';
import { type PlanFile, readMembers, readPlanFile } from '../../engine/plan-file/read-plan-file.ts';
import { lookOnly } from '../../engine/run/look-only.ts';
import type { Run } from '../../engine/run/workplace.ts';
import { countOf } from '../../model/count-of.ts';
import type { Dedupe } from '../../model/dedupe.ts';
import type { Finding } from '../../model/finding.ts';
import type { DedupeReport } from '../../model/report.ts';
import type { Context } from '../context.ts';
import { reportCommon } from '../report-common.ts';
import { reportPlans } from '../report-plan.ts';
import { lookAt, workOn } from '../with-database.ts';
import { confirmRemoval } from './confirm-removal.ts';
import { findLeftOut } from './find-left-out.ts';
import { removeEach } from './remove-each.ts';
import { type SeenSection, seePlan } from './see-plan.ts';
import { reportOutcome } from './target-report.ts';

export interface ApplyPlanOptions {
  /** What `recordPlan` has written. */
  readonly file: string;
  readonly dryRun: boolean;
  /** Do not ask. */
  readonly yes: boolean;
}

/** Removes what a plan file lists: each group that is still as it was; the others are left out and reported. */
export async function applyPlan(context: Context, { file, dryRun, yes }: ApplyPlanOptions): Promise<DedupeReport> {
  let started = performance.now();
  const plan = await readPlanFile(file);
  const there = { ...context, settings: { ...context.settings, schema: plan.header.schema } };
  if (dryRun || !yes) {
    const seen = await lookAt(there, 'dedupe', async (workplace) => seePlan(workplace, plan, dryRun ? 'look' : 'do'));
    if (isSettled(seen)) return unchanged(context, dryRun, seen, started);
    if (dryRun) return unchanged(context, dryRun, seen, started, await lookAtGroups(there, plan, seen));
    started += await confirmRemoval(
      context,
      seen.map(({ target, rule }) => ({ rule, target, rows: target.excessRows })),
    );
  }
  return await workOn(there, 'dedupe', async (run) => {
    const seen = await seePlan(run, plan, 'do');
    return isSettled(seen)
      ? unchanged(context, dryRun, seen, started)
      : removePlanned(context, run, plan, seen, started);
  });
}

function isSettled(seen: readonly SeenSection[]): boolean {
  return seen.every(({ section }) => section.groups === 0) || seen.some(({ plan }) => plan.refusals.length > 0);
}

/** Which groups of the plan are not as they were, as far as looking at their rows tells. */
async function lookAtGroups(
  context: Context,
  plan: PlanFile,
  seen: readonly SeenSection[],
): Promise<readonly Finding[]> {
  return await lookAt(context, 'dedupe', async (workplace) => {
    const findings: Finding[] = [];
    for (const each of seen) {
      if (!each.dedupe) continue;
      findings.push(
        ...findLeftOut(each, await findOutdatedGroups(workplace, plan, each.place, each.dedupe), 'would be'),
      );
    }
    return findings;
  });
}

function unchanged(
  context: Context,
  dryRun: boolean,
  seen: readonly SeenSection[],
  started: number,
  outdated: readonly Finding[] = [],
): DedupeReport {
  const refusals = seen.flatMap(({ plan }) => plan.refusals);
  const rows = seen.reduce((sum, { target }) => sum + target.excessRows, 0);
  const groups = seen.reduce((sum, { section }) => sum + section.groups, 0);
  const listed = `${countOf(rows, 'row')} in ${countOf(groups, 'group')}`;
  return {
    command: 'dedupe',
    dryRun,
    runId: null,
    targets: seen.map(({ target }) => reportOutcome(target, NOTHING_DONE)),
    plan: seen.flatMap(({ plan, section }) => reportPlans([plan], section.target.migration)),
    ...reportCommon(context, started, {
      findings: [...refusals, ...outdated],
      summary:
        refusals.length > 0
          ? 'the plan is refused; nothing was changed'
          : groups === 0
            ? 'nothing to do: the plan lists no duplicates'
            : outdated.length > 0
              ? `the plan lists ${listed}, and not all are as they were; nothing was changed`
              : `the plan lists ${listed}, still the same; nothing was changed`,
      next: refusals.length === 0 && groups > 0 ? 'the same command with --yes instead of --dry-run' : undefined,
    }),
  };
}

async function removePlanned(
  context: Context,
  run: Run,
  plan: PlanFile,
  seen: readonly SeenSection[],
  started: number,
): Promise<DedupeReport> {
  return await removeEach(context, run, started, seen, async (each) => {
    if (!each.dedupe) return { outcome: NOTHING_DONE, findings: [] };
    const { outcome, leftOut } = await removeSection(run, plan, each, each.dedupe);
    return { outcome, findings: findLeftOut(each, leftOut) };
  });
}

async function removeSection(
  run: Run,
  plan: PlanFile,
  { section, place, plan: steps }: SeenSection,
  dedupe: Dedupe,
): Promise<{ readonly outcome: Outcome; readonly leftOut: readonly LeftOut[] }> {
  await run.open();
  const origin = { runId: run.id, migration: null, operation: null };
  const indexes = steps.steps.filter(({ kind }) => kind === 'index-references');
  const drops = steps.steps.filter(({ kind }) => kind === 'drop-index');
  for (const index of indexes) await executeStep(run, index, origin);
  const begun = performance.now();
  const step = steps.steps.find(({ kind }) => kind === 'dedupe');
  const title = step?.title ?? steps.title;
  run.emit({ kind: 'step-started', title });
  const textual = await lookOnly(run, async (db) => readTextual(db, dedupe.key.table));
  const done = await dedupePlanned(
    run,
    { table: { dedupe, textual }, members: readMembers(plan, place), colliding: section.target.colliding },
    origin,
  ).catch(async (error: unknown) => {
    throw step ? await explainTrigger(run, step, error) : error;
  });
  for (const drop of drops) await executeStep(run, drop, origin);
  const durationMs = performance.now() - begun;
  run.emit({ kind: 'step-done', title, durationMs, detail: describeOutcome(done.outcome) });
  return done;
}
