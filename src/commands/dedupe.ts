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
  const seen = await lookAt(context, 'dedupe', async (workplace) => {
    const all: Seen[] = [];
    for (const named of rules) all.push(await seeRule(workplace, named, options.samples));
    return all;
  });
  const refusals = seen.flatMap(({ plan }) => plan.refusals);
  const excess = seen.reduce((sum, each) => sum + each.target.excessRows, 0);
  if (refusals.length > 0 || excess === 0 || options.dryRun) {
    return unchanged(context, options, seen, refusals, excess, started);
  }
  await confirm(context, options, seen, excess);
  return await removeExcess(context, options, seen, started);
}

/** What `dedupe` would do, as an SQL script. */
export async function dedupeScript(context: Context, options: Pick<DedupeOptions, 'rule'>): Promise<string> {
  const rules = await chooseRules(context, options.rule);
  return await lookAt(context, 'dedupe', async (workplace) => {
    const seen: Seen[] = [];
    for (const named of rules) seen.push(await seeRule(workplace, named, 0));
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

function unchanged(
  context: Context,
  options: DedupeOptions,
  seen: readonly Seen[],
  refusals: readonly Finding[],
  excess: number,
  started: number,
): DedupeReport {
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

async function confirm(context: Context, options: DedupeOptions, seen: readonly Seen[], excess: number): Promise<void> {
  if (options.yes) return;
  const tables = [...new Set(seen.filter(({ target }) => target.excessRows > 0).map(({ target }) => target.table))];
  const question = `Remove ${excess.toLocaleString('en-US')} rows from ${tables.join(', ')}? They are kept in the archive.`;
  if (await context.confirm(question)) return;
  throw new MsgdbError('MSGDB_CONFIRMATION_NEEDED', {
    what: `Nothing was changed: removing ${excess} rows from ${tables.join(', ')} was not confirmed.`,
  });
}

async function removeExcess(
  context: Context,
  _options: DedupeOptions,
  seen: readonly Seen[],
  started: number,
): Promise<DedupeReport> {
  return await workOn(context, 'dedupe', async (run) => {
    const targets: DedupeTargetReport[] = [];
    const findings: Finding[] = [];
    let failure: MsgdbError | undefined;
    for (const { named, target } of seen) {
      if (failure) break;
      try {
        const outcome = await removeOf(run, named.rule);
        targets.push(targetReport(target, outcome));
        findings.push(...disagreements(target, outcome));
      } catch (error) {
        if (!(error instanceof MsgdbError)) throw error;
        failure = error;
        findings.push(findingOfError(error));
        const { done } = error.data;
        if (isOutcome(done)) targets.push(targetReport(target, done));
      }
    }
    const removed = targets.reduce((sum, each) => sum + each.deleted, 0);
    return {
      command: 'dedupe' as const,
      dryRun: false,
      runId: run.id,
      targets,
      plan: [],
      ...reportCommon(context, started, {
        findings,
        summary: `${removed.toLocaleString('en-US')} rows removed${failure ? ', then stopped' : ''}`,
        next: failure ? undefined : removed > 0 ? `msgdb archive restore ${run.id} (puts them back)` : undefined,
      }),
      ...(failure
        ? { verdict: failure.exitCode === 1 ? ('findings' as const) : ('failed' as const), exitCode: failure.exitCode }
        : {}),
    };
  });
}

/** What had been done when a run stopped, as the engine's error carries it. */
function isOutcome(done: unknown): done is Outcome {
  return typeof done === 'object' && done !== null && 'removed' in done;
}

/** Planned again under the run lock: what was seen before may have been removed by the run that was waited for. */
async function removeOf(run: Run, rule: UniqueKey): Promise<Outcome> {
  const plan = planOf(run, rule, await inspectOperation(run, rule));
  const [refusal] = plan.refusals;
  if (refusal) throw new MsgdbError(refusal.code, { what: refusal.message, fix: refusal.fix });
  let outcome = NOTHING_DONE;
  for (const step of plan.steps) {
    await run.open();
    const begun = performance.now();
    run.emit({ kind: 'step-started', title: step.title });
    outcome = await executeStep(run, step, { runId: run.id, migration: null, operation: null });
    const durationMs = performance.now() - begun;
    run.emit({ kind: 'step-done', title: step.title, durationMs, detail: describeOutcome(outcome) });
  }
  await assertClean(run, rule, outcome);
  return outcome;
}

async function assertClean(run: Run, rule: UniqueKey, outcome: Outcome): Promise<void> {
  const { survey } = await inspectOperation(run, rule);
  if (survey.census.groups <= outcome.disagreeing) return;
  throw new MsgdbError('MSGDB_VERIFY_FAILED', {
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
    repointed: outcome.repointed.map(({ label, columns, rows }) => ({
      table: label.slice(0, label.lastIndexOf('.')),
      columns,
      rows,
    })),
  };
}
