import CliTable from 'cli-table3';
import { flow, flowLabelled } from './flow.ts';
import type { Ink } from './ink.ts';
import { type Line, widthOf, wrap } from './line.ts';
import { createStandIns } from './stand-ins.ts';

export interface Column {
  readonly title: string;
  /** Figures stand right and are never broken. */
  readonly align?: 'left' | 'right';
}

/** Lines one under the other. */
export type Cell = readonly Line[];

/** Between columns. */
const GAP = 2;
/**
 * A column of text is not made narrower than this, nor than its longest word, as long as that is no monster; where
 * columns would have to be, the table becomes a list.
 */
const NARROWEST = 14;
const LONGEST_WORD = 20;

/** Rows under headings. Columns of text give way on narrow terminals; where that is not enough it becomes a list. */
export function renderTable(
  ink: Ink,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  indent = 2,
): readonly string[] {
  const widths = fitWidths(columns, rows, ink.width - indent);
  return widths ? drawTable(ink, columns, rows, widths, indent) : drawList(ink, columns, rows, indent);
}

/** Whether the rows stand side by side at this width, or would become a list. */
export function fitsAsTable(
  ink: Ink,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  indent = 2,
): boolean {
  return fitWidths(columns, rows, ink.width - indent) !== undefined;
}

/** The width of each column, the widest giving way first; undefined when they do not fit. */
function fitWidths(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
): readonly number[] | undefined {
  const widths = columns.map(({ title }, index) =>
    Math.max(widthOf([{ text: title }]), ...rows.flatMap((row) => (row[index] ?? []).map(widthOf))),
  );
  const floors = widths.map((natural, index) =>
    columns[index]?.align === 'right' ? natural : Math.min(natural, floorOf(rows, index)),
  );
  let excess = widths.reduce((sum, each) => sum + each, GAP * (columns.length - 1)) - width;
  for (; excess > 0; excess -= 1) {
    const widest = indexOfWidest(widths, floors);
    if (widest < 0) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function floorOf(rows: readonly (readonly Cell[])[], column: number): number {
  const spans = rows.flatMap((row) => row[column] ?? []).flat();
  const words = spans.flatMap(({ text, whole }) => (whole ? [text] : text.split(' ')));
  const longest = Math.max(0, ...words.map((word) => widthOf([{ text: word }])));
  return Math.max(NARROWEST, Math.min(LONGEST_WORD, longest));
}

function indexOfWidest(widths: readonly number[], floors: readonly number[]): number {
  let found = -1;
  widths.forEach((width, index) => {
    if (width > (floors[index] ?? 0) && width > (widths[found] ?? 0)) found = index;
  });
  return found;
}

function drawTable(
  ink: Ink,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  widths: readonly number[],
  indent: number,
): readonly string[] {
  const titles: readonly Cell[] = columns.map(({ title }) => [[{ text: title, paint: ink.paint.dim }]]);
  const rule: readonly Cell[] = widths.map((width) => [
    [{ text: ink.symbol.rule.repeat(width), paint: ink.paint.dim }],
  ]);
  const headed = columns.some(({ title }) => title !== '') ? [titles, rule, ...rows] : rows;
  return headed.flatMap((row) => drawRow(columns, row, widths)).map((line) => ' '.repeat(indent) + line);
}

function drawRow(columns: readonly Column[], row: readonly Cell[], widths: readonly number[]): readonly string[] {
  const standIns = createStandIns();
  const table = new CliTable({
    chars: NO_BORDERS,
    colWidths: widths.map((width) => width + GAP),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    style: { 'padding-left': 0, 'padding-right': GAP, head: [], border: [] },
  });
  table.push(
    widths.map((width, index) => (row[index] ?? []).flatMap((line) => wrap(line, width).map(standIns.put)).join('\n')),
  );
  return standIns
    .takeBack(table.toString())
    .split('\n')
    .map((line) => line.trimEnd());
}

/** Each row as a small block: the first cell as its heading, the others as `title  value`. */
function drawList(
  ink: Ink,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  indent: number,
): readonly string[] {
  const titles = Math.max(...columns.slice(1).map(({ title }) => widthOf([{ text: title }])));
  const label = titles > 0 ? titles + GAP : 0;
  const beside = label * 2 <= ink.width - indent;
  return rows.flatMap((row) => [
    ...(row[0] ?? []).flatMap((line) => flow(ink, line, { first: indent, rest: indent + 4 })),
    ...columns.slice(1).flatMap(({ title }, index) => {
      const lines = (row[index + 1] ?? []).filter((line) => widthOf(line) > 0);
      const name: Line = [{ text: title, paint: ink.paint.dim }];
      if (beside)
        return lines.flatMap((line, place) => flowLabelled(ink, place === 0 ? name : [], label, line, indent + 2));
      return [...flow(ink, name, indent + 2), ...lines.flatMap((line) => flow(ink, line, indent + 4))];
    }),
  ]);
}

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
