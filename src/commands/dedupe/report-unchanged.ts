import { countOf } from '../../model/count-of.ts';
import type { PlanEnd } from '../../model/plan-file.ts';
import type { DedupeReport } from '../../model/report.ts';
import { shellWord } from '../../model/shell-word.ts';
import { findLeftAlone } from '../../plan/refusals/find-left-alone.ts';
import type { EngineSettings } from '../../session/workplace.ts';
import { lackingFindings, nextOf } from '../plans/note-lacking.ts';
import { reportPlans } from '../plans/report-plan.ts';
import { conclude, concludeLook } from '../reports/conclude.ts';
import type { Unfinished } from '../reports/make-report.ts';
import { groupsLeftAlone, removableOf, type Seen } from './see-rules.ts';
import { reportSeen } from './target-report.ts';

/** A plan that has been written. */
interface Written extends Pick<PlanEnd, 'groups' | 'rows'> {
  readonly file: string;
}

/** A run that looked, and removed nothing. */
interface Look {
  readonly settings: Pick<EngineSettings, 'historySchema'>;
  readonly seen: readonly Seen[];
  readonly dryRun: boolean;
  readonly written?: Written | undefined;
}

/** The report of a run that removed nothing. */
export function reportUnchanged({ settings, seen, dryRun, written }: Look): Unfinished<DedupeReport> {
  const excess = seen.reduce((sum, { target }) => sum + target.excessRows, 0);
  const refusals = seen.flatMap(({ plan }) => plan.refusals);
  const changes = seen.some(({ plan }) => plan.steps.length > 0);
  const left = seen.flatMap(({ target, rule, inspected }) => findLeftAlone(target.table, rule, inspected.survey));
  return {
    command: 'dedupe',
    dryRun,
    runId: null,
    targets: seen.map(reportSeen),
    ...(written ? { planFile: written.file } : {}),
    plan:
      excess === 0 && !changes
        ? []
        : seen.flatMap(({ plan, target }) => reportPlans([plan], target.migration ?? null, settings)),
    ...(dryRun ? concludeLook : conclude)({
      findings: [...refusals, ...(dryRun ? lackingFindings(seen) : []), ...left],
      summary: written
        ? summarizeWritten(seen, written)
        : summarize(seen, excess, refusals.length, dryRun ? 'would be ' : ''),
      next: changes && refusals.length === 0 ? nextOf(seen, commandAfter(written)) : undefined,
    }),
  };
}

function commandAfter(written: Written | undefined): string {
  return written
    ? `msgdb dedupe --plan ${shellWord(written.file)}`
    : 'the same command with --yes instead of --dry-run';
}

function summarizeWritten(seen: readonly Seen[], { file, groups, rows }: Written): string {
  const fate = fatesOf(seen).map(({ verb }) => verb);
  const listed = `${countOf(rows - groups, 'row')} in ${countOf(groups, 'group')} would be ${fate.join(' or ')}`;
  return `${listed}; the plan is in ${file}; nothing was changed`;
}

function summarize(seen: readonly Seen[], excess: number, refusals: number, would: 'would be ' | ''): string {
  if (excess === 0 && seen.every(({ plan }) => plan.steps.length === 0)) return 'nothing to do: no duplicates';
  if (excess === 0) return 'no duplicates; a damaged index would be rebuilt; nothing was changed';
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
