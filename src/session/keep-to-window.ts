import { aboutTime } from '../model/about-time.ts';
import { MsgdbError } from '../model/errors.ts';
import { describeWindow, standingOf, type Window } from '../model/window.ts';
import { stopIfInterrupted } from './interrupt.ts';
import type { Workplace } from './workplace.ts';

/** The hours that a run keeps to, and what time it is. */
export interface Hours {
  readonly window: Window;
  readonly now: () => Date;
}

/**
 * Before anything is begun.
 * @throws MsgdbError MSGDB_WINDOW_CLOSED
 */
export function refuseOutsideWindow({ window, now }: Hours): void {
  if (window === 'always') return;
  const moment = now();
  const standing = standingOf(window, moment);
  if (standing.open) return;
  throw new MsgdbError('MSGDB_WINDOW_CLOSED', {
    what: `Nothing was begun: the window is ${describeWindow(window, moment)}.`,
    fix: `Run the same command again in the window, which opens in ${aboutTime(standing.secondsUntil)}, or with --window none.`,
  });
}

/**
 * A safe point of a run: it ends here when it was interrupted, or its window is over.
 * @throws MsgdbError MSGDB_INTERRUPTED, MSGDB_WINDOW_CLOSED
 */
export function stopAtSafePoint({
  signal,
  settings: { window },
  now,
}: Pick<Workplace, 'signal' | 'settings' | 'now'>): void {
  stopIfInterrupted(signal);
  if (window === 'always') return;
  const moment = now();
  if (standingOf(window, moment).open) return;
  throw new MsgdbError('MSGDB_WINDOW_CLOSED', {
    what: `Stopped at a safe point: the window, ${describeWindow(window, moment)}, is over.`,
  });
}

/**
 * Before something that cannot be stopped half-way without losing all of it: it is left to the next window where it would
 * not be done within this one, but within a whole one.
 * @throws MsgdbError MSGDB_WINDOW_CLOSED
 */
export function stopBeforeLong(
  { settings: { window }, now }: Pick<Workplace, 'settings' | 'now'>,
  { title, seconds }: { readonly title: string; readonly seconds: number },
): void {
  if (window === 'always') return;
  const moment = now();
  const standing = standingOf(window, moment);
  if (!standing.open || seconds <= standing.secondsLeft || seconds > standing.secondsWhole) return;
  throw new MsgdbError('MSGDB_WINDOW_CLOSED', {
    what: `Stopped at a safe point before "${title}": it takes about ${aboutTime(seconds)}, and the window, ${describeWindow(window, moment)}, is over in ${aboutTime(standing.secondsLeft)}.`,
  });
}
