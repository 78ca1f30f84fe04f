import type { Report } from './report.ts';

/** The exit code of a finished command. */
export function exitCodeOf(report: Report): number {
  if (report.exitCode !== undefined) return report.exitCode;
  return { ok: 0, findings: 1, failed: 5 }[report.verdict];
}
