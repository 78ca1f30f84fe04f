import type { ConnectionHost } from '../model/connection.ts';
import { MsgdbError } from '../model/errors.ts';
import { HostFault, nameHost, type Reason } from './host-fault.ts';

/** How far a connection has come, which is what its time-out says. */
type Phase = 'reaching' | 'waiting' | 'securing' | 'logging in';

/** One try at one host: it ends in time, no matter what socket, server and driver do. */
export interface Attempt {
  readonly place: ConnectionHost;
  /** Aborted with a HostFault when the time is over, with an MsgdbError when the command is interrupted. */
  readonly signal: AbortSignal;
  enter(phase: Phase): void;
  /** Stops the clock. */
  end(): void;
}

export interface AttemptLimits {
  /** Infinity waits for ever. */
  readonly milliseconds: number;
  readonly interruption?: AbortSignal | undefined;
}

/** Starts the clock of a try. */
export function beginAttempt(place: ConnectionHost, { milliseconds, interruption }: AttemptLimits): Attempt {
  const controller = new AbortController();
  let phase: Phase = 'reaching';
  const seconds = `${Number((milliseconds / 1000).toFixed(1))} s`;
  const expire = (): void => controller.abort(new HostFault(lateReason(phase, nameHost(place), seconds)));
  const interrupt = (): void => controller.abort(interruptionOf(interruption));
  const timer = Number.isFinite(milliseconds) ? setTimeout(expire, milliseconds) : undefined;
  interruption?.addEventListener('abort', interrupt, { once: true });
  if (interruption?.aborted) interrupt();
  return {
    place,
    signal: controller.signal,
    enter: (next) => {
      phase = next;
    },
    end: () => {
      clearTimeout(timer);
      interruption?.removeEventListener('abort', interrupt);
    },
  };
}

/** A run also stops when its lock is lost; the reason says so. */
function interruptionOf(signal: AbortSignal | undefined): MsgdbError {
  if (signal?.reason instanceof MsgdbError) return signal.reason;
  return new MsgdbError('MSGDB_INTERRUPTED', { what: 'Interrupted while connecting.' });
}

function lateReason(phase: Phase, host: string, time: string): Reason {
  switch (phase) {
    case 'reaching':
      return {
        why: `No answer from ${host} within ${time}.`,
        fix: 'Try it with `nc -vz HOST PORT`; open the firewall for the port, or write another address into the URL.',
        starting: true,
      };
    case 'waiting':
      return {
        why: `${host} accepted the connection and did not answer within ${time}.`,
        fix: 'On that host, see what listens on the port (ss -ltnp), and write the port of PostgreSQL into the URL.',
        starting: true,
      };
    case 'securing':
      return {
        why: `${host} did not finish the TLS handshake within ${time}.`,
        fix: 'Try it with sslmode=disable and without proxies between here and the server.',
      };
    case 'logging in':
      return {
        why: `${host} did not finish the login within ${time}.`,
        fix: 'Give connect_timeout more seconds: a busy server, or a pooler without a free connection, takes long.',
        starting: true,
      };
  }
}
