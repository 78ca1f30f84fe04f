import { createHash } from 'node:crypto';
import { CODES } from '../model/codes.ts';
import type { MsgdbError } from '../model/errors.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { fingerprintOf } from './fingerprint.ts';
import { printableLines } from './printable.ts';
import { remarksOf } from './remarks.ts';
import { sourcePlaceOf } from './source-place.ts';

/** One entry of GitLab's Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: 'info' | 'minor' | 'major' | 'critical' | 'blocker';
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

/** The report as a Code Quality report of GitLab: an issue for each finding, one of the lowest severity for each remark. */
export function renderGitlab(report: Report): string {
  const severity = report.verdict === 'failed' ? 'critical' : 'major';
  return render([
    ...report.findings.map((each) => issueOf(each, each.level === 'warning' ? 'minor' : severity)),
    ...remarksOf(report).map(
      ({ code, title, text, table, migration }): Issue => ({
        description: describe(`${title}: ${text}`),
        check_name: code,
        fingerprint: [code, table, title].join('/'),
        severity: 'info',
        location: placeless(migration ?? table),
      }),
    ),
  ]);
}

/** A failure as such a report. */
export function renderErrorGitlab(error: MsgdbError): string {
  return render([issueOf(finding(error.code, error.message, { fix: error.fix, data: error.data }), 'blocker')]);
}

function issueOf(each: Finding, severity: Issue['severity']): Issue {
  const place = sourcePlaceOf(each);
  const about = each.table === undefined || each.message.includes(each.table) ? '' : `${each.table}: `;
  return {
    description: describe(`${CODES[each.code].title}: ${about}${each.message} Fix: ${each.fix}`),
    check_name: each.code,
    fingerprint: fingerprintOf(each),
    severity,
    location: place
      ? { path: pathOf(place.file), lines: { begin: place.line ?? 1 } }
      : placeless(each.migration ?? each.table ?? 'database'),
  };
}

/** GitLab takes no issue without a path: what is about a table or a migration has its name there. */
function placeless(name: string): Issue['location'] {
  return { path: pathOf(name), lines: { begin: 1 } };
}

/** It shows an issue in one line. */
function describe(text: string): string {
  return printableLines(text).join(' ').trim();
}

/** From the folder of the repository, as git writes it. */
function pathOf(file: string): string {
  return printableLines(file.replaceAll('\\', '/'))
    .join(' ')
    .replace(/^(?:\.\/)+/, '');
}

/** A fingerprint is asked to be a hash, and one that comes twice hides the second issue. */
function render(issues: readonly Issue[]): string {
  const seen = new Map<string, number>();
  const distinct = issues.map((issue) => {
    const turn = seen.get(issue.fingerprint) ?? 0;
    seen.set(issue.fingerprint, turn + 1);
    return { ...issue, fingerprint: sha256(turn === 0 ? issue.fingerprint : `${issue.fingerprint}#${turn}`) };
  });
  return `${JSON.stringify(distinct, null, 2)}\n`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
