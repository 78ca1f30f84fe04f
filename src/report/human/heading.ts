import { flow } from './flow.ts';
import type { Ink, Paint } from './ink.ts';
import type { Line } from './line.ts';

/** Opens a part of the report: a title, and beside it what is of less weight. */
export function renderHeading(
  ink: Ink,
  title: string,
  beside = '',
  paint: Paint = ink.paint.strong,
): readonly string[] {
  const line: Line = [
    { text: title, paint },
    ...(beside === '' ? [] : [{ text: `  ${beside}`, paint: ink.paint.dim }]),
  ];
  return flow(ink, line, { first: 0, rest: 2 });
}
