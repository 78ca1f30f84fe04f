import type { ConnectionTarget } from '../model/connection.ts';
import type { ErrorFacts } from '../model/error-data.ts';
import { MsgdbError } from '../model/errors.ts';
import { quoteName } from '../sql/quote.ts';
import { sentence } from './sentence.ts';

/** Codes of node and the driver for a connection that is gone. */
const GONE = new Set(['CONNECTION_CLOSED', 'CONNECTION_DESTROYED', 'CONNECTION_ENDED', 'ECONNRESET', 'EPIPE']);

/** The setting that ended a session, by the SQLSTATE that the server takes its leave with. */
const LIMITS: Readonly<Record<string, string>> = {
  '25P03': 'idle_in_transaction_session_timeout',
  '25P04': 'transaction_timeout',
  '57P05': 'idle_session_timeout',
};

/** What the driver or the server says of an end. */
export interface Farewell {
  readonly code?: string;
  readonly message?: string;
  readonly severity?: string;
}

/** Whether an error ended the session. The severity decides: a foreign table's lost server is of class 08 as well. */
export function endsSession({ code = '', severity }: Farewell): boolean {
  if (GONE.has(code)) return true;
  return severity === undefined ? /^(?:08|57P)/.test(code) : severity === 'FATAL' || severity === 'PANIC';
}

/** The error of a lost connection, with the reason that the server gave and the setting that it was. */
export function lostConnection(
  target: ConnectionTarget,
  farewell: Farewell | undefined,
  more: { readonly data?: ErrorFacts; readonly cause?: unknown } = {},
): MsgdbError {
  const { code = '', message, severity } = farewell ?? {};
  const what = `The connection to ${target.label} was lost.`;
  const limit = LIMITS[code];
  if (limit !== undefined) {
    const fix = `alter role ${quoteName(target.user)} set ${limit} = 0; or give it more time, also in the database and the pooler.`;
    return new MsgdbError('MSGDB_CONNECTION_LOST', {
      what,
      why: `${sentence(message)} The setting is ${limit}.`,
      fix,
      ...more,
    });
  }
  const explained = severity !== undefined && message !== undefined;
  return new MsgdbError('MSGDB_CONNECTION_LOST', {
    what,
    why: explained ? sentence(message) : 'The server stopped or the network failed.',
    ...more,
  });
}

/**
 * What the server said before it ended the session, from the last bytes that came: the driver forgets it (3.4.9), as it
 * waits for a ReadyForQuery that never follows.
 */
export function readFarewell(last: Buffer): Farewell | undefined {
  const start = Math.max(last.lastIndexOf('\0VFATAL\0C'), last.lastIndexOf('\0VPANIC\0C'));
  if (start < 0) return undefined;
  const fields = last
    .subarray(start + 1)
    .toString()
    .split('\0');
  const of = (letter: string): string | undefined => fields.find((field) => field.startsWith(letter))?.slice(1);
  const [severity, code, message] = [of('V'), of('C'), of('M')];
  return severity && code && message ? { severity, code, message } : undefined;
}
