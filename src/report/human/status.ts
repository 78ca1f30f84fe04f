import type { StatusReport } from '../../model/report.ts';
import type { MigrationState, MigrationStatus, RunStatus } from '../../model/status-report.ts';
import { printableLines } from '../printable.ts';
import { flow } from './flow.ts';
import type { Ink, Paint } from './ink.ts';
import type { Line } from './line.ts';
import { formatDuration, formatTime } from './numbers.ts';
import { type Cell, type Column, renderTable } from './table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'Migration' },
  { title: 'State' },
  { title: 'When (UTC)' },
  { title: 'By' },
  { title: 'Took', align: 'right' },
];

/** Every migration with its state, when and by whom it was changed; then why failed ones failed. */
export function renderStatus(ink: Ink, report: StatusReport): readonly (readonly string[])[] {
  return [...renderMigrations(ink, report), renderRuns(ink, report.runs ?? [])];
}

function renderMigrations(ink: Ink, report: StatusReport): readonly (readonly string[])[] {
  if (report.migrations.length === 0) return [];
  return [
    renderTable(
      ink,
      COLUMNS,
      report.migrations.map((migration) => rowOf(ink, migration)),
      0,
    ),
    ...report.migrations.map((migration) => renderFailure(ink, migration)),
  ];
}

function rowOf(ink: Ink, { name, summary, state, at, by, durationMs }: MigrationStatus): readonly Cell[] {
  const { symbol, paint } = stateMark(ink, state);
  const title: Line = [{ text: name, paint: ink.paint.strong }];
  const dim = (text: string): Cell => [[{ text, paint: ink.paint.dim, whole: true }]];
  return [
    summary === '' ? [title] : [title, [{ text: `  ${summary}`, paint: ink.paint.dim }]],
    [[{ text: `${symbol} ${state}`, paint }]],
    dim(at === null ? '' : formatTime(at)),
    [[{ text: by ?? '', paint: ink.paint.dim }]],
    dim(durationMs === null ? '' : formatDuration(durationMs)),
  ];
}

function stateMark(ink: Ink, state: MigrationState): { readonly symbol: string; readonly paint: Paint } {
  switch (state) {
    case 'done':
      return { symbol: ink.symbol.ok, paint: ink.paint.ok };
    case 'pending':
      return { symbol: ink.symbol.pending, paint: ink.paint.attention };
    case 'running':
      return { symbol: ink.symbol.running, paint: ink.paint.attention };
    case 'interrupted':
    case 'failed':
      return { symbol: ink.symbol.wrong, paint: ink.paint.wrong };
    case 'rolled back':
      return { symbol: ink.symbol.undone, paint: ink.paint.dim };
  }
}

function renderFailure(ink: Ink, { name, error }: MigrationStatus): readonly string[] {
  if (error === null) return [];
  const mark = { text: `${ink.symbol.wrong} `, paint: ink.paint.wrong };
  return [
    ...flow(ink, [mark, { text: name, paint: ink.paint.strong }], { first: 0, rest: 2 }),
    ...printableLines(error).flatMap((line) => flow(ink, [{ text: line, paint: ink.paint.wrong }], 2)),
  ];
}

const RUN_COLUMNS: readonly Column[] = [
  { title: 'Run' },
  { title: 'Command' },
  { title: 'When (UTC)' },
  { title: 'By' },
  { title: 'Took', align: 'right' },
  { title: 'Changed' },
];

function renderRuns(ink: Ink, runs: readonly RunStatus[]): readonly string[] {
  if (runs.length === 0) return [];
  const { dim, plain, wrong, attention } = ink.paint;
  const paints = { ended: dim, running: attention, interrupted: wrong } as const;
  const cell = (text: string, paint: Paint): Cell => [[{ text, paint }]];
  const rows = runs.map(({ runId, command, startedAt, by, durationMs, state, changed }) => [
    cell(runId, plain),
    cell(command, plain),
    cell(formatTime(startedAt), dim),
    cell(by, dim),
    cell(durationMs === null ? state : formatDuration(durationMs), paints[state]),
    cell(changed === '' ? 'nothing' : changed, changed === '' ? dim : plain),
  ]);
  return renderTable(ink, RUN_COLUMNS, rows, 0);
}
