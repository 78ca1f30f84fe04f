import type { Ink, Paint } from './ink.ts';
import type { Span } from './line.ts';

/** Of a longer value only a part is shown, unless everything was asked for. */
const LONGEST = 72;
/** Characters shown before the first difference. */
const LEAD = 30;

/**
 * A value from the database: NULL dim if it has no other colour; empty, blank-edged or misleading ones in quotes, so
 * that they can be distinguished. Of a long one the part from `start` on.
 */
export function valueSpan(ink: Ink, value: string | null, paint: Paint = ink.paint.plain, start = 0): Span {
  if (value === null) return { text: 'NULL', paint: paint === ink.paint.plain ? ink.paint.dim : paint };
  const unclear = value === '' || value !== value.trim() || value === 'NULL';
  const shown = excerpt(ink, value, start);
  return { text: unclear ? `"${shown}"` : shown, paint };
}

/** Where excerpts of these values begin so that the first difference between them is seen. */
export function excerptStart(values: readonly (string | null)[]): number {
  const texts = values.filter((value) => value !== null).map((value) => [...value]);
  const [first = [], ...others] = texts;
  const common = Math.min(...others.map((other) => firstDifference(first, other)));
  if (!Number.isFinite(common) || common < LONGEST) return 0;
  const start = common - LEAD;
  const space = first.indexOf(' ', start);
  return space >= 0 && space < common ? space + 1 : start;
}

function excerpt(ink: Ink, value: string, start: number): string {
  const characters = [...value];
  if (ink.look.verbose || characters.length <= LONGEST) return value;
  const shown = characters.slice(start, start + LONGEST).join('');
  const { more } = ink.symbol;
  return `${start > 0 ? more : ''}${shown}${start + LONGEST < characters.length ? more : ''}`;
}

/** Infinity if they are equal. */
function firstDifference(one: readonly string[], other: readonly string[]): number {
  const [shorter, longer] = one.length <= other.length ? [one, other] : [other, one];
  const index = longer.findIndex((character, place) => character !== shorter[place]);
  return index < 0 ? Number.POSITIVE_INFINITY : index;
}
