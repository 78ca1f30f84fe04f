import { countOf } from '../../model/count-of.ts';
import type { GroupSample } from '../../model/group-sample.ts';
import type { TargetReport } from '../../model/target-report.ts';
import { html, type Markup, type Part } from './markup.ts';
import { differingValue, valueMarkup } from './value.ts';

/** Groups as examples: copies side by side, a line for each column, and what differs marked. */
export function sampleGroups({ table, groups, samples }: Pick<TargetReport, 'table' | 'groups' | 'samples'>): Markup {
  if (samples.length === 0) return html``;
  const unseen = groups - samples.length;
  return html`
<h4>Groups</h4>
<p class="dim">${countOf(samples.length, 'group')} of ${countOf(groups, 'group')}. Where copies differ, the column has the sign ≠ and what differs is marked.</p>
${samples.map((sample, place) => sampleGroup(table, sample, place))}
${unseen > 0 ? html`<p class="dim">… and ${countOf(unseen, 'more group')}</p>` : ''}`;
}

function sampleGroup(table: string, sample: GroupSample, place: number): Markup {
  const { key, copies, rows, differs } = sample;
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const hidden = copies - rows.length;
  const label = `Copies of group ${place + 1} in ${table}`;
  return html`
<article class="group">
<h5>${Object.entries(key).map(([column, value]) => html`<span class="dim">${column} =</span> ${valueMarkup(value)} `)}<span class="count">${countOf(copies, 'copy', 'copies')}${differs.length === 0 ? ', all alike' : ''}</span></h5>
<div class="scroll" role="group" aria-label="${label}" tabindex="0">
<table class="copies">
<thead><tr><th scope="col">Column</th>${rows.map((_, copy) => html`<th scope="col">${titleOf(sample, copy)}</th>`)}</tr></thead>
<tbody>${columns.map((column) => columnRow(sample, column))}</tbody>
</table>
</div>
${hidden > 0 ? html`<p class="dim">… and ${countOf(hidden, 'more copy', 'more copies')}</p>` : ''}
</article>`;
}

function titleOf({ unranked }: GroupSample, copy: number): Part {
  return copy === 0 && !unranked ? html`<span class="survivor">★ survivor</span>` : `copy ${copy + 1}`;
}

function columnRow(sample: GroupSample, column: string): Markup {
  const differs = sample.differs.includes(column);
  const kept = sample.rows[0]?.[column] ?? null;
  const cells = sample.rows.map((row, copy) => {
    const value = row[column] ?? null;
    if (!differs || copy === 0) return html`<td>${valueMarkup(value)}</td>`;
    return html`<td${value === kept ? '' : html` class="other"`}>${differingValue(value, kept)}</td>`;
  });
  const mark = differs
    ? html`<span class="differs" aria-hidden="true">≠</span> <span class="hidden">differs: </span>`
    : html`<span class="differs"></span> `;
  return html`<tr><th scope="row">${mark}${column}</th>${cells}</tr>
`;
}
