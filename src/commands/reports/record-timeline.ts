import type { Listener, RunEvent } from '../../model/event.ts';
import type { TimelineEntry } from '../../model/timeline.ts';

/** A run that waits again and again must not fill the report. */
const MOST = 1_000;

/** Keeps what happens in a run, besides passing it on. */
export interface TimelineRecorder {
  readonly listen: Listener;
  /** In the order in which things began. Statements that others run are not in it: they may hold row contents. */
  entries(): readonly TimelineEntry[];
}

/** @param elapsed milliseconds since the command began */
export function recordTimeline(passOn: Listener, elapsed: () => number): TimelineRecorder {
  const kept: TimelineEntry[] = [];
  const open: number[] = [];
  let waiting: number | undefined;

  function keep(event: RunEvent): void {
    if (isStillWaiting(event)) return;
    endWait();
    if (event.kind === 'step-done') end(event);
    if (kept.length >= MOST) return;
    const startMs = Math.round(elapsed());
    if (event.kind === 'step-started') {
      open.push(kept.length);
      kept.push({ kind: 'step', title: event.title, startMs, durationMs: null });
    }
    if (event.kind === 'section') kept.push({ kind: 'section', title: event.title, startMs, durationMs: null });
    if (event.kind === 'waiting' || event.kind === 'note') {
      if (event.kind === 'waiting') waiting = kept.length;
      kept.push({ kind: event.kind, title: event.message, startMs, durationMs: null });
    }
  }

  /** What waits says so again and again. */
  function isStillWaiting(event: RunEvent): boolean {
    return event.kind === 'waiting' && waiting !== undefined && kept[waiting]?.title === event.message;
  }

  function endWait(): void {
    const wait = waiting === undefined ? undefined : kept[waiting];
    if (waiting === undefined || wait === undefined) return;
    kept[waiting] = { ...wait, durationMs: Math.round(elapsed()) - wait.startMs };
    waiting = undefined;
  }

  function end({ title, durationMs, detail }: Extract<RunEvent, { kind: 'step-done' }>): void {
    const place = open.findLast((each) => kept[each]?.title === title);
    const begun = place === undefined ? undefined : kept[place];
    if (place === undefined || begun === undefined) return;
    open.splice(open.indexOf(place), 1);
    kept[place] = { ...begun, durationMs: Math.round(durationMs), ...(detail === undefined ? {} : { detail }) };
  }

  /** What only begins, such as a look at a table, goes on until the next such thing begins. */
  function endLook(place: number): void {
    const look = kept[place];
    if (look === undefined) return;
    const next = kept.slice(place + 1).find(({ kind }) => kind === 'step' || kind === 'section');
    kept[place] = { ...look, durationMs: (next?.startMs ?? Math.round(elapsed())) - look.startMs };
  }

  return {
    listen: (event) => {
      keep(event);
      passOn(event);
    },
    entries: () => {
      endWait();
      for (const place of open) endLook(place);
      return kept;
    },
  };
}
