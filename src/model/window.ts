/** When a run may work: at any time, or in the same hours of each day. */
export type Window = 'always' | DailyWindow;

/** Hours of a day; they go past midnight where the end is no later than the beginning. */
export interface DailyWindow {
  /** Minutes since midnight. */
  readonly from: number;
  readonly to: number;
  /** `Europe/Berlin`, `UTC`; undefined: that of the machine msgdb runs on. */
  readonly zone: string | undefined;
}

export const WINDOW_FORM = 'two times of day such as 22:00-05:00, with a time zone after them or not, or none';

const DAY_SECONDS = 86_400;

/** A window as it is written: `22:00-05:00`, `22:00-05:00 Europe/Berlin`, `none`. Undefined when the text is none. */
export function parseWindow(text: string): Window | undefined {
  const trimmed = text.trim();
  if (trimmed === 'none') return 'always';
  const match = /^(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)(?:\s+(\S+))?$/.exec(trimmed);
  if (!match) return undefined;
  const [, fromHour, fromMinute, toHour, toMinute, zone] = match;
  const from = minuteOfDay(fromHour, fromMinute);
  const to = minuteOfDay(toHour, toMinute);
  if (from === undefined || to === undefined || from === 1440 || from === to) return undefined;
  return zone !== undefined && !isZone(zone) ? undefined : { from, to, zone };
}

function minuteOfDay(hour: string | undefined, minute: string | undefined): number | undefined {
  const minutes = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && minutes <= 1440 ? minutes : undefined;
}

/** Is it a time zone that can be told the time of? */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What a window says of a moment. */
export type Standing =
  | { readonly open: true; readonly secondsLeft: number; readonly secondsWhole: number }
  | { readonly open: false; readonly secondsUntil: number };

/** Is it open, and how long by the clock on the wall, which jumps twice a year? */
export function standingOf({ from, to, zone }: DailyWindow, now: Date): Standing {
  const at = secondOfDay(now, zone);
  const whole = (((to - from) * 60 + DAY_SECONDS - 1) % DAY_SECONDS) + 1;
  const since = (at - from * 60 + DAY_SECONDS) % DAY_SECONDS;
  if (since < whole) return { open: true, secondsLeft: whole - since, secondsWhole: whole };
  return { open: false, secondsUntil: DAY_SECONDS - since };
}

/** `22:00-05:00 (Europe/Berlin, where it is 14:03)`. */
export function describeWindow({ from, to, zone }: DailyWindow, now: Date): string {
  const name = zone ?? new Intl.DateTimeFormat('en').resolvedOptions().timeZone;
  const minute = Math.floor(secondOfDay(now, zone) / 60);
  return `${clock(from)}-${clock(to)} (${name}, where it is ${clock(minute)})`;
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

function secondOfDay(now: Date, zone: string | undefined): number {
  const parts = new Intl.DateTimeFormat('en', {
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).formatToParts(now);
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value);
  return part('hour') * 3600 + part('minute') * 60 + part('second');
}
