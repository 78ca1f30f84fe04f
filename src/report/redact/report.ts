import type { Discovery } from '../../model/discovery.ts';
import type { GroupSample } from '../../model/group-sample.ts';
import type { PlanReport } from '../../model/plan-report.ts';
import type { Report } from '../../model/report.ts';
import type { TimelineEntry } from '../../model/timeline.ts';
import { maskQuotedRows, redactFindings } from './messages.ts';
import { type Redactor, redactRow } from './redactor.ts';

/**
 * The report without row contents: values and keys of samples, archived rows, and the values PostgreSQL
 * quotes in its messages. That a value is NULL, and which columns differ, is still shown.
 */
export function redactReport(report: Report, redactor: Redactor): Report {
  const common = {
    summary: maskQuotedRows(report.summary, redactor),
    findings: redactFindings(report.findings, redactor),
    ...(report.timeline && { timeline: report.timeline.map((entry) => redactEntry(entry, redactor)) }),
    ...('plan' in report ? { plan: report.plan.map((plan) => redactRefusals(plan, redactor)) } : {}),
  };
  switch (report.command) {
    case 'find-duplicates':
      return {
        ...report,
        ...common,
        targets: report.targets.map((target) => redactTarget(target, redactor)),
        ...(report.discovery && { discovery: redactDiscovery(report.discovery, redactor) }),
      };
    case 'preflight':
      return {
        ...report,
        ...common,
        targets: report.targets.map((target) => redactTarget(target, redactor)),
        statements: report.statements.map((each) => ({
          ...each,
          detail: maskQuotedRows(each.detail, redactor),
          samples: each.samples.map((row) => redactRow(row, redactor)),
        })),
        ...(report.repair && {
          repair: {
            ...report.repair,
            targets: report.repair.targets.map((target) => redactTarget(target, redactor)),
            plan: report.repair.plan.map((plan) => redactRefusals(plan, redactor)),
          },
        }),
      };
    case 'dedupe':
      return { ...report, ...common, targets: report.targets.map((target) => redactTarget(target, redactor)) };
    case 'archive':
      return {
        ...report,
        ...common,
        rows: report.rows.map((each) => ({ ...each, row: redactRow(each.row, redactor) })),
      };
    case 'report':
      return { ...report, ...common, groups: report.groups.map((each) => redactTarget(each, redactor)) };
    case 'verify':
    case 'doctor':
      return {
        ...report,
        ...common,
        checks: report.checks.map((check) => ({ ...check, detail: maskQuotedRows(check.detail, redactor) })),
      };
    case 'status':
      return {
        ...report,
        ...common,
        migrations: report.migrations.map((each) => ({
          ...each,
          error: each.error === null ? null : maskQuotedRows(each.error, redactor),
        })),
      };
    default:
      return { ...report, ...common };
  }
}

function redactEntry(entry: TimelineEntry, redactor: Redactor): TimelineEntry {
  const { title, detail } = entry;
  return {
    ...entry,
    title: maskQuotedRows(title, redactor),
    ...(detail === undefined ? {} : { detail: maskQuotedRows(detail, redactor) }),
  };
}

function redactRefusals(plan: PlanReport, redactor: Redactor): PlanReport {
  return plan.refusals ? { ...plan, refusals: redactFindings(plan.refusals, redactor) } : plan;
}

/** The target without row contents. */
export function redactTarget<T extends { readonly samples: readonly GroupSample[] }>(target: T, redactor: Redactor): T {
  const samples = target.samples.map((sample) => ({
    ...sample,
    key: redactRow(sample.key, redactor),
    rows: sample.rows.map((row) => redactRow(row, redactor)),
  }));
  return { ...target, samples };
}

function redactDiscovery(discovery: Discovery, redactor: Redactor): Discovery {
  const candidates = discovery.candidates.map((each) => ({
    ...each,
    unconfirmed: each.unconfirmed === null ? null : maskQuotedRows(each.unconfirmed, redactor),
  }));
  return { ...discovery, candidates };
}
