import { countOf } from '../../model/count-of.ts';
import type { DedupeReport } from '../../model/report.ts';
import type { DedupeTargetReport } from '../../model/target-report.ts';
import { flow } from './flow.ts';
import { renderHeading } from './heading.ts';
import type { Ink } from './ink.ts';
import { renderPlans } from './plan.ts';
import { renderCensus, renderSamples, renderTargets, type TargetFigure } from './targets.ts';

/** Dry run: what would be done. Else: what was removed, kept in the archive, merged and re-pointed. */
export function renderDedupe(
  ink: Ink,
  report: Pick<DedupeReport, 'dryRun' | 'targets' | 'plan' | 'findings'>,
): readonly (readonly string[])[] {
  if (report.dryRun) {
    const samples = report.targets.map((target) => renderSamples(ink, target));
    return [renderCensus(ink, report.targets), ...samples, ...renderPlans(ink, report)];
  }
  const isClean = ({ table }: DedupeTargetReport) => !report.findings.some((finding) => finding.table === table);
  return [
    renderTargets(ink, report.targets, outcomes(ink, report.targets), isClean),
    ...report.targets.map((target) => renderRepointed(ink, target)),
    ...report.targets.map((target) => renderChildren(ink, target)),
  ];
}

function outcomes(ink: Ink, targets: readonly DedupeTargetReport[]): readonly TargetFigure<DedupeTargetReport>[] {
  return [
    { title: 'Excess', of: ({ excessRows }) => excessRows, paint: ink.paint.plain },
    ...(targets.some(({ marked }) => marked > 0)
      ? [{ title: 'Marked', of: ({ marked }: DedupeTargetReport) => marked, paint: ink.paint.ok }]
      : []),
    { title: 'Removed', of: ({ deleted }) => deleted, paint: ink.paint.ok },
    { title: 'Archived', of: ({ archived }) => archived, paint: ink.paint.ok },
    { title: 'Merged', of: ({ merged }) => merged, paint: ink.paint.ok },
  ];
}

function renderRepointed(ink: Ink, target: DedupeTargetReport): readonly string[] {
  if (target.repointed.length === 0) return [];
  return [
    ...renderHeading(ink, 'Re-pointed', `to the survivors in ${target.table}`),
    ...target.repointed.flatMap(({ table, columns, rows }) =>
      flow(
        ink,
        [
          { text: `${ink.symbol.ok} `, paint: ink.paint.ok },
          { text: `${table} (${columns.join(', ')})` },
          { text: `  ${countOf(rows, 'row')}`, paint: ink.paint.dim },
        ],
        { first: 2, rest: 4 },
      ),
    ),
  ];
}

function renderChildren(ink: Ink, target: DedupeTargetReport): readonly string[] {
  if (target.childrenRemoved.length === 0) return [];
  return [
    ...renderHeading(
      ink,
      'Removed with them',
      'children that would be copies of others, or that a constraint would refuse; archived too',
    ),
    ...target.childrenRemoved.flatMap(({ table, rows }) =>
      flow(
        ink,
        [
          { text: `${ink.symbol.ok} `, paint: ink.paint.ok },
          { text: table },
          { text: `  ${countOf(rows, 'row')}`, paint: ink.paint.dim },
        ],
        { first: 2, rest: 4 },
      ),
    ),
  ];
}
