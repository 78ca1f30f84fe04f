import { countOf } from '../../model/count-of.ts';
import type { Finding } from '../../model/finding.ts';
import { flow } from './flow.ts';
import type { Ink } from './ink.ts';

/** Rows that came back from the archive, and those that could not, unless findings show them. */
export function renderRestored(
  ink: Ink,
  report: {
    readonly restoredRows: number;
    readonly notRestoredRows: number;
    readonly findings: readonly Finding[];
  },
): readonly string[] {
  const { restoredRows, notRestoredRows } = report;
  const isTold = report.findings.some(({ code }) => code === 'MSGDB_NOT_RESTORED');
  const back = [
    { text: `${ink.symbol.ok} `, paint: ink.paint.ok },
    { text: `${countOf(restoredRows, 'row')} restored from the archive` },
  ];
  const left = [
    { text: `${ink.symbol.attention} `, paint: ink.paint.attention },
    { text: `${countOf(notRestoredRows, 'row')} not restored`, paint: ink.paint.attention },
  ];
  return [
    ...(restoredRows > 0 ? flow(ink, back, { first: 0, rest: 2 }) : []),
    ...(notRestoredRows > 0 && !isTold ? flow(ink, left, { first: 0, rest: 2 }) : []),
  ];
}
