import { countOf } from '../../model/count-of.ts';
import type { CopyOptions } from '../../model/operations/unique-key.ts';
import type { Plan } from '../../model/plan.ts';
import type { LeftStatement } from '../../model/preflight-report.ts';
import type { DedupeReport, PreflightReport } from '../../model/report.ts';
import { NO_INDEX } from '../../plan/plan-dedupe.ts';
import { placeInConfig } from '../../plan/refusals/rule-options.ts';
import type { Run, Workplace } from '../../session/workplace.ts';
import type { Context } from '../context/context.ts';
import { sweepAbandoned } from '../context/sweep-abandoned.ts';
import { connectToChange, connectToRead } from '../context/with-database.ts';
import { confirmRemoval } from '../dedupe/confirm-removal.ts';
import { removeEach } from '../dedupe/remove-each.ts';
import { removeExcess } from '../dedupe/remove-excess.ts';
import { reportUnchanged } from '../dedupe/report-unchanged.ts';
import { isSettled, removableOf, type Seen, type SeeOptions, seeRules } from '../dedupe/see-rules.ts';
import { conclude } from '../reports/conclude.ts';
import type { Unfinished } from '../reports/make-report.ts';
import { chooseRepairs, type Repairs } from './choose-repairs.ts';
import { type LookOptions, type PendingLook, reportLook } from './look-at-pending.ts';

export interface RepairOptions {
  readonly dryRun: boolean;
  /** Do not ask. */
  readonly yes: boolean;
  /** What flags say of the only key that needs repair. */
  readonly copies: CopyOptions | undefined;
}

type Options = LookOptions & { readonly repair: RepairOptions };

/**
 * Removes the copies that pending statements would meet, as `dedupe` does, and looks at the statements once more: what
 * they meet then is what the command ends with.
 */
export async function repairPending(
  context: Context,
  look: (workplace: Workplace) => Promise<PendingLook>,
  options: Options,
): Promise<Unfinished<PreflightReport>> {
  const { samples, repair } = options;
  const { dryRun, yes } = repair;
  const how: SeeOptions = dryRun
    ? { samples, depth: 'full', purpose: 'look' }
    : { samples, depth: 'needed', purpose: 'do' };
  const first = await connectToRead(context, 'preflight', async (workplace) => {
    const pending = await look(workplace);
    const chosen = chooseRepairs(context, pending, repair.copies);
    return { pending, chosen, seen: yes && !dryRun ? undefined : await seeRepairs(workplace, chosen, how) };
  });
  const { pending, chosen, seen } = first;
  const report = reportLook(pending, options);
  if (chosen.repairs.length === 0) {
    if (!dryRun) await sweepAbandoned(context, 'preflight');
    return joined(report, nothingRemoved(dryRun), chosen.left);
  }
  if (seen && (dryRun || isSettled(seen))) return joined(report, reportUnchanged({ seen, dryRun }), chosen.left);
  if (seen) await confirmRemoval(context, seen.filter(({ plan }) => plan.steps.length > 0).map(removalOf));
  const moment = seen?.[0]?.inspected.facts.server.moment;
  return await connectToChange(context, 'preflight', async (run) => {
    const removed = await removeAll(moment === undefined ? run : withMoment(run, moment), chosen, how);
    return joined(reportLook(await look(run), options), removed, chosen.left);
  });
}

/** What a rule says of now is what was shown. */
function withMoment(run: Run, moment: string): Run {
  return { ...run, server: { ...run.server, moment } };
}

async function removeAll(run: Run, chosen: Repairs, how: SeeOptions): Promise<Unfinished<DedupeReport>> {
  // Looked at under the run lock: the run that was waited for may have removed what was seen before.
  const seen = await seeRepairs(run, chosen, how);
  if (isSettled(seen)) return reportUnchanged({ seen, dryRun: false });
  return await removeEach(run, seen, async (each) => removeExcess(run, each));
}

async function seeRepairs(workplace: Workplace, { repairs }: Repairs, how: SeeOptions): Promise<readonly Seen[]> {
  const rules = repairs.map(({ rule, demand }) => ({ rule, migration: demand.migration }));
  const seen = await seeRules(workplace, rules, how);
  return seen.map((each, place) => ({ ...each, plan: forDeploy(each.plan, repairs[place]?.name ?? '') }));
}

/** What is said of rules without an index is said of the deploy that builds one. */
function forDeploy(plan: Plan, name: string): Plan {
  return {
    ...plan,
    refusals: placeInConfig(plan.refusals, name),
    notes: plan.notes.map((note) => (note === NO_INDEX ? UNTIL_DEPLOY : note)),
  };
}

const UNTIL_DEPLOY = 'No index is built: until the pending migration has built its own, new copies can come.';

function removalOf(seen: Seen) {
  const { rule, target, plan } = seen;
  return { rule, target, rows: removableOf([seen]), lackingToUndo: plan.lackingToUndo };
}

function nothingRemoved(dryRun: boolean): Unfinished<DedupeReport> {
  const end = conclude({ findings: [], summary: 'no copies to remove' });
  return { command: 'dedupe', dryRun, runId: null, targets: [], plan: [], ...end };
}

/** What was done, and what the pending statements meet after it. */
function joined(
  report: Unfinished<PreflightReport>,
  done: Unfinished<DedupeReport>,
  left: readonly LeftStatement[],
): Unfinished<PreflightReport> {
  const { dryRun, runId, targets, plan } = done;
  const rest = left.length > 0 ? `; ${countOf(left.length, 'statement')} not repairable before the deploy` : '';
  const end = conclude({
    findings: [...done.findings, ...report.findings],
    summary: `${done.summary}${rest}; ${report.summary}`,
    next: done.next,
  });
  return {
    ...report,
    ...end,
    ...(done.exitCode === undefined ? {} : { verdict: done.verdict, exitCode: done.exitCode }),
    repair: { dryRun, runId, targets, plan, left },
  };
}
