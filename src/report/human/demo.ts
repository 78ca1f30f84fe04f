import type { DemoReport } from '../../model/report.ts';
import { flow } from './flow.ts';
import type { Ink } from './ink.ts';
import { verdictMark } from './verdict.ts';

/** The chapters of the demo and how each ended. */
export function renderDemo(ink: Ink, report: DemoReport): readonly (readonly string[])[] {
  return [
    report.chapters.flatMap(({ title, verdict }) => {
      const { symbol, paint } = verdictMark(ink, verdict);
      return flow(ink, [{ text: `${symbol} `, paint }, { text: title }], { first: 2, rest: 4 });
    }),
  ];
}
