import type { MsgdbError } from '../../model/errors.ts';
import type { Look } from '../look.ts';
import { printableLines } from '../printable.ts';
import { renderExcerpt } from './excerpt.ts';
import { flow, flowLabelled, prose } from './flow.ts';
import { createInk, type Ink } from './ink.ts';
import type { Line } from './line.ts';

/** Facts with longer names push their text to the right no further. */
const LONGEST_NAME = 12;

/** A failure for people: what is wrong, why, and how to mend it. With `verbose` the facts behind it. */
export function renderErrorHuman(error: MsgdbError, look: Look): string {
  const ink = createInk(look);
  const mark = [{ text: ink.symbol.wrong, paint: ink.paint.wrongStrong }];
  const facts = look.verbose ? Object.entries(error.data).filter(([name]) => !/excerpt/i.test(name)) : [];
  const columns = Math.min(LONGEST_NAME, Math.max(3, ...facts.map(([name]) => name.length))) + 2;
  const lines = [
    ...printableLines(error.message).flatMap((line, index) =>
      flowLabelled(ink, index === 0 ? mark : [], 2, prose(ink, line, ink.paint.strong)),
    ),
    ...renderExcerpt(ink, error.data, 2),
    ...labelled(ink, 'why', columns, error.why),
    ...labelled(ink, 'fix', columns, error.fix),
    ...facts.flatMap(([name, value]) => labelled(ink, name, columns, textOf(value))),
    ...flow(ink, [{ text: error.code, paint: ink.paint.dim }], 2),
  ];
  return `${lines.join('\n')}\n`;
}

function labelled(ink: Ink, name: string, columns: number, text: string): readonly string[] {
  const label: Line = [{ text: `${name}  `, paint: ink.paint.dim }];
  return printableLines(text).flatMap((line, index) =>
    flowLabelled(ink, index === 0 ? label : [], columns, prose(ink, line), 2),
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
