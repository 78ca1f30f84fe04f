import { countOf, formatCount } from '../../model/count-of.ts';
import type { AppliedMigration } from '../../model/plan-report.ts';
import { dotted, flow } from './flow.ts';
import type { Ink } from './ink.ts';
import { formatDuration } from './numbers.ts';
import { type Cell, renderTable } from './table.ts';

/** A migration that was done or undone: its steps, what came of each, and the rows before and after. */
export function renderApplied(ink: Ink, migration: AppliedMigration): readonly string[] {
  const title = dotted(
    ink,
    [
      { text: `${ink.symbol.ok} `, paint: ink.paint.ok },
      { text: migration.name, paint: ink.paint.strong },
    ],
    [{ text: migration.summary }],
    [{ text: formatDuration(migration.durationMs), paint: ink.paint.dim, whole: true }],
  );
  return [...flow(ink, title, { first: 0, rest: 2 }), ...renderSteps(ink, migration), ...renderCounts(ink, migration)];
}

function renderSteps(ink: Ink, { steps }: AppliedMigration): readonly string[] {
  const columns = [{ title: '' }, { title: '' }, { title: '', align: 'right' as const }];
  const rows = steps.map(({ title, detail, durationMs }): readonly Cell[] => [
    [[{ text: title }]],
    [[{ text: detail, paint: ink.paint.ok }]],
    [[{ text: formatDuration(durationMs), paint: ink.paint.dim }]],
  ]);
  return renderTable(ink, columns, rows, 2);
}

function renderCounts(ink: Ink, { counts }: AppliedMigration): readonly string[] {
  const columns = [{ title: '' }, { title: '', align: 'right' as const }, { title: '' }];
  const rows = counts.map(({ table, before, after }): readonly Cell[] => [
    [[{ text: table, paint: ink.paint.strong }]],
    [[{ text: `${formatCount(before)} ${ink.symbol.to} ${formatCount(after)}` }]],
    [[{ text: changeOf(before, after), paint: ink.paint.dim }]],
  ]);
  return renderTable(ink, columns, rows, 2);
}

function changeOf(before: number, after: number): string {
  if (before === after) return 'rows, as before';
  return after < before ? `${countOf(before - after, 'row')} fewer` : `${countOf(after - before, 'row')} more`;
}
