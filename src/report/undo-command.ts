import type { Report } from '../model/report.ts';

/** What puts the database back as it was before; undefined where nothing was done that can be. */
export function undoCommand(report: Report): string | undefined {
  switch (report.command) {
    case 'migrate':
    case 'redo':
      if (report.applied.length === 0) return undefined;
      return report.applied.length === 1 ? 'msgdb rollback' : `msgdb rollback --step ${report.applied.length}`;
    case 'rollback':
      return report.rolledBack.length === 0 ? undefined : 'msgdb migrate';
    case 'dedupe':
      return restoreCommand(report);
    case 'preflight':
      return report.repair && restoreCommand(report.repair);
    case 'report':
      return report.undo ?? undefined;
    default:
      return undefined;
  }
}

/** Rows that were removed without a copy cannot be put back. */
function restoreCommand({
  runId,
  targets,
}: Pick<Extract<Report, { command: 'dedupe' }>, 'runId' | 'targets'>): string | undefined {
  const kept = targets.some(({ archived, marked }) => archived + marked > 0);
  return runId === null || !kept ? undefined : `msgdb archive restore ${runId}`;
}
