import { countOf, formatCount } from '../../model/count-of.ts';
import type { RunReport } from '../../model/report.ts';
import type { RunGroups } from '../../model/run-report.ts';
import type { TimelineEntry } from '../../model/timeline.ts';
import { formatTime } from '../human/numbers.ts';
import { changeWords, undoneWords } from '../run-words.ts';
import { barChart } from './charts.ts';
import { html, type Markup } from './markup.ts';
import { badge, dataTable, facts, type Section } from './parts.ts';
import { sampleGroups } from './samples.ts';
import { timelineSection } from './timeline.ts';
import { sizeName } from './why.ts';

/** A past run: what it was, what it changed and whether that still stands, its indexes then and now, and its groups. */
export function runSections(report: RunReport): readonly Section[] {
  return [
    aboutSection(report),
    changedSection(report),
    indexesSection(report),
    groupsSection(report.groups),
    whenSection(report),
  ];
}

function aboutSection({ run }: RunReport): Section {
  const body = facts([
    ['Command', run.command],
    ['Began (UTC)', formatTime(run.startedAt)],
    ['Ended (UTC)', run.finishedAt === null ? 'it did not come to its end' : formatTime(run.finishedAt)],
    ['By', run.by],
    ['Version', run.version],
    ...run.migrations.map(({ name, state }) => ['Migration', html`<code>${name}</code>, ${state}`] as const),
  ]);
  return { id: 'run', title: 'The run', body: [body] };
}

function changedSection({ changes }: RunReport): Section {
  const table = dataTable(
    'Each change, in the order in which they were begun',
    [
      { title: 'At (UTC)' },
      { title: 'Table', heads: true },
      { title: 'What was done' },
      { title: 'Rows', number: true },
      { title: 'Since' },
    ],
    changes.map((change) => ({
      cells: [
        { shown: change.at.slice(11, 19), sortBy: change.at },
        {
          shown: html`${change.table ?? ''}${change.migration === null ? '' : html`<div class="dim">${change.migration}</div>`}`,
        },
        { shown: changeWords(change) },
        { shown: change.rows === 0 ? '' : formatCount(change.rows), sortBy: change.rows },
        { shown: undoneWords(change) },
      ],
    })),
  );
  return { id: 'done', title: 'What was done', body: [table] };
}

function indexesSection({ indexes }: RunReport): Section {
  const table = dataTable(
    'Indexes before the run and now',
    [{ title: 'Index', heads: true }, { title: 'Before' }, { title: 'Now' }, { title: 'Definition' }],
    indexes.map(({ table: on, name, before, now, definition }) => ({
      attention: now !== 'valid',
      cells: [
        { shown: html`${name}<div class="dim">${on}</div>` },
        { shown: before },
        { shown: badge(now === 'valid' ? 'good' : 'warn', now) },
        { shown: definition === null ? '' : html`<code>${definition}</code>` },
      ],
    })),
  );
  return { id: 'indexes', title: 'Indexes', body: [table] };
}

function groupsSection(groups: readonly RunGroups[]): Section {
  return { id: 'groups', title: 'Groups', body: groups.map(groupsOfTable) };
}

function groupsOfTable({ table, groups, removed, sizes, samples }: RunGroups): Markup {
  return html`
<section class="rule">
<h3>${table}</h3>
<p>${countOf(removed, 'row')} removed, of ${countOf(groups, 'group')}. The first row of each is the one that was kept, as it is now.</p>
${barChart({
  title: `Copies in a group of ${table}`,
  labels: 'Copies',
  counts: 'Groups',
  bars: sizes.map((size) => ({ label: sizeName(size), count: size.groups })),
})}
${sampleGroups({ table, groups, samples })}
</section>`;
}

/** Each change went on until the next one began. */
function whenSection({ run, changes }: RunReport): Section {
  const began = Date.parse(run.startedAt);
  const ended = Math.max(Date.parse(run.finishedAt ?? ''), ...changes.map(({ at }) => Date.parse(at))) || began;
  const entries = changes.map((change, place): TimelineEntry => {
    const next = changes[place + 1]?.at;
    const startMs = Date.parse(change.at) - began;
    return {
      kind: 'step',
      title: [change.table ?? change.migration ?? '', changeWords(change)].filter(Boolean).join(': '),
      startMs,
      durationMs: (next === undefined ? ended : Date.parse(next)) - began - startMs,
    };
  });
  return timelineSection(entries, ended - began);
}
