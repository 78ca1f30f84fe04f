import type { Report } from '../../model/report.ts';
import { dotted, flowLabelled, prose } from './flow.ts';
import type { Ink, Paint } from './ink.ts';
import { type Span, widthOf } from './line.ts';
import { formatDuration } from './numbers.ts';

/** The exit code of what Ctrl-C has stopped at a safe point: it did not fail. */
const INTERRUPTED = 130;

/** The last line: symbol and verdict, how it ended, how long it took, and the command that comes next. */
export function renderVerdict(ink: Ink, report: Report): readonly string[] {
  const { symbol, word, paint } =
    report.exitCode === INTERRUPTED
      ? { ...verdictMark(ink, 'findings'), word: 'INTERRUPTED' }
      : verdictMark(ink, report.verdict);
  const label: Span = isNothingChecked(report)
    ? { text: `${ink.symbol.attention} `, paint: ink.paint.attentionStrong }
    : { text: `${symbol} ${word}  `, paint };
  const took = [{ text: formatDuration(report.durationMs), paint: ink.paint.dim, whole: true as const }];
  const ending = dotted(ink, prose(ink, report.summary, ink.paint.strong), took);
  const next =
    report.next === undefined
      ? []
      : [
          { text: 'next: ', paint: ink.paint.dim },
          { text: report.next, paint: ink.paint.command },
        ];
  const oneLine = dotted(ink, ending, next);
  const columns = widthOf([label]);
  if (columns + widthOf(oneLine) <= ink.width) return flowLabelled(ink, [label], columns, oneLine);
  return [
    ...flowLabelled(ink, [label], columns, ending),
    ...(next.length > 0 ? flowLabelled(ink, [{ text: `${ink.symbol.to} `, paint: ink.paint.dim }], 3, next) : []),
  ];
}

/** Where there was nothing to look at, the last line must not seem to be proof: its summary says so by itself. */
function isNothingChecked(report: Report): boolean {
  if (report.findings.length > 0) return false;
  if (report.command === 'verify') return report.checks.length === 0;
  return report.command === 'check-upserts' && report.files === 0 && report.upserts.length === 0;
}

/** Symbol, word and colour of a verdict: green, yellow, red. */
export function verdictMark(
  ink: Ink,
  verdict: Report['verdict'],
): { readonly symbol: string; readonly word: string; readonly paint: Paint } {
  switch (verdict) {
    case 'ok':
      return { symbol: ink.symbol.ok, word: 'OK', paint: ink.paint.okStrong };
    case 'findings':
      return { symbol: ink.symbol.attention, word: 'FINDINGS', paint: ink.paint.attentionStrong };
    case 'failed':
      return { symbol: ink.symbol.wrong, word: 'FAILED', paint: ink.paint.wrongStrong };
  }
}
