import { CODES } from '../model/codes.ts';
import type { Finding } from '../model/finding.ts';
import type { Check, Report } from '../model/report.ts';

/** Whether a failed check of `verify` says what the finding says: formats that show checks show it once. */
export function isShownByCheck(finding: Finding, report: Report): boolean {
  return (
    (report.command === 'verify' || report.command === 'doctor') &&
    report.checks.some((check) => check.status === 'failed' && isAbout(finding, check))
  );
}

/** What mends a failed check: the fix of its finding, else the registry's. */
export function fixOfCheck(check: Check, findings: readonly Finding[]): string | undefined {
  const finding = findings.find((each) => isAbout(each, check));
  return finding?.fix ?? (check.code === null ? undefined : CODES[check.code].fix);
}

function isAbout(finding: Finding, check: Check): boolean {
  return (
    finding.code === check.code &&
    (finding.table ?? null) === check.table &&
    (finding.migration === undefined || finding.migration === check.migration)
  );
}
