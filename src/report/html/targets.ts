import { countOf, formatCount } from '../../model/count-of.ts';
import type { DedupeTargetReport, TargetReport } from '../../model/target-report.ts';
import { html, type Markup } from './markup.ts';
import { badge, type Column, dataTable, type Row, type Section } from './parts.ts';
import { sampleGroups } from './samples.ts';
import { whyDuplicates } from './why.ts';

/** The rules with their figures; then each rule that has something to show by itself. */
export function targetsSection(targets: readonly (TargetReport | DedupeTargetReport)[], done: boolean): Section {
  const removed = targets.filter((target): target is DedupeTargetReport => 'deleted' in target);
  const table = done ? outcomeTable(removed) : censusTable(targets);
  return {
    id: 'rules',
    title: 'Rules',
    body: [table, ...targets.map(targetDetails)].filter(({ markup }) => markup !== ''),
  };
}

const NUMBER = { number: true } as const;

function censusTable(targets: readonly TargetReport[]): Markup {
  const columns: readonly Column[] = [
    ...ruleColumns,
    { title: 'Rows', ...NUMBER },
    { title: 'Groups', ...NUMBER },
    { title: 'Excess rows', ...NUMBER },
  ];
  const rows = targets.map(
    (target): Row => ({
      attention: target.excessRows > 0,
      cells: [
        ...ruleCells(target, target.excessRows > 0 ? badge('warn', 'Duplicates') : badge('good', 'Holds')),
        ...[target.coveredRows, target.groups, target.excessRows].map(count),
      ],
    }),
  );
  return dataTable('What each rule covers and what breaks it', columns, rows);
}

function outcomeTable(targets: readonly DedupeTargetReport[]): Markup {
  const marks = targets.some(({ marked }) => marked > 0);
  const columns: readonly Column[] = [
    ...ruleColumns,
    { title: 'Excess before', ...NUMBER },
    ...(marks ? [{ title: 'Marked', ...NUMBER }] : []),
    { title: 'Removed', ...NUMBER },
    { title: 'Archived', ...NUMBER },
    { title: 'Merged', ...NUMBER },
  ];
  const rows = targets.map((target): Row => {
    const { excessRows, marked, deleted, archived, merged } = target;
    const left = deleted + marked < excessRows;
    return {
      attention: left,
      cells: [
        ...ruleCells(target, left ? badge('warn', 'Copies left') : badge('good', 'Holds')),
        ...[excessRows, ...(marks ? [marked] : []), deleted, archived, merged].map(count),
      ],
    };
  });
  return dataTable('What became of the copies of each rule', columns, rows);
}

const ruleColumns: readonly Column[] = [{ title: 'Table', heads: true }, { title: 'Unique key' }, { title: 'Verdict' }];

function ruleCells({ table, key, where, migration, index }: TargetReport, verdict: Markup) {
  const beside = [...(migration === undefined ? [] : [migration]), ...(index === undefined ? [] : [index])];
  return [
    { shown: html`${table}${beside.length === 0 ? '' : html`<div class="dim">${beside.join(' · ')}</div>`}` },
    {
      shown: html`<code>${key.join(', ')}</code>${where === null ? '' : html`<div class="dim">where <code>${where}</code></div>`}`,
    },
    { shown: verdict },
  ];
}

function count(value: number) {
  return { shown: formatCount(value), sortBy: value };
}

function targetDetails(target: TargetReport | DedupeTargetReport): Markup {
  const parts = [
    whyDuplicates(target),
    sampleGroups(target),
    ...('deleted' in target ? [referencesTable(target), repointed(target), removedChildren(target)] : []),
  ].filter(({ markup }) => markup !== '');
  if (parts.length === 0) return html``;
  return html`
<section class="rule">
<h3>${target.table} <code>${target.key.join(', ')}</code></h3>
${parts}
</section>`;
}

function repointed({ repointed: moved, table }: DedupeTargetReport): Markup {
  if (moved.length === 0) return html``;
  return dataTable(
    `Re-pointed to the survivors in ${table}`,
    [{ title: 'Table', heads: true }, { title: 'Columns' }, { title: 'Rows', ...NUMBER }],
    moved.map(({ table: child, columns, rows }) => ({
      cells: [{ shown: child }, { shown: html`<code>${columns.join(', ')}</code>` }, count(rows)],
    })),
  );
}

function removedChildren({ childrenRemoved, table }: DedupeTargetReport): Markup {
  return dataTable(
    `Removed with copies of ${table}: children that would be copies, or that a constraint would refuse`,
    [
      { title: 'Table', heads: true },
      { title: 'Rows', ...NUMBER },
    ],
    childrenRemoved.map(({ table: child, rows }) => ({ cells: [{ shown: child }, count(rows)] })),
  );
}

/** Of a dry run: what would become of the rows that refer to losers. */
function referencesTable({ references = [], differing, table }: DedupeTargetReport): Markup {
  const differ =
    differing === undefined || differing.groups === 0
      ? ''
      : html`<p>In ${countOf(differing.groups, 'group')} the copies differ: ${differing.columns.map(({ column, groups }) => `${column} (${formatCount(groups)})`).join(', ')}.</p>`;
  const moved = dataTable(
    `What refers to copies of ${table}`,
    [
      { title: 'Table', heads: true },
      { title: 'Columns' },
      { title: 'On collision' },
      { title: 'Re-pointed', ...NUMBER },
      { title: 'Colliding', ...NUMBER },
    ],
    references.map((each) => ({
      cells: [
        { shown: each.table },
        { shown: html`<code>${each.columns.join(', ')}</code>` },
        { shown: each.onCollision },
        count(each.repointed),
        count(each.colliding),
      ],
    })),
  );
  return html`${differ}${moved}`;
}
