import { formatCount } from '../../model/count-of.ts';
import type { RunEvent } from '../../model/event.ts';
import { formatDuration } from '../../report/human/numbers.ts';

/** A step that runs, and how far it is. */
interface Running {
  readonly title: string;
  readonly since: number;
}

interface Advance {
  readonly title: string;
  readonly done: number;
  readonly total: number | undefined;
  /** Where and when it was first seen: the rate is measured from there. */
  readonly first: { readonly done: number; readonly at: number };
}

/** Follows the events and says what is happening. */
export interface Tracker {
  follow(event: RunEvent): void;
  /**
   * `groups of chat 1,200 of 4,000 (30%) · 400/s · 7.0 s left`, else the step and how long it has taken; `working` where
   * no step is known; undefined for the first second of that.
   */
  describe(): string | undefined;
}

/** Before this a rate is a guess, and a time not worth telling. */
const TELLS_TIME_AFTER_MS = 1_000;

/** A tracker on a clock of milliseconds. */
export function createTracker(now: () => number, dot = '·'): Tracker {
  let step: Running | undefined;
  let advance: Advance | undefined;
  let lastEvent = now();
  function follow(event: RunEvent): void {
    lastEvent = now();
    if (event.kind === 'progress') advance = { ...event, total: event.total, first: firstOf(event) };
    if (event.kind === 'step-started') step = { title: event.title, since: now() };
    if (event.kind === 'step-done' || event.kind === 'section') step = undefined;
    if (['step-started', 'step-done', 'section'].includes(event.kind)) advance = undefined;
  }
  function firstOf({ title, done }: Extract<RunEvent, { kind: 'progress' }>): Advance['first'] {
    return advance?.title === title && advance.done <= done ? advance.first : { done, at: now() };
  }
  function describe(): string | undefined {
    if (advance && !isComplete(advance)) return describeAdvance(advance, now()).join(` ${dot} `);
    const { title, since } = step ?? { title: 'working', since: lastEvent };
    if (now() - since < TELLS_TIME_AFTER_MS) return step?.title;
    return `${title} ${dot} ${formatDuration(Math.floor((now() - since) / 1000) * 1000)}`;
  }
  return { follow, describe };
}

/** All of it is done: what comes now is something else of the same step. */
function isComplete({ done, total }: Advance): boolean {
  return total !== undefined && done >= total;
}

function describeAdvance({ title, done, total, first }: Advance, now: number): readonly string[] {
  const elapsed = now - first.at;
  const rate = elapsed >= TELLS_TIME_AFTER_MS && done > first.done ? ((done - first.done) / elapsed) * 1000 : undefined;
  const share = total ? ` of ${formatCount(total)} (${Math.floor((100 * done) / total)}%)` : '';
  const left = rate !== undefined && total !== undefined && total > done ? ((total - done) / rate) * 1000 : undefined;
  return [
    `${title} ${formatCount(done)}${share}`,
    ...(rate === undefined ? [] : [`${formatCount(Math.round(rate))}/s`]),
    ...(left === undefined ? [] : [`${formatDuration(Math.max(1000, Math.round(left / 1000) * 1000))} left`]),
  ];
}
