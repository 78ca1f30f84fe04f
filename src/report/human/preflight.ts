import { countOf } from '../../model/count-of.ts';
import type { EarlyBuild, LeftStatement, PreflightStatement } from '../../model/preflight-report.ts';
import type { PreflightReport, RepairReport } from '../../model/report.ts';
import { renderDedupe } from './dedupe.ts';
import { renderDeployFences } from './fences.ts';
import { dotted, flow, prose } from './flow.ts';
import { renderHeading } from './heading.ts';
import type { Ink, Paint } from './ink.ts';
import type { Line } from './line.ts';
import { renderSamples } from './targets.ts';
import { valueSpan } from './value.ts';

/** The migrations with their statements and what becomes of each; then the rows that are in the way. */
export function renderPreflight(ink: Ink, report: PreflightReport): readonly (readonly string[])[] {
  const title = `${report.runner}: ${countOf(report.migrations.length, 'migration')} to run`;
  return [
    flow(ink, [{ text: title, paint: ink.paint.dim }], 0),
    ...report.migrations.map(({ name, file }) =>
      renderMigration(
        ink,
        name,
        report.statements.filter((each) => each.file === file),
      ),
    ),
    ...(report.repair ? renderRepair(ink, report.repair, report.findings) : []),
    ...(report.repair?.dryRun ? [] : report.targets.map((target) => renderSamples(ink, target))),
    ...report.statements.map((each) => renderRows(ink, each)),
  ];
}

/** What was removed for the statements, and which of them that does not help. */
function renderRepair(
  ink: Ink,
  { left, builds, fences, ...done }: RepairReport,
  findings: PreflightReport['findings'],
): readonly (readonly string[])[] {
  return [
    ...(done.targets.length === 0 ? [] : renderDedupe(ink, { ...done, findings })),
    ...renderBuilds(ink, builds),
    ...renderDeployFences(ink, fences),
    renderLeft(
      ink,
      'An earlier pending statement removes rows',
      left.filter(({ command }) => command !== null),
    ),
    renderLeft(
      ink,
      'Not repairable before the deploy',
      left.filter(({ command }) => command === null),
    ),
  ];
}

function renderLeft(ink: Ink, title: string, left: readonly LeftStatement[]): readonly string[] {
  if (left.length === 0) return [];
  const lines = left.flatMap(({ file, line, table, reason }) =>
    flow(
      ink,
      dotted(
        ink,
        [
          { text: `${ink.symbol.skipped} `, paint: ink.paint.attention, mark: true },
          { text: `${file}:${line}`, paint: ink.paint.plain },
        ],
        [{ text: table, paint: ink.paint.strong }],
        prose(ink, reason),
      ),
      { first: 2, rest: 4 },
    ),
  );
  return [...renderHeading(ink, title, ''), ...lines];
}

const STATES = { built: 'built', planned: 'would be built', there: 'is there', 'not built': 'not built' } as const;

/** Indexes that the deploy finds done, and what to do so that it does. */
function renderBuilds(ink: Ink, builds: readonly EarlyBuild[]): readonly (readonly string[])[] {
  if (builds.length === 0) return [];
  const lines = builds.flatMap(({ file, line, table, index, state, detail, statements }) => {
    const mark =
      state === 'not built'
        ? { text: `${ink.symbol.skipped} `, paint: ink.paint.attention, mark: true as const }
        : { text: `${ink.symbol.ok} `, paint: ink.paint.ok, mark: true as const };
    const what = dotted(
      ink,
      [mark, { text: index ?? table, paint: ink.paint.strong }],
      [{ text: STATES[state], paint: ink.paint.plain }],
      [{ text: `${file}:${line}`, paint: ink.paint.dim }],
    );
    return [
      ...flow(ink, what, { first: 2, rest: 4 }),
      ...flow(ink, prose(ink, detail), 4),
      ...statements.flatMap((text) => flow(ink, [{ text, paint: ink.paint.command }], { first: 6, rest: 8 })),
    ];
  });
  return [[...renderHeading(ink, 'Before the deploy', ''), ...lines]];
}

function renderMigration(ink: Ink, name: string, statements: readonly PreflightStatement[]): readonly string[] {
  const ending = statements.length === 0 ? 'nothing in it depends on rows' : '';
  return [...renderHeading(ink, name, ending), ...statements.flatMap((statement) => renderStatement(ink, statement))];
}

function renderStatement(
  ink: Ink,
  { line, statement, table, asks, status, detail, lock }: PreflightStatement,
): readonly string[] {
  const { symbol, paint } = markOf(ink, status);
  const about = dotted(
    ink,
    [
      { text: `${symbol} `, paint, mark: true },
      { text: `line ${line}`, paint: ink.paint.dim },
    ],
    [{ text: table, paint: ink.paint.strong }],
    [{ text: asks === 'nothing' ? '' : asks, paint: ink.paint.plain }],
    [{ text: detail, paint: status === 'ok' ? ink.paint.dim : paint }],
    [{ text: lock && status !== 'fails' ? `blocks ${lock.blocks}` : '', paint: ink.paint.dim }],
  );
  return [
    ...flow(ink, about, { first: 2, rest: 4 }),
    ...(status === 'ok' && !ink.look.verbose ? [] : flow(ink, [{ text: statement, paint: ink.paint.dim }], 4)),
  ];
}

function markOf(ink: Ink, status: PreflightStatement['status']): { readonly symbol: string; readonly paint: Paint } {
  switch (status) {
    case 'ok':
      return { symbol: ink.symbol.ok, paint: ink.paint.ok };
    case 'fails':
      return { symbol: ink.symbol.wrong, paint: ink.paint.wrong };
    case 'unresolved':
      return { symbol: ink.symbol.skipped, paint: ink.paint.attention };
  }
}

/** Rows that break a constraint, a line each. */
function renderRows(ink: Ink, { table, rows, samples, detail }: PreflightStatement): readonly string[] {
  if (samples.length === 0) return [];
  const unseen = (rows ?? 0) - samples.length;
  return [
    ...renderHeading(ink, table, detail),
    ...samples.flatMap((sample) => flow(ink, rowLine(ink, sample), { first: 2, rest: 4 })),
    ...(unseen > 0
      ? flow(ink, [{ text: `${ink.symbol.more} and ${countOf(unseen, 'more row')}`, paint: ink.paint.dim }], 2)
      : []),
  ];
}

function rowLine(ink: Ink, sample: PreflightStatement['samples'][number]): Line {
  const parts = Object.entries(sample).map(
    ([column, value]): Line => [{ text: `${column} = `, paint: ink.paint.dim }, valueSpan(ink, value, ink.paint.plain)],
  );
  return dotted(ink, ...parts);
}
