import { countOf, formatCount } from '../../model/count-of.ts';
import type { AppliedMigration } from '../../model/plan-report.ts';
import type { Report } from '../../model/report.ts';
import { formatDuration } from '../human/numbers.ts';
import { undoCommand } from '../undo-command.ts';
import { html, type Markup } from './markup.ts';
import { commandLine, dataTable, type Section } from './parts.ts';

/** What was done and undone, and the command that takes it back. */
export function changesSection(report: Report): Section {
  return { id: 'changes', title: 'What was changed', body: [...done(report), ...undo(report)] };
}

function done(report: Report): readonly Markup[] {
  if (report.command === 'migrate') return report.applied.map(appliedMigration);
  if (report.command === 'rollback') return [...report.rolledBack.map(appliedMigration), restored(report)];
  if (report.command === 'redo') {
    return [...report.rolledBack.map(appliedMigration), restored(report), ...report.applied.map(appliedMigration)];
  }
  if (report.command === 'archive' && report.action === 'restore') return [restored(report)];
  return [];
}

function restored({ restoredRows, notRestoredRows }: Extract<Report, { readonly restoredRows: number }>): Markup {
  if (restoredRows + notRestoredRows === 0) return html``;
  const left = notRestoredRows > 0 ? `; ${countOf(notRestoredRows, 'row')} not restored` : '';
  return html`<p>${countOf(restoredRows, 'row')} restored from the archive${left}.</p>`;
}

function appliedMigration({ name, summary, durationMs, steps, counts }: AppliedMigration): Markup {
  return html`
<section class="rule">
<h3>${name}</h3>
<p>${summary} <span class="dim">${formatDuration(durationMs)}</span></p>
${dataTable(
  `Steps of ${name}`,
  [{ title: 'Step', heads: true }, { title: 'What came of it' }, { title: 'Took', number: true }],
  steps.map(({ title, detail, durationMs: took }) => ({
    cells: [{ shown: title }, { shown: detail }, { shown: formatDuration(took), sortBy: took }],
  })),
)}
${dataTable(
  `Rows before and after ${name}`,
  [
    { title: 'Table', heads: true },
    { title: 'Before', number: true },
    { title: 'After', number: true },
    { title: 'Change', number: true },
  ],
  counts.map(({ table, before, after }) => ({
    cells: [
      { shown: table },
      { shown: formatCount(before), sortBy: before },
      { shown: formatCount(after), sortBy: after },
      { shown: `${after > before ? '+' : ''}${formatCount(after - before)}`, sortBy: after - before },
    ],
  })),
)}
</section>`;
}

function undo(report: Report): readonly Markup[] {
  const command = undoCommand(report);
  return command === undefined ? [] : [html`<h3>How to undo it</h3>${commandLine(command)}`];
}
