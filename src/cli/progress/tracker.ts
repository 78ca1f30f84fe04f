import type { RunEvent } from '../../model/event.ts';
import { formatCount, formatDuration } from '../../report/human/numbers.ts';

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

/** Follows the events and says what is going on. */
export interface Tracker {
  follow(event: RunEvent): void;
  /** `remove duplicates · groups of chat 1,200 of 4,000 (30%) · 400/s · 7.0 s left`; undefined while nothing runs. */
  describe(): string | undefined;
}

/** Before this a rate is a guess. */
const RATE_AFTER_MS = 1_000;

/** A tracker on a clock of milliseconds. */
export function createTracker(now: () => number, dot = '·'): Tracker {
  let step: Running | undefined;
  let advance: Advance | undefined;
  function follow(event: RunEvent): void {
    if (event.kind === 'progress') advance = { ...event, total: event.total, first: firstOf(event) };
    if (event.kind === 'step-started') step = { title: event.title, since: now() };
    if (event.kind === 'step-done' || event.kind === 'section') step = undefined;
    if (['step-started', 'step-done', 'section'].includes(event.kind)) advance = undefined;
  }
  function firstOf({ title, done }: Extract<RunEvent, { kind: 'progress' }>): Advance['first'] {
    return advance?.title === title && advance.done <= done ? advance.first : { done, at: now() };
  }
  function describe(): string | undefined {
    const elapsed = step && formatDuration(Math.floor((now() - step.since) / 1000) * 1000);
    if (advance) return [...(step ? [step.title] : []), ...describeAdvance(advance, now())].join(` ${dot} `);
    if (!step) return undefined;
    return now() - step.since < RATE_AFTER_MS ? step.title : `${step.title} ${dot} ${elapsed}`;
  }
  return { follow, describe };
}

function describeAdvance({ title, done, total, first }: Advance, now: number): readonly string[] {
  const elapsed = now - first.at;
  const rate = elapsed >= RATE_AFTER_MS && done > first.done ? ((done - first.done) / elapsed) * 1000 : undefined;
  const share = total ? ` of ${formatCount(total)} (${Math.floor((100 * done) / total)}%)` : '';
  const left = rate !== undefined && total !== undefined && total > done ? ((total - done) / rate) * 1000 : undefined;
  return [
    `${title} ${formatCount(done)}${share}`,
    ...(rate === undefined ? [] : [`${formatCount(Math.round(rate))}/s`]),
    ...(left === undefined ? [] : [`${formatDuration(Math.max(1000, Math.round(left / 1000) * 1000))} left`]),
  ];
}
