import { formatCount } from '../../model/count-of.ts';
import { html, type Markup } from './markup.ts';

/** A bar: what it stands for, its length, and the part of it that is set apart. */
export interface Bar {
  readonly label: string;
  readonly count: number;
  readonly part?: number | undefined;
}

export interface BarChart {
  readonly title: string;
  readonly labels: string;
  readonly counts: string;
  /** What the part of a bar is that is set apart, where there is one. */
  readonly part?: string | undefined;
  /** What shares are of; all bars together where it is left out. */
  readonly whole?: number;
  readonly bars: readonly Bar[];
}

/** A table whose rows have bars: to a screen reader it is the table. */
export function barChart({ title, labels, counts, part, whole, bars }: BarChart): Markup {
  const sum = bars.reduce((before, { count }) => before + count, 0);
  const total = whole ?? sum;
  if (sum === 0) return html``;
  const most = Math.max(...bars.map(({ count }) => count));
  const rows = bars.map(
    (
      bar,
    ) => html`<tr><th scope="row">${bar.label}</th><td class="number">${formatCount(bar.count)}</td><td class="number dim">${share(bar.count, total)}</td>${part === undefined ? '' : html`<td class="number">${formatCount(bar.part ?? 0)}</td>`}<td class="drawn" aria-hidden="true">${drawBar(bar, most)}</td></tr>
`,
  );
  return html`
<div class="scroll" role="group" aria-label="${title}" tabindex="0">
<table class="bars">
<caption>${title}</caption>
<thead><tr><th scope="col">${labels}</th><th scope="col" class="number">${counts}</th><th scope="col" class="number">Share</th>${part === undefined ? '' : html`<th scope="col" class="number">${part}</th>`}<td class="drawn"></td></tr></thead>
<tbody>${rows}</tbody>
</table>
</div>`;
}

function drawBar({ count, part = 0 }: Bar, most: number): Markup {
  // At least a stroke for what is more than nothing.
  const length = count === 0 ? 0 : Math.max(1, (count / most) * 100);
  const set = count === 0 ? 0 : (part / count) * length;
  return html`<svg viewBox="0 0 100 10" preserveAspectRatio="none"><rect class="bar" width="${length.toFixed(2)}" height="10"/>${set > 0 ? html`<rect class="part" width="${set.toFixed(2)}" height="10"/>` : ''}</svg>`;
}

export interface Point {
  readonly label: string;
  readonly count: number;
}

export interface ColumnChart {
  readonly title: string;
  readonly labels: string;
  readonly counts: string;
  readonly points: readonly Point[];
}

/** Columns side by side, as over time; the figures are in a table below it. */
export function columnChart({ title, labels, counts, points }: ColumnChart): Markup {
  const most = Math.max(...points.map(({ count }) => count));
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last || most === 0) return html``;
  const peak = points.find(({ count }) => count === most) ?? first;
  const says = `${title}: ${points.length} periods from ${first.label} to ${last.label}, the most in ${peak.label}: ${formatCount(most)}`;
  const columns = points.map(({ label, count }, place) => {
    const height = count === 0 ? 0 : Math.max(1.5, (count / most) * 100);
    return html`<rect class="bar" x="${place + 0.08}" y="${(100 - height).toFixed(2)}" width="0.84" height="${height.toFixed(2)}"><title>${label}: ${formatCount(count)}</title></rect>`;
  });
  const lines = points.map(
    ({ label, count }) => html`<tr><th scope="row">${label}</th><td class="number">${formatCount(count)}</td></tr>
`,
  );
  return html`
<figure class="columns">
<figcaption>${title}</figcaption>
<div class="plot"><span class="most" aria-hidden="true">${formatCount(most)}</span>
<svg role="img" aria-label="${says}" viewBox="0 0 ${points.length} 100" preserveAspectRatio="none">${columns}</svg>
<div class="axis" aria-hidden="true"><span>${first.label}</span><span>${last === first ? '' : last.label}</span></div></div>
<details><summary>Figures</summary>
<table class="plain"><thead><tr><th scope="col">${labels}</th><th scope="col" class="number">${counts}</th></tr></thead><tbody>${lines}</tbody></table>
</details>
</figure>`;
}

/** `43 %`; what is not all is never 100 %. */
function share(part: number, whole: number): string {
  if (part === whole) return '100 %';
  const percent = Math.round((part / whole) * 100);
  return percent === 0 ? (part === 0 ? '0 %' : '< 1 %') : `${Math.min(99, percent)} %`;
}
