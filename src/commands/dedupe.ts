import { type Plannable, recordPlan } from '../engine/plan-file/record-plan.ts';
import { countOf } from '../model/count-of.ts';
import type { UniqueKey } from '../model/operations/unique-key.ts';
import type { PlanEnd } from '../model/plan-file.ts';
import type { DedupeReport } from '../model/report.ts';
import { findDedupe } from '../plan/find-dedupe.ts';
import type { Context } from './context.ts';
import { confirmRemoval } from './dedupe/confirm-removal.ts';
import { findLeftAlone } from './dedupe/find-left-alone.ts';
import { removeEach } from './dedupe/remove-each.ts';
import { removeExcess } from './dedupe/remove-excess.ts';
import { groupsLeftAlone, isSettled, removableOf, type Seen, seeRules } from './dedupe/see-rules.ts';
import { reportSeen } from './dedupe/target-report.ts';
import { chooseRules } from './load-files.ts';
import { nextOf } from './note-lacking.ts';
import { reportCommon } from './report-common.ts';
import { reportPlans, scriptOf } from './report-plan.ts';
import { sweepAbandoned } from './sweep-abandoned.ts';
import { connectToChange, connectToRead } from './with-database.ts';

export interface DedupeOptions {
  /** Work on this rule only, instead of those of the migrations. */
  readonly rule?: UniqueKey | undefined;
  readonly dryRun: boolean;
  /** Do not ask. */
  readonly yes: boolean;
  readonly samples: number;
  /** Write what would be removed to this file, for `applyPlan`; with `dryRun` only. */
  readonly planOut?: string | undefined;
}

/** Removes excess rows without building an index; with `dryRun`, shows what would be removed. */
export async function dedupe(context: Context, options: DedupeOptions): Promise<DedupeReport> {
  let started = performance.now();
  const { dryRun, samples, planOut } = options;
  const rules = await chooseRules(context, options.rule);
  let moment: string | undefined;
  if (planOut !== undefined) {
    return await connectToRead(context, 'dedupe', async (workplace) => {
      const seen = await seeRules(workplace, rules, { samples, depth: 'full', strategy: 'plan-file', purpose: 'look' });
      const refused = seen.some(({ plan }) => plan.refusals.length > 0);
      const written = refused ? undefined : await recordPlan(workplace, planOut, seen.flatMap(plannableOf));
      return unchanged(context, started, {
        seen,
        dryRun: true,
        written: written && { file: planOut, ...written },
      });
    });
  }
  if (dryRun || !options.yes) {
    const how = dryRun ? ({ depth: 'full', purpose: 'look' } as const) : ({ depth: 'needed', purpose: 'do' } as const);
    const seen = await connectToRead(context, 'dedupe', async (workplace) =>
      seeRules(workplace, rules, { samples, ...how }),
    );
    if (!dryRun && isSettled(seen)) await sweepAbandoned(context, 'dedupe');
    if (dryRun || isSettled(seen)) return unchanged(context, started, { seen, dryRun });
    started += await confirmRemoval(context, seen.map(removalOf));
    moment = seen[0]?.inspected.facts.server.moment;
  }
  return await connectToChange(context, 'dedupe', async (run) => {
    // Looked at under the run lock: the run that was waited for may have removed what was seen before.
    const server = { ...run.server, ...(moment === undefined ? {} : { moment }) };
    const seen = await seeRules({ ...run, server }, rules, { samples, depth: 'needed', purpose: 'do' });
    if (isSettled(seen)) return unchanged(context, started, { seen, dryRun });
    return await removeEach(context, run, started, seen, async (each) => removeExcess(run, each));
  });
}

/** What `dedupe` would do, as an SQL script. */
export async function dedupeScript(context: Context, options: Pick<DedupeOptions, 'rule'>): Promise<string> {
  const rules = await chooseRules(context, options.rule);
  return await connectToRead(context, 'dedupe', async (workplace) => {
    const seen = await seeRules(workplace, rules, { samples: 0, depth: 'full', purpose: 'look' });
    return await scriptOf(
      'dedupe',
      seen.map(({ plan }) => ({ plan, migration: null, place: null })),
      workplace,
    );
  });
}

/** A plan that has been written. */
interface Written extends Pick<PlanEnd, 'groups' | 'rows'> {
  readonly file: string;
}

/** A run that looked, and removed nothing. */
interface Look {
  readonly seen: readonly Seen[];
  readonly dryRun: boolean;
  readonly written?: Written | undefined;
}

function unchanged(context: Context, started: number, { seen, dryRun, written }: Look): DedupeReport {
  const excess = seen.reduce((sum, { target }) => sum + target.excessRows, 0);
  const refusals = seen.flatMap(({ plan }) => plan.refusals);
  const left = seen.flatMap(({ target, rule, inspected }) => findLeftAlone(target.table, rule, inspected.survey));
  return {
    command: 'dedupe',
    dryRun,
    runId: null,
    targets: seen.map(reportSeen),
    ...(written ? { planFile: written.file } : {}),
    plan: excess === 0 ? [] : seen.flatMap(({ plan, target }) => reportPlans([plan], target.migration ?? null)),
    ...reportCommon(context, started, {
      findings: [...refusals, ...left],
      summary: written
        ? summarizeWritten(seen, written)
        : summarize(seen, excess, refusals.length, dryRun ? 'would be ' : ''),
      next: removableOf(seen) > 0 && refusals.length === 0 ? nextOf(seen, commandAfter(written)) : undefined,
    }),
  };
}

function commandAfter(written: Written | undefined): string {
  return written
    ? `msgdb dedupe --plan ${shellWord(written.file)}`
    : 'the same command with --yes instead of --dry-run';
}

/** The next command is there to be copied. */
function shellWord(text: string): string {
  return /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function summarizeWritten(seen: readonly Seen[], { file, groups, rows }: Written): string {
  const fate = fatesOf(seen).map(({ verb }) => verb);
  const listed = `${countOf(rows - groups, 'row')} in ${countOf(groups, 'group')} would be ${fate.join(' or ')}`;
  return `${listed}; the plan is in ${file}; nothing was changed`;
}

function summarize(seen: readonly Seen[], excess: number, refusals: number, would: 'would be ' | ''): string {
  if (excess === 0) return 'nothing to do: no duplicates';
  if (refusals > 0) return 'the plan is refused; nothing was changed';
  const groups = seen.reduce((sum, { inspected }) => sum + groupsLeftAlone(inspected).groups, 0);
  const rest = groups > 0 ? `, ${countOf(groups, 'group')} left alone` : '';
  const done = fatesOf(seen).map(({ verb, rows }) => `${countOf(rows, 'row')} ${would}${verb}`);
  return `${done.join(', ')}${rest}; nothing was changed`;
}

/** What becomes of losers: those of some rules are removed, those of others marked. */
function fatesOf(seen: readonly Seen[]): readonly { readonly verb: 'removed' | 'marked'; readonly rows: number }[] {
  const marking = seen.filter(({ rule }) => typeof rule.losers === 'object');
  const removing = seen.filter(({ rule }) => typeof rule.losers !== 'object');
  const [marked, removed] = [removableOf(marking), removableOf(removing)];
  return [
    ...(removed > 0 || marked === 0 ? [{ verb: 'removed' as const, rows: removed }] : []),
    ...(marked > 0 ? [{ verb: 'marked' as const, rows: marked }] : []),
  ];
}

function removalOf(seen: Seen) {
  return { rule: seen.rule, target: seen.target, rows: removableOf([seen]) };
}

function plannableOf({ rule, target, inspected, plan }: Seen): readonly Plannable[] {
  const dedupe = findDedupe(plan);
  const { facts, survey } = inspected;
  return dedupe ? [{ rule, migration: target.migration, facts, dedupe, references: survey.references }] : [];
}
