import { countOf, formatCount } from '../../model/count-of.ts';
import type { TargetReport } from '../../model/target-report.ts';
import { flow } from './flow.ts';
import { renderHeading } from './heading.ts';
import type { Ink, Paint } from './ink.ts';
import type { Span } from './line.ts';
import { renderSample } from './samples.ts';
import { type Cell, type Column, renderTable } from './table.ts';

/** Figures of a target that a command shows. */
export interface TargetFigure<T extends TargetReport> {
  readonly title: string;
  readonly of: (target: T) => number;
  readonly paint: Paint;
}

/** The rules and their figures; the clean ones have a mark. */
export function renderTargets<T extends TargetReport>(
  ink: Ink,
  targets: readonly T[],
  figures: readonly TargetFigure<T>[],
  isClean: (target: T) => boolean,
): readonly string[] {
  if (targets.length === 0) return [];
  const columns: readonly Column[] = [
    { title: 'Table' },
    { title: 'Unique key' },
    ...figures.map(({ title }): Column => ({ title, align: 'right' })),
  ];
  const rows = targets.map((target) => [
    tableCell(ink, target, isClean(target) ? cleanMark(ink) : attentionMark(ink)),
    keyCell(ink, target),
    ...figures.map(
      ({ of, paint }): Cell => [[{ text: formatCount(of(target)), paint: of(target) > 0 ? paint : ink.paint.dim }]],
    ),
  ]);
  return renderTable(ink, columns, rows, 0);
}

/** What was found: rows that the rule covers, groups of copies, rows too many. */
export function renderCensus(ink: Ink, targets: readonly TargetReport[]): readonly string[] {
  const figures: readonly TargetFigure<TargetReport>[] = [
    { title: 'Rows', of: ({ coveredRows }) => coveredRows, paint: ink.paint.plain },
    { title: 'Groups', of: ({ groups }) => groups, paint: ink.paint.plain },
    { title: 'Excess', of: ({ excessRows }) => excessRows, paint: ink.paint.attentionStrong },
  ];
  return renderTargets(ink, targets, figures, ({ excessRows }) => excessRows === 0);
}

/** Groups of a target as examples. */
export function renderSamples(ink: Ink, target: TargetReport): readonly string[] {
  if (target.samples.length === 0) return [];
  const unseen = target.groups - target.samples.length;
  const note = { text: `${ink.symbol.more} and ${countOf(unseen, 'more group')}`, paint: ink.paint.dim };
  return [
    ...renderHeading(ink, target.table, `unique (${target.key.join(', ')})`),
    ...target.samples.flatMap((sample, index) => [...(index > 0 ? [''] : []), ...renderSample(ink, sample)]),
    ...(unseen > 0 ? flow(ink, [note], 2) : []),
  ];
}

function cleanMark({ symbol, paint }: Ink): Span {
  return { text: `${symbol.ok} `, paint: paint.ok, mark: true };
}

function attentionMark({ symbol, paint }: Ink): Span {
  return { text: `${symbol.attention} `, paint: paint.attention, mark: true };
}

function tableCell(ink: Ink, { table, migration }: TargetReport, mark: Span): Cell {
  const name = [mark, { text: table, paint: ink.paint.strong }];
  return migration === undefined ? [name] : [name, [{ text: `  ${migration}`, paint: ink.paint.dim }]];
}

function keyCell(ink: Ink, { key, where }: TargetReport): Cell {
  const columns = [{ text: key.join(', ') }];
  return where === null ? [columns] : [columns, [{ text: `where ${where}`, paint: ink.paint.dim }]];
}
