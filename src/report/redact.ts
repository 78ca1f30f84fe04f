import { countOf } from '../model/count-of.ts';
import type { Discovery } from '../model/discovery.ts';
import { MsgdbError } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { GroupSample, Report } from '../model/report.ts';

type Row = Readonly<Record<string, string | null>>;

/** Replaces a value: `‹12 chars›`. */
export type Mask = (value: string) => string;

export const maskValue: Mask = (value) => `‹${lengthOf(value)}›`;
export const maskValueInAscii: Mask = (value) => `<${lengthOf(value)}>`;

/**
 * The report without row contents: values and keys of samples, archived rows, and the values PostgreSQL
 * quotes in its messages. That a value is NULL, and which columns differ, is still told.
 */
export function redactReport(report: Report, mask: Mask): Report {
  const common = { summary: maskQuotedRows(report.summary, mask), findings: redactFindings(report.findings, mask) };
  switch (report.command) {
    case 'find-duplicates':
      return {
        ...report,
        ...common,
        targets: report.targets.map((target) => redactTarget(target, mask)),
        ...(report.discovery && { discovery: redactDiscovery(report.discovery, mask) }),
      };
    case 'dedupe':
      return { ...report, ...common, targets: report.targets.map((target) => redactTarget(target, mask)) };
    case 'archive':
      return { ...report, ...common, rows: report.rows.map((each) => ({ ...each, row: redactRow(each.row, mask) })) };
    case 'verify':
    case 'doctor':
      return {
        ...report,
        ...common,
        checks: report.checks.map((check) => ({ ...check, detail: maskQuotedRows(check.detail, mask) })),
      };
    case 'status':
      return {
        ...report,
        ...common,
        migrations: report.migrations.map((each) => ({
          ...each,
          error: each.error === null ? null : maskQuotedRows(each.error, mask),
        })),
      };
    default:
      return { ...report, ...common };
  }
}

/** The error without the values PostgreSQL quotes in its messages. */
export function redactError(error: MsgdbError, mask: Mask): MsgdbError {
  return new MsgdbError(error.code, {
    what: maskQuotedRows(error.message, mask),
    why: maskQuotedRows(error.why, mask),
    fix: error.fix,
    data: redactData(error.data, mask),
  });
}

function redactFindings(findings: readonly Finding[], mask: Mask): readonly Finding[] {
  return findings.map((finding) => ({
    ...finding,
    message: maskQuotedRows(finding.message, mask),
    ...(finding.data && { data: redactData(finding.data, mask) }),
  }));
}

function redactData(data: Readonly<Record<string, unknown>>, mask: Mask): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      typeof value === 'string' ? maskQuotedRows(value, mask) : value,
    ]),
  );
}

/** The target without row contents. */
export function redactTarget<T extends { readonly samples: readonly GroupSample[] }>(target: T, mask: Mask): T {
  const samples = target.samples.map((sample) => ({
    ...sample,
    key: redactRow(sample.key, mask),
    rows: sample.rows.map((row) => redactRow(row, mask)),
  }));
  return { ...target, samples };
}

function redactDiscovery(discovery: Discovery, mask: Mask): Discovery {
  const candidates = discovery.candidates.map((each) => ({
    ...each,
    unconfirmed: each.unconfirmed === null ? null : maskQuotedRows(each.unconfirmed, mask),
  }));
  return { ...discovery, candidates };
}

function redactRow(row: Row, mask: Mask): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, value === null ? null : mask(value)]),
  );
}

/**
 * PostgreSQL puts values into messages in three forms: `Key (email)=(a@b.c) already exists` (23505, 23503),
 * `Failing row contains (1, a@b.c)` (23502, 23514) and `invalid input syntax for type integer: "a"` (22P02).
 * A value may hold parentheses, so everything up to the last one of the line goes.
 */
function maskQuotedRows(text: string, mask: Mask): string {
  return text
    .replace(/(\(.+?\)=\()(.*)(\))/g, (_, before, value, after) => before + mask(value) + after)
    .replace(/(Failing row contains \()(.*)(\))/gs, (_, before, value, after) => before + mask(value) + after)
    .replace(
      /((?:invalid input|malformed)[^:\n]+: "|out of range[^:\n]*: "|value ")(.*?)(")/g,
      (_, before, value, after) => before + mask(value) + after,
    );
}

function lengthOf(value: string): string {
  return countOf([...value].length, 'char');
}
