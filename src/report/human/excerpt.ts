import { printableLines } from '../printable.ts';
import type { Ink } from './ink.ts';
import { write } from './line.ts';

interface Excerpts {
  readonly excerpt?: unknown;
  readonly queryExcerpt?: unknown;
}

/** What stands at the place of an error, and in a statement of a function: as it is, because a caret points at it. */
export function renderExcerpt(ink: Ink, { excerpt, queryExcerpt }: Excerpts, indent: number): readonly string[] {
  return [excerpt, queryExcerpt]
    .filter((text) => typeof text === 'string' && text !== '')
    .flatMap((text) => printableLines(String(text)))
    .map((line) => `${' '.repeat(indent)}${write([{ text: line, paint: ink.paint.dim }])}`.trimEnd());
}
