import { CODES } from '../../model/codes.ts';
import type { MsgdbError } from '../../model/errors.ts';
import { finding } from '../../model/finding.ts';
import type { Report, Verdict } from '../../model/report.ts';
import { formatDuration } from '../human/numbers.ts';
import { renderErrorJson, renderJson } from '../json.ts';
import { findingsSection } from './findings.ts';
import { html, type Part } from './markup.ts';
import { renderPage } from './page.ts';
import { badge, commandLine, facts, type Tone } from './parts.ts';
import { prose } from './prose.ts';
import { sectionsOf } from './sections.ts';

const VERDICTS: Readonly<Record<Verdict, { readonly tone: Tone; readonly word: string }>> = {
  ok: { tone: 'good', word: 'OK' },
  findings: { tone: 'warn', word: 'Findings' },
  failed: { tone: 'bad', word: 'Failed' },
};

/** The report as a page for people who were not there: printable, and with the data in it. */
export function renderHtml(report: Report): string {
  const name = 'action' in report ? `${report.command} ${report.action}` : report.command;
  const { tone, word } = VERDICTS[report.verdict];
  return renderPage({
    title: `msgdb ${name}: ${report.summary}`,
    head: html`
<div class="bar-top"><p class="tool"><b>msgdb</b> ${name}${isDryRun(report) ? ' · dry run, nothing was changed' : ''}</p>${badge(tone, word)}</div>
<h1>${report.summary}</h1>
${facts(factsOf(report))}
${report.next === undefined ? '' : html`<div class="next"><span class="dim">Next</span>${commandLine(report.next)}</div>`}`,
    sections: sectionsOf(report),
    json: renderJson(report),
  });
}

/** A failure as such a page. */
export function renderErrorHtml(error: MsgdbError, command: string): string {
  const { code, message, fix, why, data } = error;
  const shown = finding(code, message, { fix, data: { ...data, why } });
  return renderPage({
    title: `msgdb ${command}: ${CODES[code].title}`,
    head: html`
<div class="bar-top"><p class="tool"><b>msgdb</b> ${command}</p>${badge('bad', 'Failed')}</div>
<h1>${prose(CODES[code].title)}</h1>`,
    sections: [findingsSection([shown])],
    json: renderErrorJson(error, command),
  });
}

function factsOf(report: Report): readonly (readonly [string, Part])[] {
  const repair = report.command === 'preflight' ? report.repair : undefined;
  const runId = 'runId' in report ? report.runId : (repair?.runId ?? null);
  return [
    ...(report.database === undefined ? [] : [['Database', report.database] as const]),
    ...(runId === null ? [] : [['Run', html`<code>${runId}</code>`] as const]),
    ['Took', formatDuration(report.durationMs)],
    ['Findings', String(report.findings.length)],
  ];
}

function isDryRun(report: Report): boolean {
  if (report.command === 'preflight') return report.repair?.dryRun === true;
  return 'dryRun' in report && report.dryRun;
}
