import type { Finding } from '../../model/finding.ts';
import type { CheckStatus, VerifyReport } from '../../model/report.ts';
import type { UpsertAdvice, UpsertReport } from '../../model/upsert-report.ts';
import { fixOfCheck } from '../shown-by-check.ts';
import { html, type Markup } from './markup.ts';
import { badge, dataTable, type Section, type Tone } from './parts.ts';
import { prose } from './prose.ts';

const STATUS: Readonly<Record<CheckStatus, { readonly tone: Tone; readonly word: string; readonly order: number }>> = {
  failed: { tone: 'bad', word: 'Failed', order: 0 },
  skipped: { tone: 'warn', word: 'Not checked', order: 1 },
  info: { tone: 'plain', word: 'Note', order: 2 },
  ok: { tone: 'good', word: 'Passed', order: 3 },
};

/** What was checked in the database: indexes, rows, arbiters. */
export function checksSection(checks: VerifyReport['checks'], findings: readonly Finding[]): Section {
  const table = dataTable(
    'Checks of the database as it is',
    [{ title: 'Result' }, { title: 'Check', heads: true }, { title: 'About' }, { title: 'What was seen' }],
    checks.map((check) => {
      const { tone, word, order } = STATUS[check.status];
      const fix = check.status === 'failed' ? fixOfCheck(check, findings) : undefined;
      return {
        attention: check.status === 'failed',
        cells: [
          { shown: badge(tone, word), sortBy: order },
          { shown: check.title },
          { shown: [check.table, check.migration].filter((name) => name !== null).join(' · ') },
          { shown: html`${check.detail}${fix === undefined ? '' : html`<div class="dim">Fix: ${prose(fix)}</div>`}` },
        ],
      };
    }),
  );
  return { id: 'checks', title: 'Indexes and checks', body: checks.length === 0 ? [] : [table] };
}

/** What the application can write for each rule. */
export function adviceSection(upserts: readonly UpsertAdvice[]): Section {
  return { id: 'upserts', title: 'Upserts', body: upserts.map(advice) };
}

function advice({ table, index, clause, spellings }: UpsertAdvice): Markup {
  return html`
<section class="rule">
<h3>${table} <code>${index}</code></h3>
<p>Arbiter of this clause:</p>
<pre>${clause}</pre>
${dataTable(
  `Ways to write an upsert of ${table}`,
  [{ title: 'With' }, { title: 'Written as', heads: true }, { title: 'Finds the index' }],
  spellings.map(({ via, text, works }) => ({
    attention: !works,
    cells: [
      { shown: via },
      { shown: html`<code>${text}</code>` },
      { shown: works ? badge('good', 'Yes') : badge('bad', 'No (42P10)') },
    ],
  })),
)}
</section>`;
}

const UPSERT: Readonly<
  Record<UpsertReport['status'], { readonly tone: Tone; readonly word: string; readonly order: number }>
> = {
  error: { tone: 'bad', word: 'Fails', order: 0 },
  warning: { tone: 'warn', word: 'Warning', order: 1 },
  unresolved: { tone: 'warn', word: 'Not resolved', order: 2 },
  ok: { tone: 'good', word: 'Proven', order: 3 },
};

/** Upserts of the application's source, and the index that each of them resolves to. */
export function upsertsSection(upserts: readonly UpsertReport[]): Section {
  const table = dataTable(
    'Upserts of the source',
    [
      { title: 'Result' },
      { title: 'Place', heads: true },
      { title: 'Target' },
      { title: 'Arbiter' },
      { title: 'What was found' },
    ],
    upserts.map((upsert) => {
      const { tone, word, order } = upsert.ignored === null ? UPSERT[upsert.status] : IGNORED;
      return {
        attention: upsert.status === 'error' && upsert.ignored === null,
        cells: [
          { shown: badge(tone, word), sortBy: order },
          { shown: html`${upsert.file}:${upsert.line}<div class="dim">${upsert.via}</div>` },
          { shown: html`${upsert.table}${upsert.target === null ? '' : html` <code>${upsert.target}</code>`}` },
          { shown: upsert.arbiter === null ? '' : html`<code>${upsert.arbiter}</code>` },
          { shown: whatWasFound(upsert) },
        ],
      };
    }),
  );
  return { id: 'upserts', title: 'Upserts', body: upserts.length === 0 ? [] : [table] };
}

const IGNORED = { tone: 'plain', word: 'Ignored', order: 4 } as const;

function whatWasFound({ statement, message, fix, ignored }: UpsertReport): Markup {
  return html`${message === null ? '' : html`<div>${prose(message)}</div>`}${ignored === null ? '' : html`<div>${ignored}</div>`}${fix === null ? '' : html`<div class="dim">Fix: ${prose(fix)}</div>`}<div class="dim"><code>${statement}</code></div>`;
}
