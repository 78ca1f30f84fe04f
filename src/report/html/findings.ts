import { CODES } from '../../model/codes.ts';
import type { Finding } from '../../model/finding.ts';
import { sourcePlaceOf } from '../source-place.ts';
import { html, type Markup } from './markup.ts';
import { badge, type Section } from './parts.ts';
import { prose } from './prose.ts';

/** What a person should act on: each with its reason and what mends it. */
export function findingsSection(findings: readonly Finding[]): Section {
  const graveFirst = findings.toSorted((one, other) => Number(isWarning(one)) - Number(isWarning(other)));
  return {
    id: 'findings',
    title: 'Findings',
    body: graveFirst.length === 0 ? [] : [html`<ul class="findings">${graveFirst.map(findingItem)}</ul>`],
  };
}

/** One of them, where it stands by itself. */
export function findingItem(finding: Finding): Markup {
  const { code, message, fix, data } = finding;
  const why = data?.why !== undefined && data.why !== CODES[code].cause ? data.why : undefined;
  return html`
<li class="finding" data-attention>
<h3>${badge(isWarning(finding) ? 'warn' : 'bad', isWarning(finding) ? 'Warning' : 'Finding')} ${CODES[code].title} <code class="code">${code}</code></h3>
${aboutWhat(finding)}
<p>${prose(message)}</p>
${excerpts(finding)}
${why === undefined ? '' : html`<p class="dim">${prose(why)}</p>`}
<p class="fix"><span class="label">Fix</span> <span>${prose(fix)}</span></p>
</li>`;
}

function aboutWhat(finding: Finding): Markup {
  const place = sourcePlaceOf(finding);
  const source = place && [place.file, place.line, place.column].filter(Boolean).join(':');
  const where = [finding.migration, finding.table, source].filter((text) => text !== undefined && text !== '');
  return where.length === 0 ? html`` : html`<p class="about">${where.join(' · ')}</p>`;
}

/** As it is, because a caret points at it. */
function excerpts({ data = {} }: Finding): readonly Markup[] {
  const { excerpt, queryExcerpt } = data as { readonly excerpt?: unknown; readonly queryExcerpt?: unknown };
  return [excerpt, queryExcerpt]
    .filter((text) => typeof text === 'string' && text !== '')
    .map((text) => html`<pre>${String(text)}</pre>`);
}

function isWarning({ level }: Finding): boolean {
  return level === 'warning';
}
