import type { RunEvent } from '../../model/event.ts';

/**
 * Whether an event is worth a line of a log: of those that tell how far a step is one in a while, and its last one; of
 * those that tell the same wait again the first.
 */
export function createThinning(everyMs: number, now: () => number): (event: RunEvent) => boolean {
  let last: { readonly title: string; readonly at: number } | undefined;
  let waiting = '';
  return (event) => {
    const same = event.kind === 'waiting' && event.message === waiting;
    waiting = event.kind === 'waiting' ? event.message : '';
    if (same) return false;
    if (event.kind !== 'progress') return true;
    const due = last === undefined || last.title !== event.title || now() - last.at >= everyMs;
    if (!due && event.done !== event.total) return false;
    last = { title: event.title, at: now() };
    return true;
  };
}
