import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionTarget } from '../model/connection.ts';
import type { MsgdbError } from '../model/errors.ts';
import { DEFAULT_HISTORY } from '../model/history-name.ts';
import type { Queryable, Rows, Statement } from '../model/statement.ts';
import { statement } from '../model/statement.ts';
import { placeOwn } from '../sql/own-schema.ts';
import { beginTransaction, type TransactionOptions } from './begin-transaction.ts';
import { connectToFirst } from './connect-to-first.ts';
import { sqlstateOf, statementError } from './database-error.ts';
import type { Client } from './greet.ts';
import { lostConnection } from './lost-connection.ts';
import { Pipeline } from './pipeline.ts';

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
  /** Schema of history, ledger and archive; `msgdb` if left out. */
  readonly history?: string;
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
  const gone = new AbortController();
  let closing = false;
  const client = await connectToFirst(target, {
    name: `msgdb: ${options.purpose}`,
    onclose: () => {
      gone.abort();
      if (!closing) lost.abort(lostConnection(target, client.farewell()));
    },
    onnotice: options.onNotice ?? (() => undefined),
    interruption: options.connecting ?? options.signal,
  });
  const pipeline = new Pipeline(client.sql, lost.signal, options.signal);
  const connection: Connection = { client, pipeline, target, lost, signal: options.signal };
  const history = options.history ?? DEFAULT_HISTORY;
  const query: Queryable['query'] = async (each) => send(connection, placeOwn(each, history));
  return {
    pid: client.pid,
    lost: lost.signal,
    query,
    transaction: async (options, work) => transact(connection, query, options, work),
    close: async () => {
      closing = true;
      pipeline.end();
      // On a connection that is gone the driver would sit the whole time out (3.4.9).
      await client.sql.end({ timeout: lost.signal.aborted ? 0 : 5 });
      await untilGone(gone.signal);
    },
  };
}

/** In milliseconds. */
const LONGEST_FAREWELL = 1_000;

/**
 * Where an answer is still on its way, the driver (3.4.9) does not wait until the server has closed the connection. Until then its
 * process counts against the limits of connections, and the next session could be refused for one that has ended (53300).
 */
async function untilGone(gone: AbortSignal): Promise<void> {
  await sleep(LONGEST_FAREWELL, undefined, { signal: gone, ref: false }).catch(() => undefined);
}

/** What a session speaks through, and what ends it. */
interface Connection {
  readonly client: Client;
  readonly pipeline: Pipeline;
  readonly target: ConnectionTarget;
  readonly lost: AbortController;
  readonly signal: AbortSignal | undefined;
}

async function send(connection: Connection, statement: Statement): Promise<Rows> {
  try {
    return await connection.pipeline.send(statement);
  } catch (thrown) {
    throw failed(connection, thrown, statement.text);
  }
}

async function sendAll(
  query: Queryable['query'],
  statements: readonly Statement[],
): Promise<FailedStatement | undefined> {
  let first: FailedStatement | undefined;
  const answers = statements.map(async (each, place) => {
    try {
      await query(each);
    } catch (error) {
      first ??= { place, error: error as MsgdbError };
    }
  });
  await Promise.all(answers);
  return first;
}

async function transact<Result>(
  connection: Connection,
  query: Queryable['query'],
  options: TransactionOptions,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const begun = query(beginTransaction(options));
  begun.catch(() => undefined);
  let over = false;
  let failure: unknown;
  async function ask(statement: Statement): Promise<Rows> {
    if (over) throw new Error('a statement came after the end of its transaction');
    try {
      const [, rows] = await Promise.all([begun, query(statement)]);
      return rows;
    } catch (error) {
      // "Transaction is aborted" (25P02) is no reason: what failed before it is.
      if (sqlstateOf(error) !== '25P02') failure = error;
      throw failure ?? error;
    }
  }
  try {
    // What looks goes with BEGIN. What writes waits until it is sure to be within.
    if (!options.readOnly) await begun;
    const result = await work({ query: ask, sendAll: async (statements) => sendAll(ask, statements) });
    await begun;
    over = true;
    const done = query(statement('commit'));
    // PostgreSQL answers COMMIT of an aborted transaction with ROLLBACK, and no error.
    if (!options.readOnly && (await done).command === 'ROLLBACK') throw failure;
    // Nothing was changed, so nothing can be lost: the next statement fails with the lost connection.
    done.catch(() => undefined);
    return result;
  } catch (error) {
    over = true;
    if (!connection.lost.signal.aborted) await query(statement('rollback')).catch(() => undefined);
    throw error;
  }
}

function failed({ client, target, lost, signal }: Connection, thrown: unknown, text: string): MsgdbError {
  const interrupted = signal?.aborted === true;
  const error = statementError(thrown, {
    target,
    text,
    interrupted,
    reason: signal?.reason,
    farewell: client.farewell(),
  });
  // The driver reports EPIPE and ECONNRESET before it closes; what is sent in between may never settle (3.4.9).
  if (error.code === 'MSGDB_CONNECTION_LOST') lost.abort(error);
  return error;
}
