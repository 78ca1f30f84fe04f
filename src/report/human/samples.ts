import { countOf } from '../../model/count-of.ts';
import { COMPARED_COPIES, type GroupSample } from '../../model/group-sample.ts';
import { dotted, flow } from './flow.ts';
import type { Ink } from './ink.ts';
import type { Line, Span } from './line.ts';
import { type Cell, fitsAsTable, renderTable } from './table.ts';
import { excerptStart, valueSpan } from './value.ts';

/**
 * One group: its key, then its first copies side by side, as many as there is room for, the survivor first, a line for each
 * column; the columns in which they differ are marked. On narrow terminals two copies stand one under the other.
 */
export function renderSample(ink: Ink, sample: GroupSample): readonly string[] {
  const columns = shownColumns(sample);
  const together = sideBySide(ink, sample, columns);
  const copies = sample.rows.slice(0, 2).map((_, index) => index);
  const shown = together?.lines ?? copies.flatMap((copy) => renderCopy(ink, sample, columns, copy));
  const unseen = [
    countUnseen(sample.copies - (together?.copies ?? copies.length), 'more copy', 'more copies'),
    countUnseen(
      sample.differs.filter((name) => !columns.includes(name)).length,
      'more column that differs',
      'more columns that differ',
    ),
  ].flatMap((each) => each ?? []);
  const note = { text: `${ink.symbol.more} and ${unseen.join(', ')}`, paint: ink.paint.dim };
  return [
    ...flow(ink, keyLine(ink, sample), { first: 2, rest: 4 }),
    ...shown,
    ...(unseen.length > 0 ? flow(ink, [note], 4) : []),
  ];
}

/** A group is a few lines: of many columns that differ the first say what kind of copies they are. */
const MOST_DIFFERING = 8;

function shownColumns(sample: GroupSample): readonly string[] {
  const left = new Set(sample.differs.slice(MOST_DIFFERING));
  return Object.keys(sample.rows[0] ?? {}).filter((column) => !left.has(column));
}

/** As many copies as there is room for, the survivor and one other at the least; undefined where there is not. */
function sideBySide(ink: Ink, sample: GroupSample, columns: readonly string[]) {
  for (let copies = sample.rows.length; copies >= Math.min(2, sample.rows.length); copies -= 1) {
    const rows = copyRows(ink, sample, columns, [...Array(copies).keys()]);
    if (fitsAsTable(ink, untitled(rows), rows, 4)) return { copies, lines: renderTable(ink, untitled(rows), rows, 4) };
  }
  return undefined;
}

function countUnseen(count: number, one: string, many: string): string | undefined {
  return count > 0 ? countOf(count, one, many) : undefined;
}

function keyLine(ink: Ink, { key, copies, differs }: GroupSample): Line {
  const parts = Object.entries(key).map(
    ([column, value]): Line => [
      { text: `${column} = `, paint: ink.paint.dim },
      valueSpan(ink, value, ink.paint.strong),
    ],
  );
  const alike = differs.length === 0 && copies <= COMPARED_COPIES ? ', all alike' : '';
  return dotted(ink, ...parts, [{ text: countOf(copies, 'copy', 'copies') + alike, paint: ink.paint.attention }]);
}

/** Terminals with no room for copies side by side: one copy, its columns one under the other. */
function renderCopy(ink: Ink, sample: GroupSample, columns: readonly string[], copy: number): readonly string[] {
  const rows = copyRows(ink, sample, columns, [copy]);
  return renderTable(ink, untitled(rows), rows, 4);
}

function copyRows(
  ink: Ink,
  sample: GroupSample,
  columns: readonly string[],
  copies: readonly number[],
): readonly (readonly Cell[])[] {
  const titles = copies.map((copy): Cell => [[copyTitle(ink, sample, copy)]]);
  const rows = columns.map((column) => {
    const start = excerptStart(sample.rows.map((row) => row[column] ?? null));
    const values = copies.map((copy): Cell => [[valueIn(ink, sample, column, copy, start)]]);
    return [[[labelOf(ink, sample, column)]], ...values];
  });
  return [[[], ...titles], ...rows];
}

function untitled(rows: readonly (readonly Cell[])[]) {
  return (rows[0] ?? []).map(() => ({ title: '' }));
}

function copyTitle(ink: Ink, { unranked }: GroupSample, copy: number): Span {
  if (copy === 0 && !unranked) return { text: `${ink.symbol.survivor} survivor`, paint: ink.paint.okStrong };
  return { text: `copy ${copy + 1}`, paint: ink.paint.dim };
}

function labelOf(ink: Ink, sample: GroupSample, column: string): Span {
  const mark = ink.symbol.differs;
  if (sample.differs.includes(column)) return { text: `${mark} ${column}`, paint: ink.paint.attention };
  return { text: `${' '.repeat(mark.length)} ${column}`, paint: ink.paint.dim };
}

/** Where copies differ, the survivor's value, which stays, is green, and those that would go, or may go, are yellow. */
function valueIn(ink: Ink, sample: GroupSample, column: string, copy: number, start: number): Span {
  const kept = sample.rows[0]?.[column] ?? null;
  const value = sample.rows[copy]?.[column] ?? null;
  const losing = value === kept && !sample.unranked ? ink.paint.plain : ink.paint.attention;
  const paint = !sample.differs.includes(column)
    ? ink.paint.plain
    : copy === 0 && !sample.unranked
      ? ink.paint.ok
      : losing;
  return valueSpan(ink, value, paint, start);
}
