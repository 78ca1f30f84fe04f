import type { PlanRun } from '../../catalog/read-history.ts';
import { countOf, formatCount } from '../../model/count-of.ts';
import { NOTHING_DONE } from '../../model/outcome.ts';
import type { DedupeReport } from '../../model/report.ts';
import type { EngineSettings } from '../../session/workplace.ts';
import { lackingFindings, nextOf } from '../plans/note-lacking.ts';
import { reportPlans } from '../plans/report-plan.ts';
import { conclude, concludeLook } from '../reports/conclude.ts';
import type { Unfinished } from '../reports/make-report.ts';
import { findLeftOut } from './find-left-out.ts';
import type { Before, CurrentSection, Split } from './see-groups.ts';
import type { SeenSection } from './see-plan.ts';
import { reportOutcome } from './target-report.ts';

/** How a plan file is applied. */
interface Asked {
  readonly settings: Pick<EngineSettings, 'historySchema'>;
  readonly dryRun: boolean;
}

/** Of a plan that is refused, or lists nothing. */
export function reportSettled(seen: readonly SeenSection[], { dryRun, settings }: Asked): Unfinished<DedupeReport> {
  const refusals = seen.flatMap(({ plan }) => plan.refusals);
  return {
    command: 'dedupe',
    dryRun,
    runId: null,
    targets: seen.map(({ target }) => reportOutcome(target, NOTHING_DONE)),
    plan: seen.flatMap(({ plan, section }) => reportPlans([plan], section.target.migration, settings)),
    ...conclude({
      findings: refusals,
      summary:
        refusals.length > 0
          ? 'the plan is refused; nothing was changed'
          : 'nothing to do: the plan lists no duplicates',
    }),
  };
}

/** What has become of the groups of a plan: which of them would go, which are done, which have changed. */
export function reportGroups(
  sections: readonly CurrentSection[],
  { dryRun, settings }: Asked,
): Unfinished<DedupeReport> {
  const splits = sections.map(({ split }) => split);
  const findings = sections.flatMap(({ seen, split }) => findLeftOut(seen, split, dryRun ? 'would be' : 'past'));
  const lacking = dryRun ? lackingFindings(sections.map(({ seen }) => seen)) : [];
  const sum = (of: (each: CurrentSection) => number): number => sections.reduce((all, each) => all + of(each), 0);
  const going = sum(({ current }) => current.rows - current.groups);
  const listed = sum(({ seen }) => seen.target.excessRows);
  const before = joinBefore(splits);
  const applied = before && before.rows === listed ? before : undefined;
  const next = nextOf(
    sections.map(({ seen }) => seen),
    'the same command with --yes instead of --dry-run',
  );
  return {
    command: 'dedupe',
    dryRun,
    runId: null,
    targets: sections.map(({ seen }) => reportOutcome(seen.target, NOTHING_DONE)),
    plan: dryRun
      ? sections.flatMap(({ plan, seen }) => reportPlans([plan], seen.section.target.migration, settings))
      : [],
    ...(dryRun ? concludeLook : conclude)({
      findings: [...findings, ...lacking],
      summary: applied
        ? `nothing to do: this plan was applied by ${runsOf(applied.runs)}`
        : `${dryRun ? summarize(sections, { going, listed }) : [`0 rows ${fateOf(splits)}`, ...describeRest(splits)].join('; ')}; nothing was changed`,
      next: going > 0 && findings.length === 0 ? next : undefined,
    }),
  };
}

function summarize(
  sections: readonly CurrentSection[],
  { going, listed }: { readonly going: number; readonly listed: number },
): string {
  const splits = sections.map(({ split }) => split);
  const groups = sections.reduce((all, { current }) => all + current.groups, 0);
  const would = `would be ${fateOf(splits)}`;
  return [
    going === listed
      ? `${amount({ rows: listed, groups })} ${would}, as the plan lists them`
      : `${formatCount(going)} of the ${countOf(listed, 'row')} that the plan lists ${would}`,
    ...describeRest(splits, 'would be '),
  ].join('; ');
}

/** What of a plan a run does not do: `8 rows in 4 groups left out`. */
export function describeRest(splits: readonly Split[], would: 'would be ' | '' = ''): readonly string[] {
  const before = joinBefore(splits);
  const left = splits.flatMap(({ leftOut }) => leftOut);
  const sum = (of: (each: { readonly rows: number; readonly groups: number }) => number): number =>
    left.reduce((all, each) => all + of(each), 0);
  const elsewhere = splits.reduce((all, split) => all + split.elsewhere, 0);
  return [
    ...(before ? [`${countOf(before.rows, 'row')} had been ${fateOf(splits)} by ${runsOf(before.runs)}`] : []),
    ...(left.length > 0
      ? [`${amount({ rows: sum(({ rows }) => rows), groups: sum(({ groups }) => groups) })} ${would}left out`]
      : []),
    ...(elsewhere > 0 ? [describeElsewhere(elsewhere, splits)] : []),
  ];
}

function describeElsewhere(rows: number, splits: readonly Split[]): string {
  return splits.every(({ missing }) => missing === 'gone')
    ? `${countOf(rows, 'row is', 'rows are')} not there any more`
    : `${countOf(rows, 'row was', 'rows were')} updated or removed by something else`;
}

/** Of rules that mark their losers, and rules that do not, together it is said that rows are removed. */
function fateOf(splits: readonly Split[]): Split['fate'] {
  return splits.length > 0 && splits.every(({ fate }) => fate === 'marked') ? 'marked' : 'removed';
}

function amount({ rows, groups }: { readonly rows: number; readonly groups: number }): string {
  return `${countOf(rows, 'row')} in ${countOf(groups, 'group')}`;
}

function joinBefore(splits: readonly Split[]): Before | undefined {
  const all = splits.flatMap(({ before }) => before ?? []);
  if (all.length === 0) return undefined;
  return {
    rows: all.reduce((sum, { rows }) => sum + rows, 0),
    runs: all.flatMap(({ runs }) => runs),
  };
}

/** `run 20261129-160945-7e0f on 2026-11-29 16:09 UTC`. */
function runsOf(runs: readonly PlanRun[]): string {
  const named = new Map(runs.map(({ runId, at }) => [runId, `run ${runId} on ${at} UTC`]));
  return [...named.values()].join(' and ');
}
