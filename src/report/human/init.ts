import type { InitReport } from '../../model/report.ts';
import { printable } from '../printable.ts';
import { dotted, flow } from './flow.ts';
import { renderHeading } from './heading.ts';
import type { Ink } from './ink.ts';

/** Columns of what was found, up to its name. */
const LABEL = 14;

/** What was found in the project, the files that were written, and what is left to paste. */
export function renderInit(ink: Ink, report: InitReport): readonly (readonly string[])[] {
  const { found, created, snippets } = report;
  const mark = { text: `${ink.symbol.added} `, paint: ink.paint.ok };
  return [
    found.flatMap(({ what, name, where }) =>
      flow(
        ink,
        dotted(
          ink,
          [
            { text: what.padEnd(LABEL), paint: ink.paint.dim },
            { text: name, paint: ink.paint.strong },
          ],
          [{ text: where, paint: ink.paint.dim }],
        ),
        { first: 2, rest: 4 },
      ),
    ),
    created.flatMap((name) => flow(ink, [mark, { text: name }], { first: 2, rest: 4 })),
    ...snippets.map(({ place, why, text }) => [
      ...renderHeading(ink, place, why),
      // As they are, whatever the width: they are there to be copied.
      ...text
        .trimEnd()
        .split('\n')
        .map((line) => `  ${printable(line)}`.trimEnd()),
    ]),
  ];
}
