import { formatCount } from '../../model/count-of.ts';
import type { Discovery } from '../../model/discovery.ts';
import type { DemoReport, MigrateReport, Report, StatusReport } from '../../model/report.ts';
import type { MigrationStatus } from '../../model/status-report.ts';
import { formatTime } from '../human/numbers.ts';
import { html } from './markup.ts';
import { badge, dataTable, type Section, type Tone } from './parts.ts';
import { prose } from './prose.ts';

const STATES: Readonly<Record<MigrationStatus['state'], Tone>> = {
  pending: 'warn',
  running: 'plain',
  interrupted: 'warn',
  done: 'good',
  failed: 'bad',
  'rolled back': 'plain',
};

/** The migrations and how each stands. */
export function migrationsSection({ migrations }: StatusReport): Section {
  const table = dataTable(
    'Migrations',
    [{ title: 'Migration', heads: true }, { title: 'State' }, { title: 'Since (UTC)' }, { title: 'By' }],
    migrations.map(({ name, summary, state, at, by, error }) => ({
      attention: state !== 'done',
      cells: [
        { shown: html`${name}<div class="dim">${summary}</div>` },
        { shown: html`${badge(STATES[state], state)}${error === null ? '' : html`<div>${error}</div>`}` },
        { shown: at === null ? '' : formatTime(at), sortBy: at ?? '' },
        { shown: by ?? '' },
      ],
    })),
  );
  return { id: 'migrations', title: 'Migrations', body: migrations.length === 0 ? [] : [table] };
}

/** Migrations that are still to be applied. */
export function pendingSection({ pending }: MigrateReport): Section {
  const body =
    pending.length === 0 ? [] : [html`<ul>${pending.map((name) => html`<li><code>${name}</code></li>`)}</ul>`];
  return { id: 'pending', title: 'Pending', body };
}

/** Columns that may need a unique index. */
export function discoverySection({ candidates, passedOver }: Discovery): Section {
  const keys = dataTable(
    'Keys that may lack a unique index',
    [
      { title: 'Table', heads: true },
      { title: 'Key' },
      { title: 'Likelihood' },
      { title: 'Excess rows', number: true },
      { title: 'Next' },
    ],
    candidates.map(({ table, key, where, likelihood, counted, unconfirmed, obstacle, next }) => ({
      attention: (counted?.excessRows ?? 0) > 0,
      cells: [
        { shown: table },
        {
          shown: html`<code>${key.join(', ')}</code>${where === null ? '' : html`<div class="dim">where <code>${where}</code></div>`}`,
        },
        { shown: html`${likelihood}${obstacle === null ? '' : html`<div class="dim">${prose(obstacle)}</div>`}` },
        { shown: counted ? formatCount(counted.excessRows) : (unconfirmed ?? ''), sortBy: counted?.excessRows ?? -1 },
        { shown: html`<code>${next}</code>` },
      ],
    })),
  );
  const left = dataTable(
    'Tables that could not be looked at',
    [{ title: 'Table', heads: true }, { title: 'Why' }, { title: 'Fix' }],
    passedOver.map(({ table, reason, fix }) => ({
      cells: [{ shown: table }, { shown: reason }, { shown: html`<code>${fix}</code>` }],
    })),
  );
  return { id: 'keys', title: 'Keys', body: [keys, left].filter(({ markup }) => markup !== '') };
}

/** Files that were written, or would be. */
export function filesSection(report: Report): Section {
  const created = 'created' in report ? report.created : [];
  const body =
    created.length === 0 ? [] : [html`<ul>${created.map((file) => html`<li><code>${file}</code></li>`)}</ul>`];
  return { id: 'files', title: 'Files', body };
}

/** The chapters of the demo. */
export function chaptersSection({ chapters }: DemoReport): Section {
  const table = dataTable(
    'Incidents',
    [{ title: 'Incident', heads: true }, { title: 'Verdict' }],
    chapters.map(({ title, verdict }) => ({
      attention: verdict !== 'ok',
      cells: [{ shown: title }, { shown: badge(verdict === 'ok' ? 'good' : 'bad', verdict) }],
    })),
  );
  return { id: 'chapters', title: 'Incidents', body: [table] };
}
