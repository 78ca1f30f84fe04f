import type { Finding } from '../../model/finding.ts';
import type { CheckUpsertsReport } from '../../model/report.ts';
import type { UpsertReport } from '../../model/upsert-report.ts';
import { printableLines } from '../printable.ts';
import { renderFix } from './findings.ts';
import { dotted, flow, prose } from './flow.ts';
import { grouped } from './grouped.ts';
import { renderHeading } from './heading.ts';
import type { Ink, Paint } from './ink.ts';

/**
 * File by file what is wrong and what mends it; then what could not be judged. Proven upserts, and folders that were
 * passed over, with --verbose.
 */
export function renderCheckUpserts(ink: Ink, report: CheckUpsertsReport): readonly (readonly string[])[] {
  const shown = report.upserts.filter(
    ({ code, ignored, change }) => ink.look.verbose || change !== null || (ignored === null && code !== null),
  );
  const files = grouped(shown, ({ file }) => file);
  const placed = grouped(report.findings, ({ data }) => placeOfFinding(data));
  const findings = new Map(placed.map((own) => [placeOfFinding(own[0]?.data), own]));
  return [
    ...files.map((upserts) => renderFile(ink, upserts, findings)),
    renderUnresolved(ink, report),
    renderList(
      ink,
      'Not read',
      grouped(report.skipped, ({ reason }) => reason).map((files) => renderSkipped(ink, files)),
    ),
    renderList(ink, 'Passed over', ink.look.verbose ? report.passedOver : []),
    renderList(ink, 'Written', report.created),
  ];
}

/** By the place of their upsert: there can be thousands of both. */
type Placed = ReadonlyMap<string, readonly Finding[]>;

function renderFile(ink: Ink, upserts: readonly UpsertReport[], findings: Placed): readonly string[] {
  return [
    ...renderHeading(ink, upserts[0]?.file ?? ''),
    ...upserts.flatMap((upsert) => renderUpsert(ink, upsert, findings)),
  ];
}

function renderUpsert(ink: Ink, upsert: UpsertReport, findings: Placed): readonly string[] {
  const own = findings.get(placeOf(upsert)) ?? [];
  const { symbol, paint } = markOf(ink, upsert);
  const place = { text: `${upsert.line}:${upsert.column}`, paint: ink.paint.strong };
  const about = dotted(
    ink,
    [{ text: `${symbol} `, paint }, place],
    [{ text: upsert.table ?? '', paint: ink.paint.plain }],
    [{ text: upsert.target ?? '', paint: ink.paint.plain }],
    [{ text: changeText(upsert), paint: upsert.change === 'broken' ? ink.paint.wrong : ink.paint.ok }],
    [{ text: own.length === 0 ? endingOf(upsert) : '', paint: ink.paint.dim }],
  );
  return [
    ...flow(ink, about, { first: 2, rest: 4 }),
    ...(own.length > 0 || ink.look.verbose ? flow(ink, [{ text: upsert.statement, paint: ink.paint.dim }], 4) : []),
    ...own.flatMap((finding) => [
      ...printableLines(finding.message).flatMap((line) =>
        flow(ink, [...prose(ink, line), { text: `  ${finding.code}`, paint: ink.paint.dim }], 4),
      ),
      ...renderFix(ink, finding.fix, 4),
    ]),
  ];
}

function changeText({ change }: UpsertReport): string {
  if (change === null) return '';
  return change === 'broken' ? 'works now, not after the migrations' : 'works after the migrations';
}

function endingOf({ ignored, arbiter, message }: UpsertReport): string {
  if (ignored !== null) return `ignored: ${ignored}`;
  return arbiter === null ? (message ?? '') : arbiter;
}

type Place = {
  readonly [Fact in 'file' | 'line' | 'column' | 'statement' | 'target']?: string | number | null | undefined;
};

/** At one place there may be several, one for each way through the conditions of the program. */
function placeOf({ file, line, column, statement, target }: Place): string {
  return JSON.stringify([file, line, column, statement, target]);
}

/** Empty for a finding that is not about an upsert. */
function placeOfFinding(data: Finding['data']): string {
  if (!data || !('target' in data)) return '';
  return placeOf({ ...data, file: data.function === undefined ? data.file : `function ${data.function}` });
}

function markOf(ink: Ink, { status, ignored }: UpsertReport): { readonly symbol: string; readonly paint: Paint } {
  if (ignored !== null) return { symbol: ink.symbol.skipped, paint: ink.paint.dim };
  switch (status) {
    case 'ok':
      return { symbol: ink.symbol.ok, paint: ink.paint.ok };
    case 'error':
      return { symbol: ink.symbol.wrong, paint: ink.paint.wrong };
    case 'warning':
      return { symbol: ink.symbol.attention, paint: ink.paint.attention };
    case 'unresolved':
      return { symbol: ink.symbol.skipped, paint: ink.paint.attention };
  }
}

/** One line each: nothing is wrong with them as far as one can see. With --strict they are findings. */
function renderUnresolved(ink: Ink, { upserts }: CheckUpsertsReport): readonly string[] {
  if (ink.look.verbose) return [];
  const unresolved = upserts.filter(
    ({ status, ignored, code }) => status === 'unresolved' && ignored === null && code !== 'MSGDB_UPSERT_UNRESOLVED',
  );
  return renderList(
    ink,
    'Not resolved',
    unresolved.map(({ file, line, message }) => `${file}:${line} ${message ?? ''}`),
  );
}

/** How many files are named that are not read for one reason; all with --verbose. */
const MOST_NAMED = 10;

function renderSkipped({ look }: Ink, skipped: CheckUpsertsReport['skipped']): string {
  const named = skipped.slice(0, look.verbose ? skipped.length : MOST_NAMED).map(({ file }) => file);
  const more = skipped.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}: ${skipped[0]?.reason ?? ''}`;
}

function renderList(ink: Ink, title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return [
    ...renderHeading(ink, title),
    ...lines.flatMap((line) => flow(ink, [{ text: line, paint: ink.paint.dim }], { first: 2, rest: 4 })),
  ];
}
