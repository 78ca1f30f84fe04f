import type { FenceState } from '../../model/kept-fence.ts';
import type { DeployFence } from '../../model/preflight-report.ts';
import type { FenceReport } from '../../model/report.ts';
import { dotted, flow, prose } from './flow.ts';
import { renderHeading } from './heading.ts';
import type { Ink } from './ink.ts';
import { formatTime } from './numbers.ts';
import { type Cell, renderTable } from './table.ts';

const STATES: Readonly<Record<FenceState, string>> = {
  standing: 'stands',
  disabled: 'its triggers are disabled',
  expired: 'is over',
  served: 'needless',
  changed: 'the table was changed: it does nothing',
  detached: 'its table is gone',
};

const COLUMNS = ['table', 'key', 'since', 'until', 'by', ''].map((title) => ({ title }));

/** The kept fences, a line each. */
export function renderFences(ink: Ink, { action, fences }: FenceReport): readonly (readonly string[])[] {
  if (fences.length === 0) return [];
  const rows = fences.map(({ table, key, since, until, by, state, servedBy }): readonly Cell[] => [
    [[{ text: table, paint: ink.paint.strong }]],
    [[{ text: key }]],
    [[{ text: `${formatTime(since)} UTC`, paint: ink.paint.dim }]],
    [[{ text: `${formatTime(until)} UTC` }]],
    [[{ text: by, paint: ink.paint.dim }]],
    [
      [
        {
          text: action === 'drop' ? 'taken down' : `${STATES[state]}${servedBy === null ? '' : `: ${servedBy}`}`,
          paint: action === 'drop' || state === 'standing' ? ink.paint.ok : ink.paint.attention,
        },
      ],
    ],
  ]);
  return [renderTable(ink, COLUMNS, rows, 2)];
}

const MARKS = { up: 'up', planned: 'would be put up', 'not needed': 'not needed', 'not put up': 'not put up' } as const;

/** What keeps copies out until the deploy. */
export function renderDeployFences(ink: Ink, fences: readonly DeployFence[]): readonly (readonly string[])[] {
  if (fences.length === 0) return [];
  const lines = fences.flatMap(({ table, key, state, until, detail }) => {
    const mark =
      state === 'not put up'
        ? { text: `${ink.symbol.skipped} `, paint: ink.paint.attention, mark: true as const }
        : { text: `${ink.symbol.ok} `, paint: ink.paint.ok, mark: true as const };
    const what = dotted(
      ink,
      [mark, { text: `${table} ${key}`, paint: ink.paint.strong }],
      [{ text: MARKS[state], paint: ink.paint.plain }],
      [{ text: until === null ? '' : `until ${formatTime(until)} UTC`, paint: ink.paint.plain }],
    );
    return [...flow(ink, what, { first: 2, rest: 4 }), ...flow(ink, prose(ink, detail), 4)];
  });
  return [[...renderHeading(ink, 'Fence until the deploy', ''), ...lines]];
}
