import { executeStep } from '../engine/execute/execute-step.ts';
import { describeOutcome, NOTHING_DONE, type Outcome } from '../engine/execute/outcome.ts';
import { describeTarget } from '../engine/inspect/describe-target.ts';
import { type Inspected, inspectOperation } from '../engine/inspect/make-plan.ts';
import { lookOnly } from '../engine/run/look-only.ts';
import { newRunId } from '../engine/run/run-id.ts';
import type { Run, Workplace } from '../engine/run/workplace.ts';
import { MsgdbError } from '../model/errors.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { UniqueKey } from '../model/operations/unique-key.ts';
import type { Plan } from '../model/plan.ts';
import type { DedupeReport, DedupeTargetReport, TargetReport } from '../model/report.ts';
import { planDedupe } from '../plan/plan-dedupe.ts';
import type { Context } from './context.ts';
import { countOf } from './count-of.ts';
import { findingOfError } from './finding-of-error.ts';
import { chooseRules, type NamedRule } from './load-files.ts';
import { refuseHiddenRows } from './refuse-hidden-rows.ts';
import { reportCommon } from './report-common.ts';
import { reportPlans, scriptOf } from './report-plan.ts';
import { lookAt, workOn } from './with-database.ts';

export interface DedupeOptions {
  /** Work on this rule only, instead of those of the migrations. */
  readonly rule?: UniqueKey | undefined;
  readonly dryRun: boolean;
  /** Do not ask. */
  readonly yes: boolean;
  readonly samples: number;
}

/** Removes excess rows without building an index; with `dryRun`, shows what would be removed. */
export async function dedupe(context: Context, options: DedupeOptions): Promise<DedupeReport> {
  const started = performance.now();
  const rules = await chooseRules(context, options.rule);
  if (options.dryRun || !options.yes) {
    const seen = await lookAt(context, 'dedupe', async (workplace) => seeRules(workplace, rules, options.samples));
    if (options.dryRun || isSettled(seen)) return unchanged(context, options, seen, started);
    await confirm(context, seen);
  }
  return await workOn(context, 'dedupe', async (run) => {
    // Looked at under the run lock: the run that was waited for may have removed what was seen before.
    const seen = await seeRules(run, rules, options.samples);
    return isSettled(seen) ? unchanged(context, options, seen, started) : removeExcess(context, run, seen, started);
  });
}

/** What `dedupe` would do, as an SQL script. */
export async function dedupeScript(context: Context, options: Pick<DedupeOptions, 'rule'>): Promise<string> {
  const rules = await chooseRules(context, options.rule);
  return await lookAt(context, 'dedupe', async (workplace) => {
    const seen = await seeRules(workplace, rules, 0);
    return scriptOf(
      seen.map(({ plan }) => ({ plan, migration: null, place: null })),
      newRunId(),
    );
  });
}

/** A rule, what was seen of it, and what would be done. */
interface Seen {
  readonly named: NamedRule;
  readonly target: TargetReport;
  readonly plan: Plan;
}

async function seeRules(workplace: Workplace, rules: readonly NamedRule[], samples: number): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for (const rule of rules) seen.push(await seeRule(workplace, rule, samples));
  return seen;
}

/** Nothing to remove, or nothing that may be removed. */
function isSettled(seen: readonly Seen[]): boolean {
  return excessOf(seen) === 0 || seen.some(({ plan }) => plan.refusals.length > 0);
}

function excessOf(seen: readonly Seen[]): number {
  return seen.reduce((sum, { target }) => sum + target.excessRows, 0);
}

async function seeRule(workplace: Workplace, named: NamedRule, samples: number): Promise<Seen> {
  const { rule, migration } = named;
  const inspected = await inspectOperation(workplace, rule);
  refuseHiddenRows(inspected.facts.table);
  const target = await lookOnly(workplace, async (db) => describeTarget(db, rule, inspected, { samples, migration }));
  return { named, target, plan: planOf(workplace, rule, inspected) };
}

function planOf(workplace: Workplace, rule: UniqueKey, { facts, survey }: Inspected): Plan {
  const limited = { ...rule, limit: rule.limit ?? workplace.settings.limit };
  return planDedupe(limited, facts, survey.census, workplace.settings.strategy);
}

function unchanged(context: Context, options: DedupeOptions, seen: readonly Seen[], started: number): DedupeReport {
  const excess = excessOf(seen);
  const refusals = seen.flatMap(({ plan }) => plan.refusals);
  const summary =
    excess === 0
      ? 'nothing to do: no duplicates'
      : refusals.length > 0
        ? 'the plan is refused; nothing was changed'
        : `${excess.toLocaleString('en-US')} rows would be removed; nothing was changed`;
  return {
    command: 'dedupe',
    dryRun: options.dryRun,
    runId: null,
    targets: seen.map(({ target }) => targetReport(target, NOTHING_DONE)),
    plan: excess === 0 ? [] : seen.flatMap(({ plan, named }) => reportPlans([plan], named.migration ?? null)),
    ...reportCommon(context, started, {
      findings: refusals,
      summary,
      next: excess > 0 && refusals.length === 0 ? 'the same command with --yes instead of --dry-run' : undefined,
    }),
  };
}

async function confirm(context: Context, seen: readonly Seen[]): Promise<void> {
  const excess = excessOf(seen);
  const tables = [...new Set(seen.filter(({ target }) => target.excessRows > 0).map(({ target }) => target.table))];
  const kept = seen.every(({ named }) => named.rule.losers !== 'delete');
  const fate = kept ? 'They are kept in the archive.' : 'They are NOT kept: this cannot be undone.';
  const question = `Remove ${countOf(excess, 'row')} from ${tables.join(', ')}? ${fate}`;
  if (await context.confirm(question)) return;
  throw new MsgdbError('MSGDB_CONFIRMATION_NEEDED', {
    what: `Nothing was changed: removing ${excess} rows from ${tables.join(', ')} was not confirmed.`,
  });
}

async function removeExcess(context: Context, run: Run, seen: readonly Seen[], started: number): Promise<DedupeReport> {
  const targets: DedupeTargetReport[] = [];
  const findings: Finding[] = [];
  let failure: MsgdbError | undefined;
  for (const each of seen) {
    if (failure) break;
    try {
      const outcome = await removeOf(run, each);
      targets.push(targetReport(each.target, outcome));
      findings.push(...disagreements(each.target, outcome));
    } catch (error) {
      if (!(error instanceof MsgdbError)) throw error;
      failure = error;
      findings.push(findingOfError(error));
      const { done } = error.data;
      if (isOutcome(done)) targets.push(targetReport(each.target, done));
    }
  }
  const removed = targets.reduce((sum, each) => sum + each.deleted, 0);
  return {
    command: 'dedupe',
    dryRun: false,
    runId: run.id,
    targets,
    plan: [],
    ...reportCommon(context, started, {
      findings,
      summary: `${countOf(removed, 'row')} removed${failure ? ', then stopped' : ''}`,
      next: removed > 0 ? `msgdb archive restore ${run.id} (puts them back)` : undefined,
    }),
    ...(failure ? { verdict: failedVerdict(failure), exitCode: failure.exitCode } : {}),
  };
}

function failedVerdict(failure: MsgdbError): 'findings' | 'failed' {
  return failure.exitCode === 1 ? 'findings' : 'failed';
}

/** What had been done when a run stopped, as the engine's error carries it. */
function isOutcome(done: unknown): done is Outcome {
  return typeof done === 'object' && done !== null && 'removed' in done;
}

async function removeOf(run: Run, { named, plan }: Seen): Promise<Outcome> {
  let outcome = NOTHING_DONE;
  for (const step of plan.steps) {
    await run.open();
    const begun = performance.now();
    run.emit({ kind: 'step-started', title: step.title });
    outcome = await executeStep(run, step, { runId: run.id, migration: null, operation: null });
    const durationMs = performance.now() - begun;
    run.emit({ kind: 'step-done', title: step.title, durationMs, detail: describeOutcome(outcome) });
  }
  // Otherwise the last pass has read the whole table, and found nothing left to remove.
  if (outcome.unsettled > 0) await assertClean(run, named.rule, outcome);
  return outcome;
}

async function assertClean(run: Run, rule: UniqueKey, outcome: Outcome): Promise<void> {
  const { survey } = await inspectOperation(run, rule);
  if (survey.census.groups <= outcome.disagreeing) return;
  throw new MsgdbError('MSGDB_VERIFY_FAILED', {
    data: { done: outcome },
    what: `${survey.census.excessRows} excess rows are left in ${rule.table}, or came while msgdb was working.`,
    why: 'Without a unique index the application can make new copies at any time.',
    fix: 'Run the command again, or make the rule last with a migration: `msgdb new`.',
  });
}

function disagreements(target: TargetReport, outcome: Outcome): readonly Finding[] {
  if (outcome.disagreeing === 0) return [];
  return [
    finding(
      'MSGDB_GROUP_DISAGREES',
      `${target.table}: ${outcome.disagreeing} groups were left alone: their copies disagree.`,
      {
        table: target.table,
      },
    ),
  ];
}

function targetReport(target: TargetReport, outcome: Outcome): DedupeTargetReport {
  return {
    ...target,
    deleted: outcome.removed,
    archived: outcome.archived,
    merged: outcome.merged,
    childrenRemoved: outcome.childrenRemoved
      .filter(({ rows }) => rows > 0)
      .map(({ label, rows }) => ({ table: label.slice(0, label.lastIndexOf('.')), rows })),
    repointed: outcome.repointed.map(({ label, columns, rows }) => ({
      table: label.slice(0, label.lastIndexOf('.')),
      columns,
      rows,
    })),
  };
}
