import { setTimeout as sleep } from 'node:timers/promises';
import { MsgdbError } from '../model/errors.ts';

/** A safe point: nothing is half done here, so an interrupted run may end. */
export function stopIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw reasonOf(signal);
}

/** For a session that has to go on when the command is interrupted: it holds or clears away something. */
export function uninterrupted(): AbortSignal {
  return new AbortController().signal;
}

/** Waits, unless interrupted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    throw reasonOf(signal);
  }
}

/** A run also ends when its lock is lost with the connection that held it; the reason says so. */
function reasonOf(signal: AbortSignal): MsgdbError {
  if (signal.reason instanceof MsgdbError) return signal.reason;
  return new MsgdbError('MSGDB_INTERRUPTED', {
    what: 'Interrupted at a safe point: everything done so far is valid and recorded.',
  });
}
