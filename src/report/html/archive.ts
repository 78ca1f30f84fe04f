import type { ArchivedRun } from '../../model/archived-run.ts';
import { formatCount } from '../../model/count-of.ts';
import type { ArchiveReport } from '../../model/report.ts';
import { formatTime } from '../human/numbers.ts';
import { html, type Markup } from './markup.ts';
import { dataTable, type Section } from './parts.ts';
import { valueMarkup } from './value.ts';

/** Runs that changed rows, and what of their rows is in the archive. */
export function runsSection(runs: readonly ArchivedRun[]): Section {
  const NUMBER = { number: true } as const;
  const table = dataTable(
    'Runs that have rows in the archive',
    [
      { title: 'Run', heads: true },
      { title: 'Began (UTC)' },
      { title: 'By' },
      { title: 'Table' },
      { title: 'Removed', ...NUMBER },
      { title: 'Changed', ...NUMBER },
      { title: 'Created', ...NUMBER },
      { title: 'Put back', ...NUMBER },
    ],
    runs.flatMap(({ runId, command, startedAt, by, tables }) =>
      tables.map(({ table, removed, updated, created, restored }) => ({
        cells: [
          { shown: html`${runId}<div class="dim">${command}</div>` },
          { shown: formatTime(startedAt), sortBy: startedAt },
          { shown: by },
          { shown: table },
          ...[removed, updated, created, restored].map((count) => ({ shown: formatCount(count), sortBy: count })),
        ],
      })),
    ),
  );
  return { id: 'runs', title: 'Runs', body: runs.length === 0 ? [] : [table] };
}

/** Rows as they were before a run, those of one table together. */
export function archivedRowsSection(rows: ArchiveReport['rows']): Section {
  const tables = [...new Set(rows.map(({ table }) => table))];
  return {
    id: 'rows',
    title: 'Archived rows',
    body: tables.map((table) =>
      archivedRows(
        table,
        rows.filter((row) => row.table === table),
      ),
    ),
  };
}

function archivedRows(table: string, rows: ArchiveReport['rows']): Markup {
  const columns = [...new Set(rows.flatMap(({ row }) => Object.keys(row)))];
  return dataTable(
    `Rows of ${table} as the archive has them`,
    [{ title: 'Image', heads: true }, ...columns.map((title) => ({ title }))],
    rows.map(({ image, row }) => ({
      cells: [{ shown: image }, ...columns.map((column) => ({ shown: valueMarkup(row[column] ?? null) }))],
    })),
  );
}
