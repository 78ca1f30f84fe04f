import { countOf } from '../../model/count-of.ts';
import type { MigrateReport } from '../../model/report.ts';
import { renderApplied } from './applied.ts';
import { flow } from './flow.ts';
import { renderHeading } from './heading.ts';
import type { Ink } from './ink.ts';
import { renderPlans } from './plan.ts';

/** Dry run: the plan of each pending migration. Else: what each one did, and what is still to come. */
export function renderMigrate(ink: Ink, report: MigrateReport): readonly (readonly string[])[] {
  if (report.dryRun) return renderPlans(ink, report);
  return [...report.applied.map((migration) => renderApplied(ink, migration)), renderPending(ink, report.pending)];
}

function renderPending(ink: Ink, pending: readonly string[]): readonly string[] {
  if (pending.length === 0) return [];
  const mark = { text: `${ink.symbol.pending} `, paint: ink.paint.attention };
  return [
    ...renderHeading(ink, 'Pending', countOf(pending.length, 'migration')),
    ...pending.flatMap((name) => flow(ink, [mark, { text: name }], { first: 2, rest: 4 })),
  ];
}
