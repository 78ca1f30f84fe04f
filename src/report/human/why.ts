import { countOf, formatCount } from '../../model/count-of.ts';
import type { TargetReport } from '../../model/target-report.ts';
import type { Growth, WhyReport } from '../../model/why.ts';
import { GAP_NAMES, periodName } from '../gap-names.ts';
import { dotted, flow, flowLabelled, prose } from './flow.ts';
import { renderHeading } from './heading.ts';
import type { Ink } from './ink.ts';
import type { Line } from './line.ts';
import { formatTime } from './numbers.ts';
import { type Cell, type Column, renderTable } from './table.ts';

/** Columns of the longest bar. */
const BAR = 24;
/** Of more columns the rest is a number, unless everything was asked for. */
const MOST_COLUMNS = 8;

/** How the duplicates of a rule came: distances in time, transactions, columns that differ, growth; and what follows. */
export function renderWhy(ink: Ink, { table, key, why }: TargetReport): readonly (readonly string[])[] {
  if (!why) return [];
  return [
    [...renderHeading(ink, table, `how the copies by ${key.join(', ')} came`), ...renderBasis(ink, why)],
    renderGaps(ink, why),
    renderDiffering(ink, why),
    why.growth ? renderGrowth(ink, why.growth, why.sample ? 'Excess in the sample' : 'Excess') : [],
    renderReading(ink, why),
  ];
}

/** What the figures are of, and by which column. */
function renderBasis(ink: Ink, why: WhyReport): readonly string[] {
  const of = why.sample ? `a sample of ${countOf(why.groups, 'group')}` : countOf(why.groups, 'group');
  const size = dotted(ink, [{ text: of }], [{ text: countOf(why.rows, 'row') }], [{ text: largestOf(why) }]);
  const { time, sameTransaction: same } = why;
  const by = time
    ? [
        { text: time.column, paint: ink.paint.strong },
        { text: ` ${time.type}; ${time.reason}`, paint: ink.paint.dim },
      ]
    : [{ text: 'no column says when a row came; name one with --by if there is', paint: ink.paint.dim }];
  const untimed = why.rowsWithoutTime > 0 ? `${countOf(why.rowsWithoutTime, 'row')} without` : '';
  const together =
    same.groups === 0
      ? 'each copy by a transaction of its own'
      : `in ${countOf(same.groups, 'group')} one transaction wrote several copies`;
  const caveat = ' (by xmin: an UPDATE changes it, a savepoint has its own)';
  return [
    ...labelled(ink, 'looked at', size),
    ...labelled(ink, 'time', dotted(ink, by, [{ text: untimed, paint: ink.paint.dim }])),
    ...labelled(ink, 'written', [{ text: together }, { text: caveat, paint: ink.paint.dim }]),
  ];
}

function largestOf({ largestGroup, mostRowsOfGroup }: WhyReport): string {
  if (largestGroup <= 2) return '';
  const cut = largestGroup > mostRowsOfGroup ? `, of which the first ${mostRowsOfGroup}` : '';
  return `largest group ${formatCount(largestGroup)}${cut}`;
}

function labelled(ink: Ink, label: string, line: Line): readonly string[] {
  return flowLabelled(ink, [{ text: label, paint: ink.paint.dim }], 11, line, 2);
}

function renderGaps(ink: Ink, { gaps }: WhyReport): readonly string[] {
  const pairs = gaps.reduce((total, each) => total + each.pairs, 0);
  if (pairs === 0) return [];
  const together = gaps.some(({ sameTransaction }) => sameTransaction > 0);
  const most = Math.max(...gaps.map((each) => each.pairs));
  const columns: readonly Column[] = [
    { title: 'After the copy before' },
    { title: 'Copies', align: 'right' },
    { title: 'Share', align: 'right' },
    ...(together ? [{ title: 'Same transaction', align: 'right' as const }] : []),
    { title: '' },
  ];
  const rows = gaps.map(({ gap, pairs: count, sameTransaction }) => [
    text(GAP_NAMES[gap]),
    text(formatCount(count)),
    text(share(count, pairs)),
    ...(together ? [text(sameTransaction === 0 ? '' : formatCount(sameTransaction))] : []),
    bar(ink, count, most),
  ]);
  return renderTable(ink, columns, rows, 2);
}

function renderDiffering(ink: Ink, { differs, groups, time }: WhyReport): readonly string[] {
  if (differs.length === 0) {
    const beside = time ? ` and ${time.column}` : '';
    return flow(ink, [{ text: `The copies are alike in every column but the primary key${beside}.` }], 2);
  }
  const shown = ink.look.verbose ? differs : differs.slice(0, MOST_COLUMNS);
  const unseen = differs.length - shown.length;
  const filled = shown.some(({ filledOnce }) => filledOnce > 0);
  const columns: readonly Column[] = [
    { title: 'Column that differs' },
    { title: 'Groups', align: 'right' },
    { title: 'Share', align: 'right' },
    ...(filled ? [{ title: 'NULL in some', align: 'right' as const }] : []),
  ];
  const rows = shown.map(({ column, groups: count, filledOnce }) => [
    text(column),
    text(formatCount(count)),
    text(share(count, groups)),
    ...(filled ? [text(filledOnce === 0 ? '' : formatCount(filledOnce))] : []),
  ]);
  const note = { text: `${ink.symbol.more} and ${countOf(unseen, 'more column')}`, paint: ink.paint.dim };
  return [...renderTable(ink, columns, rows, 2), ...(unseen > 0 ? flow(ink, [note], 2) : [])];
}

function renderGrowth(ink: Ink, growth: Growth, counted: string): readonly string[] {
  const most = Math.max(...growth.periods.map(({ excessRows }) => excessRows));
  const columns: readonly Column[] = [
    { title: `By ${growth.per} (UTC)` },
    { title: counted, align: 'right' },
    { title: '' },
  ];
  const rows = periodRuns(growth).map(({ from, excessRows, silent }) =>
    silent > 0
      ? [
          text(`${ink.symbol.more} ${countOf(silent, `${growth.per} without`, `${growth.per}s without`)}`),
          text('0'),
          text(''),
        ]
      : [text(periodName(from, growth.per)), text(formatCount(excessRows)), bar(ink, excessRows, most)],
  );
  const last = `the last copy at ${formatTime(growth.last)}${growth.lastAgeSeconds === null ? ', without a time zone' : ''}`;
  const newest = `the newest row of all at ${formatTime(growth.newestRow)}`;
  const line = dotted(ink, [{ text: last, paint: ink.paint.dim }], [{ text: newest, paint: ink.paint.dim }]);
  return [...renderTable(ink, columns, rows, 2), ...flow(ink, line, 2)];
}

interface PeriodRun {
  readonly from: string;
  readonly excessRows: number;
  /** Periods without a copy that this one stands for; 0 for a single period. */
  readonly silent: number;
}

/** The periods; of three and more without a copy one line. */
function periodRuns({ periods }: Growth): readonly PeriodRun[] {
  const runs: { from: string; excessRows: number; length: number }[] = [];
  for (const { from, excessRows } of periods) {
    const last = runs.at(-1);
    if (last && last.excessRows === 0 && excessRows === 0) last.length += 1;
    else runs.push({ from, excessRows, length: 1 });
  }
  return runs.flatMap(({ from, excessRows, length }) => {
    if (length >= 3) return [{ from, excessRows, silent: length }];
    const start = periods.findIndex((period) => period.from === from);
    return periods.slice(start, start + length).map((period) => ({ ...period, silent: 0 }));
  });
}

function renderReading(ink: Ink, { reading }: WhyReport): readonly string[] {
  return reading.flatMap((sentence) =>
    flowLabelled(ink, [{ text: `${ink.symbol.to} `, paint: ink.paint.attention }], 3, prose(ink, sentence), 2),
  );
}

function text(value: string): Cell {
  return [[{ text: value, whole: true }]];
}

/** At least a stroke for what is more than nothing. */
function bar(ink: Ink, count: number, most: number): Cell {
  const columns = count === 0 ? 0 : Math.max(1, Math.round((count / most) * Math.min(BAR, Math.floor(ink.width / 4))));
  return [[{ text: ink.symbol.bar.repeat(columns), paint: ink.paint.attention, whole: true }]];
}

/** `43 %`; what is not all is never 100 %. */
function share(part: number, whole: number): string {
  if (part === whole) return '100 %';
  const percent = Math.round((part / whole) * 100);
  return percent === 0 ? '< 1 %' : `${Math.min(99, percent)} %`;
}
