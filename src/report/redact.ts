import { countOf } from '../model/count-of.ts';
import type { Discovery } from '../model/discovery.ts';
import { MsgdbError } from '../model/errors.ts';
import type { RunEvent } from '../model/event.ts';
import type { Finding } from '../model/finding.ts';
import type { GroupSample } from '../model/group-sample.ts';
import type { PlanReport } from '../model/plan-report.ts';
import type { Report } from '../model/report.ts';
import type { TimelineEntry } from '../model/timeline.ts';

type Row = Readonly<Record<string, string | null>>;

/** Replaces a value: `‹12 chars›`. */
export type Mask = (value: string) => string;

export const maskValue: Mask = (value) => `‹${lengthOf(value)}›`;
export const maskValueInAscii: Mask = (value) => `<${lengthOf(value)}>`;

/**
 * The same, with a number behind values that occur more than once in what is redacted: what is equal is still seen to be.
 * `redact` does it with a mask, in the same order each time.
 */
export function redactWithNumbers<Shown>(redact: (mask: Mask) => Shown, mask: Mask): Shown {
  const seen = new Map<string, number>();
  redact((value) => {
    seen.set(value, (seen.get(value) ?? 0) + 1);
    return mask(value);
  });
  const repeated = [...seen].filter(([, times]) => times > 1).map(([value]) => value);
  const numbers = new Map(repeated.map((value, place) => [value, place + 1]));
  return redact((value) => {
    const number = numbers.get(value);
    return number === undefined ? mask(value) : `${mask(value).slice(0, -1)} #${number}${mask(value).slice(-1)}`;
  });
}

/**
 * The report without row contents: values and keys of samples, archived rows, and the values PostgreSQL
 * quotes in its messages. That a value is NULL, and which columns differ, is still shown.
 */
export function redactReport(report: Report, mask: Mask): Report {
  const common = {
    summary: maskQuotedRows(report.summary, mask),
    findings: redactFindings(report.findings, mask),
    ...(report.timeline && { timeline: report.timeline.map((entry) => redactEntry(entry, mask)) }),
    ...('plan' in report ? { plan: report.plan.map((plan) => redactRefusals(plan, mask)) } : {}),
  };
  switch (report.command) {
    case 'find-duplicates':
      return {
        ...report,
        ...common,
        targets: report.targets.map((target) => redactTarget(target, mask)),
        ...(report.discovery && { discovery: redactDiscovery(report.discovery, mask) }),
      };
    case 'preflight':
      return {
        ...report,
        ...common,
        targets: report.targets.map((target) => redactTarget(target, mask)),
        statements: report.statements.map((each) => ({
          ...each,
          detail: maskQuotedRows(each.detail, mask),
          samples: each.samples.map((row) => redactRow(row, mask)),
        })),
        ...(report.repair && {
          repair: {
            ...report.repair,
            targets: report.repair.targets.map((target) => redactTarget(target, mask)),
            plan: report.repair.plan.map((plan) => redactRefusals(plan, mask)),
          },
        }),
      };
    case 'dedupe':
      return { ...report, ...common, targets: report.targets.map((target) => redactTarget(target, mask)) };
    case 'archive':
      return { ...report, ...common, rows: report.rows.map((each) => ({ ...each, row: redactRow(each.row, mask) })) };
    case 'report':
      return { ...report, ...common, groups: report.groups.map((each) => redactTarget(each, mask)) };
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

/** The error without the values PostgreSQL quotes in its messages, and without what functions of the database raise. */
export function redactError(error: MsgdbError, mask: Mask): MsgdbError {
  const hide = hiding(error.data, mask);
  return new MsgdbError(error.code, {
    what: hide(error.message),
    why: hide(error.why),
    fix: hide(error.fix),
    data: redactData(error.data, hide),
  });
}

function redactEntry(entry: TimelineEntry, mask: Mask): TimelineEntry {
  const { title, detail } = entry;
  return {
    ...entry,
    title: maskQuotedRows(title, mask),
    ...(detail === undefined ? {} : { detail: maskQuotedRows(detail, mask) }),
  };
}

function redactRefusals(plan: PlanReport, mask: Mask): PlanReport {
  return plan.refusals ? { ...plan, refusals: redactFindings(plan.refusals, mask) } : plan;
}

function redactFindings(findings: readonly Finding[], mask: Mask): readonly Finding[] {
  return findings.map((finding) => {
    const hide = hiding(finding.data ?? {}, mask);
    return {
      ...finding,
      message: hide(finding.message),
      ...(finding.data && { data: redactData(finding.data, hide) }),
    };
  });
}

/** A function's own message (RAISE) may hold anything: all of it goes, wherever it stands. */
function hiding({ raised }: Readonly<Record<string, unknown>>, mask: Mask): (text: string) => string {
  const said = Array.isArray(raised) ? raised.filter((each) => typeof each === 'string') : [];
  const raw = said.map((each) => each.trim().replace(/[.!?]$/, '')).filter((each) => each !== '');
  return (text) =>
    raw.reduce(
      (rest, each) => {
        const pattern = new RegExp(each.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu');
        return rest.replaceAll(pattern, () => mask(each));
      },
      maskQuotedRows(text, mask),
    );
}

function redactData(
  data: Readonly<Record<string, unknown>>,
  hide: (text: string) => string,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      // The lines of a context quote rows as well (COPY, JSON); the place of a function is still shown.
      if (name === 'context') return [name, linesOfFunctions(String(value))];
      // What a function has put together (EXECUTE) has values in it.
      if (name === 'query' || name === 'queryExcerpt') return [name, ''];
      if (Array.isArray(value)) return [name, value.map((each) => (typeof each === 'string' ? hide(each) : each))];
      return [name, typeof value === 'string' ? hide(value) : value];
    }),
  );
}

/** An event without what others run, and without the values in what the server said. */
export function redactEvent(event: RunEvent, mask: Mask): RunEvent {
  if (event.kind === 'server-message') {
    const { text, from } = event.message;
    return {
      ...event,
      message: { ...event.message, text: from === 'function' ? mask(text) : maskQuotedRows(text, mask) },
    };
  }
  return 'queries' in event ? { ...event, queries: [] } : event;
}

function linesOfFunctions(context: string): string {
  return context
    .split('\n')
    .filter((line) => /^PL\/pgSQL function|^SQL function/.test(line))
    .join('\n');
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
 * PostgreSQL puts values into messages in these forms: `Key (email)=(a@b.c) already exists` (23505, 23503),
 * `Partition key of the failing row contains (day) = (…)` and `Failing row contains (1, a@b.c)` (23502, 23514),
 * `invalid input syntax for type integer: "a"` and `Token "a" is invalid` (22P02).
 * A value may hold parentheses, so everything up to the last one of the line goes.
 */
function maskQuotedRows(text: string, mask: Mask): string {
  return text
    .replace(/(\(.+?\) ?= ?\()(.*)(\))/gs, (_, before, value, after) => before + mask(value) + after)
    .replace(/(Failing row contains \()(.*)(\))/gs, (_, before, value, after) => before + mask(value) + after)
    .replace(
      /((?:invalid input|malformed)[^:\n]+: "|out of range[^:\n]*: "|value "|Token ")(.*?)(")/g,
      (_, before, value, after) => before + mask(value) + after,
    );
}

function lengthOf(value: string): string {
  return countOf([...value].length, 'char');
}
