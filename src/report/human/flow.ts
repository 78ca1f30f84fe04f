import type { Ink, Paint } from './ink.ts';
import { type Line, type Span, widthOf, wrap, write } from './line.ts';

/** Where a text stands: columns before its first line, and before the lines that follow. */
export interface Margin {
  readonly first: number;
  readonly rest: number;
}

/** A line broken to the terminal's width, with margins: `0` for none, a number for both. */
export function flow(ink: Ink, line: Line, margin: number | Margin = 0): readonly string[] {
  const { first, rest } = typeof margin === 'number' ? { first: margin, rest: margin } : margin;
  return wrap(line, Math.max(1, ink.width - Math.max(first, rest))).map((each, index) =>
    `${' '.repeat(index === 0 ? first : rest)}${write(each)}`.trimEnd(),
  );
}

/** A label in front, and text that keeps its own left edge when it is broken: `✓ text`, `fix  text`. */
export function flowLabelled(ink: Ink, label: Line, columns: number, line: Line, indent = 0): readonly string[] {
  if (widthOf(label) > columns) return flow(ink, [...label, ...line], { first: indent, rest: indent + columns });
  const lines = wrap(line, Math.max(1, ink.width - indent - columns));
  const padding = ' '.repeat(Math.max(0, columns - widthOf(label)));
  return lines.map((each, index) =>
    `${' '.repeat(indent)}${index === 0 ? write(label) + padding : ' '.repeat(columns)}${write(each)}`.trimEnd(),
  );
}

/** Prose in which `commands between backticks` stand out; without colour the backticks do that. */
export function prose(ink: Ink, text: string, paint: Paint = ink.paint.plain): Line {
  if (!ink.look.colour) return [{ text, paint }];
  return text
    .split(/`([^`]+)`/)
    .map((piece, index) => ({ text: piece, paint: index % 2 === 1 ? ink.paint.command : paint }))
    .filter((span) => span.text !== '');
}

/** Parts between dots: `a · b · c`; parts without text are left out. */
export function dotted(ink: Ink, ...parts: readonly (Line | undefined)[]): Line {
  const dot: Span = { text: ` ${ink.symbol.dot} `, paint: ink.paint.dim };
  return parts
    .filter((part): part is Line => part?.some((span) => span.text !== '') ?? false)
    .flatMap((part, index) => (index === 0 ? part : [dot, ...part]));
}
