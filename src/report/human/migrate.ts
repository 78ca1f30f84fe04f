import { countOf } from '../../model/count-of.ts';
import type { MigrateReport } from '../../model/report.ts';
import type { Rewritten } from '../../model/rewritten.ts';
import { printableLines } from '../printable.ts';
import { renderApplied } from './applied.ts';
import { flow, flowLabelled, prose } from './flow.ts';
import { renderHeading } from './heading.ts';
import type { Ink } from './ink.ts';
import { renderPlans } from './plan.ts';

/** Dry run: the plan of each pending migration. Else: what each one did, and what is still to come. */
export function renderMigrate(ink: Ink, report: MigrateReport): readonly (readonly string[])[] {
  if (report.rewritten) return report.rewritten.map((each) => renderRewritten(ink, each, report.dryRun));
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

/** Which files go and come; before it is done also what would be written, and what to know of it. */
function renderRewritten(ink: Ink, { migration, removed, written, text, notes }: Rewritten, planned: boolean) {
  const gone = { text: '- ', paint: ink.paint.attention };
  const made = { text: `${ink.symbol.added} `, paint: ink.paint.ok };
  return [
    ...renderHeading(ink, migration),
    ...removed.flatMap((path) => flow(ink, [gone, { text: path }], { first: 2, rest: 4 })),
    ...flow(ink, [made, { text: written }], { first: 2, rest: 4 }),
    ...(planned ? ['', ...printableLines(text.trimEnd()).map((line) => `    ${line}`.trimEnd()), ''] : []),
    ...notes.flatMap((note) =>
      flowLabelled(ink, [{ text: ink.symbol.info, paint: ink.paint.command }], 3, prose(ink, note), 4),
    ),
  ];
}
