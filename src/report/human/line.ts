import stringWidth from 'fast-string-width';
import { printable } from '../printable.ts';
import type { Paint } from './ink.ts';

/** A piece of a line in one colour. Text from anywhere: it is made printable when it is measured or written. */
export interface Span {
  readonly text: string;
  readonly paint?: Paint;
  /** Its spaces are no place to break: `1.4 s`. */
  readonly whole?: true;
  /** At the start of a line: a mark that the lines after the first leave room for. */
  readonly mark?: true;
}

/** A line of text as long as it likes, before it is broken to fit. */
export type Line = readonly Span[];

interface Grapheme {
  readonly text: string;
  readonly width: number;
  readonly paint: Paint | undefined;
  readonly breakable: boolean;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that a line takes when it is not broken. */
export function widthOf(line: Line): number {
  return line.reduce((sum, span) => sum + stringWidth(printable(span.text)), 0);
}

/**
 * Breaks a line into lines of at most `width` columns: at spaces; a word that is too long after punctuation or an
 * underscore, as identifiers have it; else anywhere between two characters as people see them (grapheme clusters).
 * Spaces or a mark in front of the line are room left free in front of all of them.
 */
export function wrap(line: Line, width: number): readonly Line[] {
  if (widthOf(line) <= width) return [line];
  const [first, ...others] = line;
  if (first?.mark) return wrapBehind(first, others, width);
  const graphemes = line.flatMap(graphemesOf);
  const start = graphemes.findIndex(({ text }) => text !== ' ');
  if (start > 0 && start * 2 < width) {
    const rest = breakLines(graphemes.slice(start), width - start);
    return rest.map((each) => [{ text: ' '.repeat(start) }, ...each]);
  }
  return breakLines(trimStart(graphemes), width);
}

function wrapBehind(mark: Span, line: Line, width: number): readonly Line[] {
  const columns = widthOf([mark]);
  const room: Span = { text: ' '.repeat(columns) };
  return wrap(line, Math.max(1, width - columns)).map((each, index) => [index === 0 ? mark : room, ...each]);
}

function breakLines(graphemes: readonly Grapheme[], width: number): readonly Line[] {
  const lines: Line[] = [];
  let rest = graphemes;
  while (columnsOf(rest) > width) {
    const end = breakingPoint(rest, width);
    lines.push(spansOf(trimEnd(rest.slice(0, end))));
    rest = trimStart(rest.slice(end));
  }
  return rest.length > 0 ? [...lines, spansOf(rest)] : lines;
}

/** The line as text with its colours. */
export function write(line: Line): string {
  return line.map(({ text, paint }) => (paint && text !== '' ? paint(printable(text)) : printable(text))).join('');
}

/** How many graphemes go on the line: all that fit, back to the best place to break. At least one. */
function breakingPoint(graphemes: readonly Grapheme[], width: number): number {
  let fit = 0;
  let columns = 0;
  for (const grapheme of graphemes) {
    columns += grapheme.width;
    if (columns > width) break;
    fit += 1;
  }
  const space = lastBefore(graphemes, fit + 1, ({ breakable }) => breakable);
  if (space > 0) return space;
  const soft = lastBefore(graphemes, fit, ({ text }) => /[-_.,:;/=&?)]/.test(text)) + 1;
  return Math.max(1, soft > fit / 3 ? soft : fit);
}

function lastBefore(graphemes: readonly Grapheme[], end: number, matches: (grapheme: Grapheme) => boolean): number {
  for (let index = Math.min(end, graphemes.length) - 1; index > 0; index -= 1) {
    const grapheme = graphemes[index];
    if (grapheme && matches(grapheme)) return index;
  }
  return -1;
}

function graphemesOf({ text, paint, whole }: Span): readonly Grapheme[] {
  return Array.from(segmenter.segment(printable(text)), ({ segment }) => ({
    text: segment,
    width: stringWidth(segment),
    paint,
    breakable: segment === ' ' && !whole,
  }));
}

function columnsOf(graphemes: readonly Grapheme[]): number {
  return graphemes.reduce((sum, grapheme) => sum + grapheme.width, 0);
}

function trimEnd(graphemes: readonly Grapheme[]): readonly Grapheme[] {
  const last = graphemes.findLastIndex(({ text }) => text !== ' ');
  return graphemes.slice(0, last + 1);
}

function trimStart(graphemes: readonly Grapheme[]): readonly Grapheme[] {
  const first = graphemes.findIndex(({ text }) => text !== ' ');
  return first < 0 ? [] : graphemes.slice(first);
}

function spansOf(graphemes: readonly Grapheme[]): Line {
  const spans: { text: string; paint?: Paint }[] = [];
  for (const { text, paint } of graphemes) {
    const last = spans.at(-1);
    if (last && last.paint === paint) last.text += text;
    else spans.push(paint ? { text, paint } : { text });
  }
  return spans;
}
