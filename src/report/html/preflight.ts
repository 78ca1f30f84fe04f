import { formatCount } from '../../model/count-of.ts';
import type { PreflightStatus } from '../../model/preflight-report.ts';
import type { PreflightReport } from '../../model/report.ts';
import { html, type Markup } from './markup.ts';
import { badge, dataTable, type Section, type Tone } from './parts.ts';
import { prose } from './prose.ts';
import { valueMarkup } from './value.ts';

const STATUS: Readonly<
  Record<PreflightStatus, { readonly tone: Tone; readonly word: string; readonly order: number }>
> = {
  fails: { tone: 'bad', word: 'Fails', order: 0 },
  unresolved: { tone: 'warn', word: 'Not known', order: 1 },
  ok: { tone: 'good', word: 'Passes', order: 2 },
};

/** Statements of pending migrations, and what of the rows stands in their way. */
export function statementsSection({ runner, statements, repair }: PreflightReport): Section {
  const table = dataTable(
    `Pending statements of ${runner}`,
    [
      { title: 'Result' },
      { title: 'Statement', heads: true },
      { title: 'What was seen' },
      { title: 'Rows', number: true },
    ],
    statements.map((each) => {
      const { tone, word, order } = STATUS[each.status];
      return {
        attention: each.status !== 'ok',
        cells: [
          { shown: badge(tone, word), sortBy: order },
          {
            shown: html`<code>${each.statement}</code><div class="dim">${each.file}:${each.line} · ${each.table}</div>`,
          },
          { shown: html`${prose(each.detail)}${lockOf(each)}${each.samples.map(sampleRow)}` },
          { shown: each.rows === null ? '' : formatCount(each.rows), sortBy: each.rows ?? -1 },
        ],
      };
    }),
  );
  const left = dataTable(
    'Statements that the repair leaves alone',
    [{ title: 'Place', heads: true }, { title: 'Table' }, { title: 'Why' }],
    (repair?.left ?? []).map((each) => ({
      attention: true,
      cells: [{ shown: `${each.file}:${each.line}` }, { shown: each.table }, { shown: prose(each.reason) }],
    })),
  );
  const builds = dataTable(
    'Indexes that are built before the deploy',
    [{ title: 'Index', heads: true }, { title: 'Table' }, { title: 'State' }, { title: 'What to do in the runner' }],
    (repair?.builds ?? []).map((each) => ({
      attention: each.state === 'not built',
      cells: [
        { shown: each.index ?? '' },
        { shown: each.table },
        { shown: each.state },
        { shown: html`${prose(each.detail)}${each.statements.map((text) => html`<pre>${text}</pre>`)}` },
      ],
    })),
  );
  return { id: 'statements', title: 'Statements', body: [table, left, builds].filter(({ markup }) => markup !== '') };
}

function lockOf({ lock }: PreflightReport['statements'][number]): Markup {
  return lock === null ? html`` : html`<div class="dim">blocks ${lock.blocks} while it reads its table</div>`;
}

function sampleRow(row: Readonly<Record<string, string | null>>): Markup {
  return html`<div>${Object.entries(row).map(([column, value]) => html`<span class="dim">${column} =</span> ${valueMarkup(value)} `)}</div>`;
}
