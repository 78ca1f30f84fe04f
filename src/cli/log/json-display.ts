import type { RunEvent } from '../../model/event.ts';
import { entryOfEvent, type LogEntry } from '../../report/log-entry.ts';
import type { Display } from '../progress/display.ts';
import { HEARTBEAT_MS } from '../progress/plain.ts';
import { createThinning } from '../progress/thin-out.ts';
import { createTracker } from '../progress/tracker.ts';

export interface JsonDisplayOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly put: (entry: LogEntry) => void;
  /** Is told the id of each run that is begun. */
  readonly onRun: (runId: string) => void;
}

/** A line for each event, of those that tell how far a step is at most one in ten seconds; and a sign of life meanwhile. */
export function createJsonDisplay({ quiet, verbose, put, onRun }: JsonDisplayOptions): Display {
  const now = () => performance.now();
  const worth = createThinning(HEARTBEAT_MS, now);
  const tracker = createTracker(now);
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function listen(event: RunEvent): void {
    if (closed) return;
    if (event.kind === 'run-started') onRun(event.runId);
    tracker.follow(event);
    if (quiet || !worth(event)) return;
    put(entryOfEvent(event, { verbose }));
    beat();
  }
  function beat(): void {
    clearInterval(timer);
    timer = setInterval(() => {
      const message = tracker.describe();
      if (message !== undefined) put({ level: 'info', event: 'working', message });
    }, HEARTBEAT_MS).unref();
  }
  if (!quiet) beat();
  return {
    listen,
    pause: () => clearInterval(timer),
    resume: () => (quiet || closed ? undefined : beat()),
    close: () => {
      clearInterval(timer);
      closed = true;
    },
  };
}
