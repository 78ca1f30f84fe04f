import { MsgdbError } from '../model/errors.ts';
import type { Listener } from '../model/event.ts';
import { pause } from './interrupt.ts';

const POLL_MS = 500;

export interface AwaitOptions {
  /** 0 does not wait. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  readonly emit: Listener;
}

/**
 * Connects; again for as long as the reason may be that the server is only starting. A wrong password or an unknown
 * database is reported at once.
 * @throws MsgdbError MSGDB_CONNECTION_FAILED with the last reason, MSGDB_INTERRUPTED
 */
export async function awaitServer<Client>(
  { waitMs, signal, emit }: AwaitOptions,
  connect: () => Promise<Client>,
): Promise<Client> {
  const deadline = performance.now() + waitMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connect();
    } catch (error) {
      if (waitMs === 0 || !isStarting(error)) throw error;
      const left = deadline - performance.now();
      if (left <= 0) throw error.with({ what: `${error.message} Gave up after waiting ${waitMs / 1000} s (--wait).` });
      if (attempt === 1) emit({ kind: 'waiting', message: `waiting for the server: ${error.why}` });
      await pause(Math.min(POLL_MS, left), signal);
    }
  }
}

function isStarting(error: unknown): error is MsgdbError {
  if (!(error instanceof MsgdbError)) return false;
  return (
    error.code === 'MSGDB_SERVER_STARTING' || (error.code === 'MSGDB_CONNECTION_FAILED' && error.data.starting === true)
  );
}
