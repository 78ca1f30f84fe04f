import { countOf, formatCount } from '../../model/count-of.ts';
import type { TargetReport } from '../../model/target-report.ts';
import type { SizeCount, WhyReport } from '../../model/why.ts';
import { GAP_NAMES, periodName } from '../gap-names.ts';
import { formatTime } from '../human/numbers.ts';
import { barChart, columnChart } from './charts.ts';
import { html, type Markup } from './markup.ts';
import { facts } from './parts.ts';
import { prose } from './prose.ts';

/** How the copies of a rule came: what follows from the figures, then the figures. */
export function whyDuplicates({ why }: TargetReport): Markup {
  if (!why) return html``;
  return html`
<h4>How the copies came</h4>
${why.reading.length === 0 ? '' : html`<ul class="reading">${why.reading.map((sentence) => html`<li>${prose(sentence)}</li>`)}</ul>`}
${basis(why)}
<div class="charts">
${growthChart(why)}
${gapChart(why)}
${sizeChart(why)}
${differingChart(why)}
</div>`;
}

function basis({ groups, sample, rows, time, rowsWithoutTime, sameTransaction }: WhyReport): Markup {
  return facts([
    ['Looked at', `${sample ? 'a sample of ' : ''}${countOf(groups, 'group')}, ${countOf(rows, 'row')}`],
    [
      'Time of a row',
      time
        ? html`<code>${time.column}</code> ${time.type}; ${time.reason}${rowsWithoutTime > 0 ? `; ${countOf(rowsWithoutTime, 'row')} without` : ''}`
        : 'no column says when a row came; name one with --by if there is',
    ],
    [
      'Written',
      sameTransaction.groups === 0
        ? 'each copy by a transaction of its own (by xmin)'
        : `in ${countOf(sameTransaction.groups, 'group')} one transaction wrote several copies (by xmin)`,
    ],
  ]);
}

function growthChart({ growth, sample }: WhyReport): Markup {
  if (!growth) return html``;
  const { per, periods, last, newestRow } = growth;
  const chart = columnChart({
    title: `Excess rows by ${per}${sample ? ', of the sample' : ''} (UTC)`,
    labels: per,
    counts: 'Excess rows',
    points: periods.map(({ from, excessRows }) => ({ label: periodName(from, per), count: excessRows })),
  });
  return html`<div class="wide">${chart}<p class="dim">The last copy came at ${formatTime(last)}; the newest row of all at ${formatTime(newestRow)}.</p></div>`;
}

function gapChart({ gaps }: WhyReport): Markup {
  const together = gaps.some(({ sameTransaction }) => sameTransaction > 0);
  return barChart({
    title: 'Time between one copy and the next',
    labels: 'After the copy before',
    counts: 'Copies',
    part: together ? 'Same transaction' : undefined,
    bars: gaps.map(({ gap, pairs, sameTransaction }) => ({
      label: GAP_NAMES[gap],
      count: pairs,
      part: together ? sameTransaction : undefined,
    })),
  });
}

function sizeChart({ sizes, largestGroup }: WhyReport): Markup {
  return barChart({
    title: `Copies in a group; the largest has ${formatCount(largestGroup)}`,
    labels: 'Copies',
    counts: 'Groups',
    bars: sizes.map((size) => ({ label: sizeName(size), count: size.groups })),
  });
}

export function sizeName({ from, to }: SizeCount): string {
  if (to === null) return `${from} and more`;
  return from === to ? String(from) : `${from} to ${to}`;
}

/** Of more columns the first say what kind of copies they are; the data in the page has all. */
const MOST_COLUMNS = 20;

function differingChart({ differs, groups, time }: WhyReport): Markup {
  if (differs.length === 0) {
    const beside = time ? ` and ${time.column}` : '';
    return html`<p>The copies are alike in every column but the primary key${beside}.</p>`;
  }
  const filled = differs.some(({ filledOnce }) => filledOnce > 0);
  const chart = barChart({
    title: `Columns in which copies differ, by groups of ${formatCount(groups)}`,
    labels: 'Column',
    counts: 'Groups',
    whole: groups,
    part: filled ? 'NULL in some' : undefined,
    bars: differs.slice(0, MOST_COLUMNS).map(({ column, groups: count, filledOnce }) => ({
      label: column,
      count,
      part: filled ? filledOnce : undefined,
    })),
  });
  const unseen = differs.length - MOST_COLUMNS;
  return html`<div>${chart}${unseen > 0 ? html`<p class="dim">… and ${countOf(unseen, 'more column')}</p>` : ''}</div>`;
}
