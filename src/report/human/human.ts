import type { Finding } from '../../model/finding.ts';
import type { Report } from '../../model/report.ts';
import type { TargetReport } from '../../model/target-report.ts';
import type { Look } from '../look.ts';
import { isShownByCheck } from '../shown-by-check.ts';
import { renderArchive } from './archive.ts';
import { renderCheckUpserts } from './check-upserts.ts';
import { renderDedupe } from './dedupe.ts';
import { renderDemo } from './demo.ts';
import { renderFences } from './fences.ts';
import { renderFiles } from './files.ts';
import { renderFindDuplicates } from './find-duplicates.ts';
import { renderFindings } from './findings.ts';
import { dotted, flow } from './flow.ts';
import { renderInit } from './init.ts';
import { createInk, type Ink } from './ink.ts';
import { renderMigrate } from './migrate.ts';
import { isToldByPlan } from './plan.ts';
import { renderPreflight } from './preflight.ts';
import { renderRedo, renderRollback } from './rollback.ts';
import { renderRun } from './run.ts';
import { renderStatus } from './status.ts';
import { renderCensus, renderSamples } from './targets.ts';
import { renderVerdict } from './verdict.ts';
import { renderVerify } from './verify.ts';

/** A report for people: a title, what was found or done, what to act on, and a last line with the verdict. */
export function renderHuman(report: Report, look: Look): string {
  const ink = createInk(look);
  const blocks = [
    renderTitle(ink, report),
    ...renderBody(ink, report),
    renderFindings(
      ink,
      report.findings
        .filter((finding) => !isToldInBody(finding, report))
        .map((finding) => withoutTable(finding, report)),
    ),
    renderVerdict(ink, report),
  ];
  return `${joinBlocks(blocks)}\n`;
}

/** Duplicates by themselves, before a question; nothing where there are none to show. */
export function renderTargetsHuman(targets: readonly TargetReport[], look: Look): string {
  const ink = createInk(look);
  const text = joinBlocks([renderCensus(ink, targets), ...targets.map((target) => renderSamples(ink, target))]);
  return text === '' ? '' : `${text}\n\n`;
}

function joinBlocks(blocks: readonly (readonly string[])[]): string {
  const texts = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return texts.join('\n\n');
}

function renderBody(ink: Ink, report: Report): readonly (readonly string[])[] {
  switch (report.command) {
    case 'find-duplicates':
      return renderFindDuplicates(ink, report);
    case 'dedupe':
      return renderDedupe(ink, report);
    case 'migrate':
      return renderMigrate(ink, report);
    case 'rollback':
      return renderRollback(ink, report);
    case 'redo':
      return renderRedo(ink, report);
    case 'status':
      return renderStatus(ink, report);
    case 'verify':
    case 'doctor':
      return renderVerify(ink, report);
    case 'archive':
      return renderArchive(ink, report);
    case 'report':
      return renderRun(ink, report);
    case 'fence':
      return renderFences(ink, report);
    case 'check-upserts':
      return renderCheckUpserts(ink, report);
    case 'preflight':
      return renderPreflight(ink, report);
    case 'init':
      return renderInit(ink, report);
    case 'new':
    case 'repair':
    case 'baseline':
      return renderFiles(ink, report);
    case 'demo':
      return renderDemo(ink, report);
  }
}

function renderTitle(ink: Ink, report: Report): readonly string[] {
  const done = report.command === 'preflight' ? (report.repair ?? {}) : report;
  const dryRun = 'dryRun' in done && done.dryRun;
  const runId = 'runId' in done ? done.runId : null;
  const title = dotted(
    ink,
    [{ text: 'action' in report ? `${report.command} ${report.action}` : report.command, paint: ink.paint.strong }],
    [{ text: dryRun ? 'dry run, nothing is changed' : '', paint: ink.paint.attention }],
    [{ text: report.database ?? '', paint: ink.paint.dim }],
    [{ text: runId === null ? '' : `run ${runId}`, paint: ink.paint.dim }],
  );
  return flow(ink, title, { first: 0, rest: 2 });
}

/** Where a report is about one table, that stands at its top. */
function withoutTable(finding: Finding, report: Report): Finding {
  if (!('targets' in report) || report.targets.length !== 1 || report.targets[0]?.table !== finding.table)
    return finding;
  const { table: _, ...rest } = finding;
  return rest;
}

/** Tables of targets, checks and plans show these findings already. */
function isToldInBody(finding: Finding, report: Report): boolean {
  if (isShownByCheck(finding, report)) return true;
  // A file or folder has no upsert to be shown with.
  if (report.command === 'check-upserts')
    return finding.code !== 'MSGDB_SOURCE_NOT_READ' && finding.code !== 'MSGDB_NOTHING_CHECKED';
  if (report.command === 'preflight')
    return report.repair?.dryRun === true && isToldByPlan(finding, report.repair.plan);
  if ('plan' in report && report.dryRun) return isToldByPlan(finding, report.plan);
  if (report.command !== 'find-duplicates' || finding.code !== 'MSGDB_DUPLICATES_FOUND') return false;
  return report.targets.some(({ table, excessRows }) => table === finding.table && excessRows > 0);
}
