import { CODES } from '../model/codes.ts';
import type { MsgdbError } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { AppliedMigration } from '../model/plan-report.ts';
import type { Check, Report } from '../model/report.ts';
import { remarksOf } from './remarks.ts';
import { fixOfCheck, isShownByCheck } from './shown-by-check.ts';
import { sourcePlaceOf } from './source-place.ts';
import { renderXml, type XmlElement } from './xml.ts';

/**
 * The report as JUnit XML: a test case for every check of `verify` and every migration done, a failed one for
 * every finding. A command with nothing to report is one passed case, so that CI shows it ran.
 */
export function renderJunit(report: Report): string {
  const cases = [
    ...checkCases(report),
    ...upsertCases(report),
    ...migrationCases(report),
    ...findingCases(report),
    ...remarkCases(report),
  ];
  const passed = testCase(`msgdb.${report.command}`, report.summary, report.durationMs);
  return renderSuite(report.command, report.durationMs, cases.length > 0 ? cases : [passed]);
}

/** A failure as a suite of one test case in error. */
export function renderErrorJunit(error: MsgdbError, command: string): string {
  const outcome = outcomeElement('error', error.code, error.message, [error.why, `Fix: ${error.fix}`]);
  return renderSuite(command, 0, [testCase(`msgdb.${command}`, CODES[error.code].title, undefined, outcome)]);
}

function renderSuite(command: string, durationMs: number, cases: readonly XmlElement[]): string {
  const totals = {
    name: `msgdb ${command}`,
    tests: cases.length,
    failures: countOf(cases, 'failure'),
    errors: countOf(cases, 'error'),
    skipped: countOf(cases, 'skipped'),
    time: seconds(durationMs),
  };
  const suite: XmlElement = { name: 'testsuite', attributes: totals, children: cases };
  return renderXml({ name: 'testsuites', attributes: totals, children: [suite] });
}

function checkCases(report: Report): readonly XmlElement[] {
  if (report.command !== 'verify' && report.command !== 'doctor') return [];
  return report.checks.map((check) =>
    testCase(classOf(report.command, check), nameOf(check), undefined, checkOutcome(check, report.findings)),
  );
}

function checkOutcome(check: Check, findings: readonly Finding[]): XmlElement | undefined {
  if (check.status === 'skipped') return { name: 'skipped', attributes: { message: check.detail } };
  if (check.status === 'info') return { name: 'system-out', attributes: {}, text: check.detail };
  if (check.status === 'ok') return undefined;
  const fix = fixOfCheck(check, findings);
  return outcomeElement('failure', check.code ?? 'failed', check.detail, fix ? [`Fix: ${fix}`] : []);
}

/** Upserts without an error; those with one are findings. What a warning says stands beside the passed case. */
function upsertCases(report: Report): readonly XmlElement[] {
  if (report.command !== 'check-upserts') return [];
  return report.upserts
    .filter(
      ({ status, ignored, code }) => ignored !== null || (status !== 'error' && code !== 'MSGDB_UPSERT_UNRESOLVED'),
    )
    .map(({ file, line, table, target, status, message, ignored }) => {
      const skipped = ignored ?? (status === 'unresolved' ? message : null);
      const name = [`${file}:${line}`, table, target].filter(Boolean).join(' ');
      const outcome: XmlElement | undefined =
        skipped !== null
          ? { name: 'skipped', attributes: { message: skipped } }
          : message === null
            ? undefined
            : { name: 'system-out', attributes: {}, text: message };
      return testCase('msgdb.check-upserts', name, undefined, outcome);
    });
}

function migrationCases(report: Report): readonly XmlElement[] {
  const done: readonly AppliedMigration[] = [
    ...('rolledBack' in report ? report.rolledBack : []),
    ...('applied' in report ? report.applied : []),
  ];
  return done.map((migration) => testCase(`msgdb.${report.command}`, migration.name, migration.durationMs));
}

/** Findings that no failed check has shown already. */
function findingCases(report: Report): readonly XmlElement[] {
  return report.findings
    .filter((finding) => finding.level !== 'warning' && !isShownByCheck(finding, report))
    .map((finding) =>
      testCase(
        classOf(report.command, finding),
        [placeOf(report, finding), `${CODES[finding.code].title}: ${finding.message}`].filter(Boolean).join(' '),
        undefined,
        outcomeElement('failure', finding.code, finding.message, [`Fix: ${finding.fix}`]),
      ),
    );
}

/** Passed cases with something to read. */
function remarkCases(report: Report): readonly XmlElement[] {
  return remarksOf(report).map((remark) =>
    testCase(classOf(report.command, { migration: remark.migration ?? null }), remark.title, undefined, {
      name: 'system-out',
      attributes: {},
      text: remark.text,
    }),
  );
}

/** Two upserts may be wrong in the same words. */
function placeOf(report: Report, finding: Finding): string {
  const place = report.command === 'check-upserts' ? sourcePlaceOf(finding) : undefined;
  return place ? `${place.file}:${place.line}` : '';
}

function nameOf(check: Check): string {
  return check.table === null ? check.title : `${check.table}: ${check.title}`;
}

function classOf(command: string, about: { readonly migration?: string | null }): string {
  return about.migration ? `msgdb.${command}.${about.migration}` : `msgdb.${command}`;
}

function testCase(
  classname: string,
  name: string,
  durationMs: number | undefined,
  outcome?: XmlElement | undefined,
): XmlElement {
  return {
    name: 'testcase',
    attributes: { classname, name, ...(durationMs !== undefined && { time: seconds(durationMs) }) },
    ...(outcome && { children: [outcome] }),
  };
}

function outcomeElement(name: 'failure' | 'error', type: string, message: string, more: readonly string[]): XmlElement {
  return { name, attributes: { type, message }, text: [message, ...more].join('\n') };
}

function countOf(cases: readonly XmlElement[], outcome: string): number {
  return cases.filter((each) => each.children?.[0]?.name === outcome).length;
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}
