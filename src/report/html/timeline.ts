import type { TimelineEntry } from '../../model/timeline.ts';
import { formatDuration } from '../human/numbers.ts';
import { html, type Markup } from './markup.ts';
import { badge, type Section, type Tone } from './parts.ts';
import { prose } from './prose.ts';

const KINDS: Readonly<Record<TimelineEntry['kind'], { readonly tone: Tone; readonly word: string }>> = {
  section: { tone: 'plain', word: 'Part' },
  step: { tone: 'good', word: 'Step' },
  waiting: { tone: 'warn', word: 'Waiting' },
  note: { tone: 'plain', word: 'Note' },
};

/** What happened in the run: steps with their time, and what had to be waited for. */
export function timelineSection(entries: readonly TimelineEntry[], durationMs: number): Section {
  if (entries.length === 0) return { id: 'timeline', title: 'Timeline', body: [] };
  const end = Math.max(durationMs, 1, ...entries.map(({ startMs, durationMs: took }) => startMs + (took ?? 0)));
  const rows = entries.map((entry) => timelineRow(entry, end));
  const table = html`
<div class="scroll" role="group" aria-label="Timeline" tabindex="0">
<table class="timeline">
<caption>From the beginning of the command to its end, ${formatDuration(end)} later</caption>
<thead><tr><th scope="col" class="number">After</th><th scope="col">What</th><th scope="col" class="number">Took</th><td class="drawn"></td></tr></thead>
<tbody>${rows}</tbody>
</table>
</div>`;
  return { id: 'timeline', title: 'Timeline', body: [table] };
}

function timelineRow(entry: TimelineEntry, end: number): Markup {
  const { kind, title, detail, startMs, durationMs } = entry;
  const length = durationMs ?? 0;
  const { tone, word } = KINDS[kind];
  const from = (startMs / end) * 100;
  const width = Math.max(0.8, (length / end) * 100);
  const took = durationMs === null ? '' : formatDuration(durationMs);
  return html`<tr class="${kind}"><td class="number">${formatDuration(startMs)}</td><th scope="row">${badge(tone, word)} ${prose(title)}${detail === undefined ? '' : html`<div class="dim">${prose(detail)}</div>`}</th><td class="number">${took}</td><td class="drawn" aria-hidden="true"><svg viewBox="0 0 100 10" preserveAspectRatio="none"><rect class="${kind === 'waiting' ? 'part' : 'bar'}" x="${Math.min(from, 99.2).toFixed(2)}" width="${Math.min(width, 100 - Math.min(from, 99.2)).toFixed(2)}" height="10"/></svg></td></tr>
`;
}
