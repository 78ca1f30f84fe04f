import { formatCount } from '../../model/count-of.ts';
import { printable } from '../printable.ts';
import { html, type Markup } from './markup.ts';

/** Characters of a value that are shown; the data in the page has all of them. */
const LONGEST = 240;
/** Characters shown before the first difference. */
const LEAD = 40;

/** A value of a row: NULL, the empty text and blank edges are told from others, and a long one is cut. */
export function valueMarkup(value: string | null): Markup {
  if (value === null) return html`<span class="null">NULL</span>`;
  return frame(value, excerptOf(value, 0, 0));
}

/** The same, with what differs from another value marked: from the first character that does to the last. */
export function differingValue(value: string | null, other: string | null): Markup {
  if (value === null) return html`<mark><span class="null">NULL</span></mark>`;
  if (value === other) return valueMarkup(value);
  const { from, to } = other === null ? { from: 0, to: value.length } : differenceBetween(value, other);
  if (value === '') return html`<mark>${valueMarkup(value)}</mark>`;
  return frame(value, excerptOf(value, from, to), from === to ? LACKING : undefined);
}

/** Stands where the other value has more. */
const LACKING = html`<mark class="lacking"><span class="hidden">(text is missing here)</span></mark>`;

interface Excerpt {
  readonly before: string;
  readonly marked: string;
  readonly after: string;
  readonly cutBefore: boolean;
  readonly cutAfter: boolean;
}

function frame(value: string, { before, marked, after, cutBefore, cutAfter }: Excerpt, mark?: Markup): Markup {
  const quote = value === '' || value !== value.trim() || value === 'NULL' ? '"' : '';
  const middle = mark ?? (marked === '' ? '' : html`<mark>${printable(marked)}</mark>`);
  const cut = cutBefore || cutAfter ? html` <span class="dim">(${formatCount(value.length)} characters)</span>` : '';
  return html`<bdi class="value">${quote}${cutBefore ? '…' : ''}${printable(before)}${middle}${printable(after)}${cutAfter ? '…' : ''}${quote}</bdi>${cut}`;
}

/** The part of a value around what is marked of it. */
function excerptOf(value: string, from: number, to: number): Excerpt {
  const start = value.length <= LONGEST || from < LONGEST ? 0 : between(value, from - LEAD);
  const end = value.length - start <= LONGEST ? value.length : between(value, start + LONGEST);
  const first = Math.max(start, Math.min(from, end));
  const last = Math.min(Math.max(to, first), end);
  return {
    before: value.slice(start, first),
    marked: value.slice(first, last),
    after: value.slice(last, end),
    cutBefore: start > 0,
    cutAfter: end < value.length,
  };
}

function differenceBetween(value: string, other: string): { readonly from: number; readonly to: number } {
  const shorter = Math.min(value.length, other.length);
  let from = 0;
  while (from < shorter && value[from] === other[from]) from += 1;
  let tail = 0;
  while (tail < shorter - from && value[value.length - 1 - tail] === other[other.length - 1 - tail]) tail += 1;
  return { from: between(value, from), to: between(value, value.length - tail, 1) };
}

/** A place that does not part a surrogate pair. */
function between(value: string, place: number, step: -1 | 1 = -1): number {
  const isLow = (value.charCodeAt(place) & 0xfc00) === 0xdc00;
  const isHigh = (value.charCodeAt(place - 1) & 0xfc00) === 0xd800;
  return isLow && isHigh ? place + step : place;
}
