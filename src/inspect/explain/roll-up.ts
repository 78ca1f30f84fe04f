import type { Period } from '../../model/why.ts';

const HOUR_MS = 3_600_000;

/** More bars than this are no picture any more. */
const MOST_PERIODS = 24;

const PERIODS: readonly Period[] = ['hour', 'day', 'week', 'month', 'year'];

/** Counts in periods of one length, without gaps between them. */
export interface RolledUp {
  readonly per: Period;
  readonly periods: readonly { readonly from: string; readonly excessRows: number }[];
}

/**
 * Adds counts of hours up to the shortest periods that make a picture: at most 24 of them, years if it must be.
 * @param hours counts by hours since 1970, UTC.
 */
export function rollUp(hours: ReadonlyMap<number, number>): RolledUp | undefined {
  const known = [...hours.keys()];
  if (known.length === 0) return undefined;
  const [first, last] = [Math.min(...known), Math.max(...known)].map((hour) => new Date(hour * HOUR_MS)) as [
    Date,
    Date,
  ];
  const per = PERIODS.find((period) => startsBetween(first, last, period).length <= MOST_PERIODS) ?? 'year';
  // Of a longer time than that, the end.
  const starts = startsBetween(first, last, per).slice(-MOST_PERIODS);
  const counts = new Map<number, number>();
  for (const [hour, rows] of hours) {
    const start = startOf(new Date(hour * HOUR_MS), per).getTime();
    counts.set(start, (counts.get(start) ?? 0) + rows);
  }
  return {
    per,
    periods: starts.map((start) => ({ from: start.toISOString(), excessRows: counts.get(start.getTime()) ?? 0 })),
  };
}

/** The beginnings of all periods from one time to another; one more than make a picture is enough to know, but years. */
function startsBetween(first: Date, last: Date, per: Period): readonly Date[] {
  const starts: Date[] = [];
  for (let start = startOf(first, per); start <= last; start = nextOf(start, per)) {
    starts.push(start);
    if (per !== 'year' && starts.length > MOST_PERIODS) break;
  }
  return starts;
}

function startOf(time: Date, per: Period): Date {
  const [year, month, day] = [time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()];
  switch (per) {
    case 'hour':
      return new Date(Math.floor(time.getTime() / HOUR_MS) * HOUR_MS);
    case 'day':
      return utc(year, month, day);
    case 'week':
      // ISO weeks begin on Monday.
      return utc(year, month, day - ((time.getUTCDay() + 6) % 7));
    case 'month':
      return utc(year, month, 1);
    case 'year':
      return utc(year, 0, 1);
  }
}

function nextOf(start: Date, per: Period): Date {
  const [year, month, day] = [start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()];
  switch (per) {
    case 'hour':
      return new Date(start.getTime() + HOUR_MS);
    case 'day':
      return utc(year, month, day + 1);
    case 'week':
      return utc(year, month, day + 7);
    case 'month':
      return utc(year, month + 1, 1);
    case 'year':
      return utc(year + 1, 0, 1);
  }
}

/** `Date.UTC` takes the years 0 to 99 for those of the last century. */
function utc(year: number, month: number, day: number): Date {
  const time = new Date(0);
  time.setUTCFullYear(year, month, day);
  return time;
}
