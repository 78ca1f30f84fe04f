import type { ArchivedRun } from '../../model/archived-run.ts';
import { countOf, formatCount } from '../../model/count-of.ts';
import type { ArchiveReport } from '../../model/report.ts';
import { flow } from './flow.ts';
import { grouped } from './grouped.ts';
import { renderHeading } from './heading.ts';
import type { Ink } from './ink.ts';
import { formatTime } from './numbers.ts';
import { renderRestored } from './restored.ts';
import { type Cell, type Column, renderTable } from './table.ts';
import { valueSpan } from './value.ts';

type ArchivedRow = ArchiveReport['rows'][number];

const COUNTS = ['removed', 'updated', 'created', 'restored'] as const;

/** The runs with what each changed; archived rows, one table under the other; what was restored or purged. */
export function renderArchive(ink: Ink, report: ArchiveReport): readonly (readonly string[])[] {
  const images = grouped(report.rows, ({ table, row }) => JSON.stringify([table, Object.keys(row)]));
  return [
    ...report.runs.map((run) => renderRun(ink, run)),
    ...images.map((rows) => renderRows(ink, rows)),
    renderRestored(ink, report),
    renderPurged(ink, report),
  ];
}

function renderRun(ink: Ink, run: ArchivedRun): readonly string[] {
  const { dot } = ink.symbol;
  const columns: readonly Column[] = [{ title: '' }, ...COUNTS.map((title) => ({ title, align: 'right' as const }))];
  const rows = run.tables.map((changes): readonly Cell[] => [
    [[{ text: changes.table }]],
    ...COUNTS.map(
      (name): Cell => [
        [{ text: formatCount(changes[name]), paint: changes[name] > 0 ? ink.paint.plain : ink.paint.dim }],
      ],
    ),
  ]);
  return [
    ...renderHeading(ink, run.runId, `${run.command} ${dot} ${formatTime(run.startedAt)} UTC ${dot} ${run.by}`),
    ...renderTable(ink, columns, rows, 2),
  ];
}

function renderRows(ink: Ink, rows: readonly ArchivedRow[]): readonly string[] {
  const names = Object.keys(rows[0]?.row ?? {});
  const columns: readonly Column[] = [{ title: 'image' }, ...names.map((title) => ({ title }))];
  const cells = rows.map(({ image, row }): readonly Cell[] => [
    [[{ text: image, paint: ink.paint.dim }]],
    ...names.map((name): Cell => [[valueSpan(ink, row[name] ?? null)]]),
  ]);
  return [
    ...renderHeading(ink, rows[0]?.table ?? '', countOf(rows.length, 'archived row')),
    ...renderTable(ink, columns, cells, 2),
  ];
}

function renderPurged(ink: Ink, { action, purgedRows }: ArchiveReport): readonly string[] {
  if (action !== 'purge') return [];
  const mark = { text: `${ink.symbol.ok} `, paint: ink.paint.ok };
  return flow(ink, [mark, { text: `${countOf(purgedRows, 'archived row')} deleted for good` }], { first: 0, rest: 2 });
}
