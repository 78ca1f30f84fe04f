import type { RedoReport, RollbackReport } from '../../model/report.ts';
import { renderApplied } from './applied.ts';
import type { Ink } from './ink.ts';
import { renderPlans } from './plan.ts';
import { renderRestored } from './restored.ts';

/** Dry run: how each migration would be undone. Else: what was undone, and the rows that are back. */
export function renderRollback(ink: Ink, report: RollbackReport): readonly (readonly string[])[] {
  if (report.dryRun) return renderPlans(ink, report);
  return [...report.rolledBack.map((migration) => renderApplied(ink, migration)), renderRestored(ink, report)];
}

/** Dry run: how the migration would be undone. Else: what was undone, then what was done. */
export function renderRedo(ink: Ink, report: RedoReport): readonly (readonly string[])[] {
  if (report.dryRun) return renderPlans(ink, report);
  return [
    ...report.rolledBack.map((migration) => renderApplied(ink, { ...migration, name: `undo ${migration.name}` })),
    renderRestored(ink, report),
    ...report.applied.map((migration) => renderApplied(ink, migration)),
  ];
}
