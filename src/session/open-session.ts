import type { ConnectionTarget } from '../model/connection.ts';
import type { MsgdbError } from '../model/errors.ts';
import type { Queryable, Rows, Statement } from '../model/statement.ts';
import { statement } from '../model/statement.ts';
import { beginTransaction, type TransactionOptions } from './begin-transaction.ts';
import { connectToFirst } from './connect-to-first.ts';
import { statementError } from './database-error.ts';
import type { Client } from './greet.ts';
import { lostConnection } from './lost-connection.ts';

/** One server connection that is never silently replaced by another one. */
export interface Session extends Queryable {
  readonly pid: number;
  /** Aborted when the connection ends before `close` was called. */
  readonly lost: AbortSignal;
  transaction<Result>(options: TransactionOptions, work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** What a session does between BEGIN and COMMIT. */
export interface Transaction extends Queryable {
  /**
   * Sends statements one after the other without waiting for the answers. Gives the first that failed: PostgreSQL refuses
   * all that come after it in the transaction (25P02).
   */
  sendAll(statements: readonly Statement[]): Promise<FailedStatement | undefined>;
}

export interface FailedStatement {
  /** Its place among those that were sent, from 0. */
  readonly place: number;
  readonly error: MsgdbError;
}

export interface SessionOptions {
  /** Shown as application_name, after `msgdb: `. */
  readonly purpose: string;
  /** Cancels the statement that is running when it is aborted. */
  readonly signal?: AbortSignal;
  /** Gets what the server says besides errors. */
  readonly onNotice?: (notice: Readonly<Record<string, string>>) => void;
  /** Gives up connecting when it is aborted; `signal` if left out. */
  readonly connecting?: AbortSignal;
}

/**
 * Opens a session. postgres.js reconnects silently when a `max: 1` client loses its connection (seen on 3.4.9), so the
 * session is marked dead on close and refuses every statement after it.
 * @throws MsgdbError MSGDB_CONNECTION_FAILED, MSGDB_INTERRUPTED
 */
export async function openSession(target: ConnectionTarget, options: SessionOptions): Promise<Session> {
  const lost = new AbortController();
  let closing = false;
  const client = await connectToFirst(target, {
    name: `msgdb: ${options.purpose}`,
    onclose: () => {
      if (!closing) lost.abort(lostConnection(target, client.farewell()));
    },
    onnotice: options.onNotice ?? (() => undefined),
    interruption: options.connecting ?? options.signal,
  });
  const connection: Connection = { client, target, lost, signal: options.signal };
  const tx: Transaction = {
    query: async (each) => query(connection, each),
    sendAll: async (statements) => sendAll(connection, statements),
  };
  return {
    pid: client.pid,
    lost: lost.signal,
    query: tx.query,
    transaction: async (options, work) => transact(connection, tx, options, work),
    close: async () => {
      closing = true;
      // On a connection that is gone the driver would sit the whole time out (3.4.9).
      await client.sql.end({ timeout: lost.signal.aborted ? 0 : 5 });
    },
  };
}

/** What a session speaks through, and what ends it. */
interface Connection {
  readonly client: Client;
  readonly target: ConnectionTarget;
  readonly lost: AbortController;
  readonly signal: AbortSignal | undefined;
}

async function query(connection: Connection, { text, values }: Statement): Promise<Rows> {
  const lost = connection.lost.signal;
  if (lost.aborted) throw lost.reason;
  const pending = connection.client.sql.unsafe(text, [...values]);
  try {
    return await cancellable(connection, () => pending, unlessLost(pending, lost));
  } catch (thrown) {
    throw failed(connection, thrown, text);
  }
}

async function sendAll(connection: Connection, statements: readonly Statement[]): Promise<FailedStatement | undefined> {
  const lost = connection.lost.signal;
  if (lost.aborted) throw lost.reason;
  const pending = statements.map(({ text, values }) => connection.client.sql.unsafe(text, [...values]));
  let answered = 0;
  let first: FailedStatement | undefined;
  const answers = pending.map(async (each, place) => {
    try {
      await each;
    } catch (thrown) {
      first ??= { place, error: failed(connection, thrown, statements[place]?.text ?? '') };
    }
    answered += 1;
  });
  // Cancelling one that has not begun puts the driver out of step with the server's answers (3.4.9).
  await cancellable(connection, () => pending[answered], unlessLost(Promise.all(answers), lost));
  return first;
}

async function transact<Result>(
  connection: Connection,
  tx: Transaction,
  options: TransactionOptions,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  try {
    await tx.query(beginTransaction(options));
    const result = await work(tx);
    await tx.query(statement('commit'));
    return result;
  } catch (error) {
    if (!connection.lost.signal.aborted) await tx.query(statement('rollback')).catch(() => undefined);
    throw error;
  }
}

/** Cancels what the server is working on when the session is interrupted. */
async function cancellable<Result>(
  { signal }: Connection,
  current: () => Cancellable | undefined,
  work: Promise<Result>,
): Promise<Result> {
  const cancel = (): void => current()?.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await work;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

function failed({ client, target, lost, signal }: Connection, thrown: unknown, text: string): MsgdbError {
  const interrupted = signal?.aborted === true;
  const error = statementError(thrown, { target, text, interrupted, farewell: client.farewell() });
  // The driver reports EPIPE and ECONNRESET before it closes; what is sent in between may never settle (3.4.9).
  if (error.code === 'MSGDB_CONNECTION_LOST') lost.abort(error);
  return error;
}

interface Cancellable {
  cancel(): void;
}

async function unlessLost<Result>(pending: PromiseLike<Result>, lost: AbortSignal): Promise<Result> {
  let fail = (): void => undefined;
  const gone = new Promise<never>((_, reject) => {
    fail = () => reject(lost.reason);
  });
  lost.addEventListener('abort', fail, { once: true });
  try {
    return await Promise.race([pending, gone]);
  } finally {
    lost.removeEventListener('abort', fail);
  }
}
