import { newRunId } from '../engine/run/run-id.ts';
import { MsgdbError } from '../model/errors.ts';
import type { UniqueKey } from '../model/operations/unique-key.ts';
import type { DedupeReport } from '../model/report.ts';
import type { Context } from './context.ts';
import { countOf } from './count-of.ts';
import { findLeftAlone } from './dedupe/find-left-alone.ts';
import { removeExcess } from './dedupe/remove-excess.ts';
import { isSettled, leftAlone, removableOf, type Seen, seeRules } from './dedupe/see-rules.ts';
import { reportSeen } from './dedupe/target-report.ts';
import { chooseRules } from './load-files.ts';
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
  const { dryRun, samples } = options;
  const rules = await chooseRules(context, options.rule);
  if (dryRun || !options.yes) {
    const depth = dryRun ? 'full' : 'needed';
    const seen = await lookAt(context, 'dedupe', async (workplace) => seeRules(workplace, rules, { samples, depth }));
    if (dryRun || isSettled(seen)) return unchanged(context, dryRun, seen, started);
    await confirm(context, seen);
  }
  return await workOn(context, 'dedupe', async (run) => {
    // Looked at under the run lock: the run that was waited for may have removed what was seen before.
    const seen = await seeRules(run, rules, { samples, depth: 'needed' });
    return isSettled(seen) ? unchanged(context, dryRun, seen, started) : removeExcess(context, run, seen, started);
  });
}

/** What `dedupe` would do, as an SQL script. */
export async function dedupeScript(context: Context, options: Pick<DedupeOptions, 'rule'>): Promise<string> {
  const rules = await chooseRules(context, options.rule);
  return await lookAt(context, 'dedupe', async (workplace) => {
    const seen = await seeRules(workplace, rules, { samples: 0, depth: 'full' });
    return scriptOf(
      seen.map(({ plan }) => ({ plan, migration: null, place: null })),
      newRunId(),
    );
  });
}

function unchanged(context: Context, dryRun: boolean, seen: readonly Seen[], started: number): DedupeReport {
  const excess = seen.reduce((sum, { target }) => sum + target.excessRows, 0);
  const refusals = seen.flatMap(({ plan }) => plan.refusals);
  const left = seen.flatMap(({ target, rule, inspected }) => findLeftAlone(target.table, rule, inspected.survey));
  return {
    command: 'dedupe',
    dryRun,
    runId: null,
    targets: seen.map(reportSeen),
    plan: excess === 0 ? [] : seen.flatMap(({ plan, target }) => reportPlans([plan], target.migration ?? null)),
    ...reportCommon(context, started, {
      findings: [...refusals, ...left],
      summary: summarize(seen, excess, refusals.length),
      next:
        removableOf(seen) > 0 && refusals.length === 0 ? 'the same command with --yes instead of --dry-run' : undefined,
    }),
  };
}

function summarize(seen: readonly Seen[], excess: number, refusals: number): string {
  if (excess === 0) return 'nothing to do: no duplicates';
  if (refusals > 0) return 'the plan is refused; nothing was changed';
  const groups = seen.reduce((sum, { inspected }) => sum + leftAlone(inspected).groups, 0);
  const rest = groups > 0 ? `, ${countOf(groups, 'group')} left alone` : '';
  return `${countOf(removableOf(seen), 'row')} would be removed${rest}; nothing was changed`;
}

async function confirm(context: Context, seen: readonly Seen[]): Promise<void> {
  const excess = removableOf(seen);
  const tables = [...new Set(seen.filter(({ target }) => target.excessRows > 0).map(({ target }) => target.table))];
  const kept = seen.every(({ rule }) => rule.losers !== 'delete');
  const fate = kept ? 'They are kept in the archive.' : 'They are NOT kept: this cannot be undone.';
  const question = `Remove ${countOf(excess, 'row')} from ${tables.join(', ')}? ${fate}`;
  if (await context.confirm(question)) return;
  throw new MsgdbError('MSGDB_CONFIRMATION_NEEDED', {
    what: `Nothing was changed: removing ${excess} rows from ${tables.join(', ')} was not confirmed.`,
  });
}
