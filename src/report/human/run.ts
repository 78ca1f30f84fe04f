import { countOf } from '../../model/count-of.ts';
import type { RunReport } from '../../model/report.ts';
import type { RunGroups, RunIndex } from '../../model/run-report.ts';
import { changeWords, undoneWords } from '../run-words.ts';
import { flow } from './flow.ts';
import { renderHeading } from './heading.ts';
import type { Ink } from './ink.ts';
import { formatTime } from './numbers.ts';
import { renderSample } from './samples.ts';
import { type Cell, renderTable } from './table.ts';

/** A past run: who and when, what it changed in order, its indexes then and now, and groups as the archive has them. */
export function renderRun(ink: Ink, report: RunReport): readonly (readonly string[])[] {
  return [
    renderChanges(ink, report),
    renderIndexes(ink, report.indexes),
    ...report.groups.map((each) => renderGroups(ink, each)),
  ];
}

function renderChanges(ink: Ink, { run, changes }: RunReport): readonly string[] {
  const { dot } = ink.symbol;
  const about = `${formatTime(run.startedAt)} UTC ${dot} ${run.by} ${dot} msgdb ${run.version}`;
  const columns = [{ title: 'at (UTC)' }, { title: 'table' }, { title: 'what was done' }, { title: 'since' }];
  const rows = changes.map((change): readonly Cell[] => [
    [[{ text: change.at.slice(11, 19), paint: ink.paint.dim }]],
    [[{ text: change.table ?? change.migration ?? '' }]],
    [[{ text: changeWords(change) }]],
    [[{ text: undoneWords(change), paint: ink.paint.dim }]],
  ]);
  return [...renderHeading(ink, run.command, about), ...renderTable(ink, columns, rows, 2)];
}

function renderIndexes(ink: Ink, indexes: readonly RunIndex[]): readonly string[] {
  if (indexes.length === 0) return [];
  const columns = [{ title: 'table' }, { title: 'index' }, { title: 'before' }, { title: 'now' }];
  const rows = indexes.map(({ table, name, before, now }): readonly Cell[] => [
    [[{ text: table }]],
    [[{ text: name }]],
    [[{ text: before, paint: ink.paint.dim }]],
    [[{ text: now, paint: now === 'valid' ? ink.paint.ok : ink.paint.attention }]],
  ]);
  return [...renderHeading(ink, 'Indexes', ''), ...renderTable(ink, columns, rows, 2)];
}

function renderGroups(ink: Ink, { table, groups, samples }: RunGroups): readonly string[] {
  const unseen = groups - samples.length;
  const note = { text: `${ink.symbol.more} and ${countOf(unseen, 'more group')}`, paint: ink.paint.dim };
  return [
    ...renderHeading(ink, table, countOf(groups, 'group')),
    ...samples.flatMap((sample, index) => [...(index > 0 ? [''] : []), ...renderSample(ink, sample)]),
    ...(unseen > 0 ? flow(ink, [note], 2) : []),
  ];
}
