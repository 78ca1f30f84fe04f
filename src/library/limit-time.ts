import { MsgdbError } from '../model/errors.ts';
import type { Listener, RunEvent } from '../model/event.ts';

/** What ends a command, and what is told of it. */
interface Watched {
  readonly signal: AbortSignal;
  readonly emit: Listener;
}

/** Timers of Node count in 32 bits. */
const LONGEST_MS = 2 ** 31 - 1;

/** Ends a command when its time is over, as an interruption does; the reason says what it was at. 0 sets no limit. */
export function limitTime({ signal, emit }: Watched, limitMs: number): Watched {
  if (limitMs === 0) return { signal, emit };
  const limit = new AbortController();
  let doing: string | undefined;
  setTimeout(() => limit.abort(overtime(limitMs, doing)), Math.min(limitMs, LONGEST_MS)).unref();
  return {
    signal: AbortSignal.any([signal, limit.signal]),
    emit: (event) => {
      doing = doingOf(event) ?? doing;
      emit(event);
    },
  };
}

/** A wait is over with whatever is said next. */
function doingOf(event: RunEvent): string | undefined {
  switch (event.kind) {
    case 'section':
    case 'step-started':
      return event.title;
    case 'progress':
      return event.total === undefined
        ? `${event.title} ${event.done}`
        : `${event.title}, ${event.done} of ${event.total}`;
    case 'waiting':
      return event.message;
    default:
      return undefined;
  }
}

function overtime(limitMs: number, doing: string | undefined): MsgdbError {
  const at = doing === undefined ? '' : ` It was at: ${doing}.`;
  return new MsgdbError('MSGDB_TIMEOUT', {
    what: `The ${limitMs / 1000} s that --timeout allows are over: stopped at a safe point.${at}`,
  });
}
