import type postgres from 'postgres';
import type { Bound, Rows, Statement } from '../model/statement.ts';

type Pending = ReturnType<postgres.Sql['unsafe']>;

/** A statement on its way, until the server has answered it. */
interface Sent {
  readonly pending: Pending;
  readonly fail: (reason: unknown) => void;
  /** The session was interrupted while it was on its way. */
  unwanted: boolean;
}

/** The statements that are on their way over one connection, in the order in which the server answers them. */
export class Pipeline {
  readonly #sql: postgres.Sql;
  readonly #lost: AbortSignal;
  readonly #sent: Sent[] = [];
  readonly #ended = new AbortController();

  /**
   * @param lost aborted when the connection is gone: nothing is answered any more.
   * @param interruption cancels what the server is working on.
   */
  constructor(sql: postgres.Sql, lost: AbortSignal, interruption: AbortSignal | undefined) {
    this.#sql = sql;
    this.#lost = lost;
    const { signal } = this.#ended;
    lost.addEventListener('abort', () => this.#failAll(), { signal });
    interruption?.addEventListener('abort', () => this.#cancelAll(), { signal });
  }

  /** Sends a statement behind those that are on their way. Rejects with what the driver reports, or why the connection is gone. */
  async send(statement: Statement): Promise<Rows> {
    if (this.#lost.aborted) throw this.#lost.reason;
    return await new Promise((resolve, fail) => {
      const sent: Sent = { pending: bind(this.#sql, statement), fail, unwanted: false };
      this.#sent.push(sent);
      sent.pending.then(
        (rows) => {
          this.#remove(sent);
          // It was done before the cancelling reached it. One that failed makes what comes after it fail.
          if (sent.unwanted) this.#cancelFirst();
          resolve(rows);
        },
        (error) => {
          this.#remove(sent);
          fail(error);
        },
      );
    });
  }

  /** Listens no longer. */
  end(): void {
    this.#ended.abort();
  }

  #remove(sent: Sent): void {
    this.#sent.splice(this.#sent.indexOf(sent), 1);
  }

  #failAll(): void {
    for (const { fail } of this.#sent) fail(this.#lost.reason);
  }

  #cancelAll(): void {
    for (const sent of this.#sent) sent.unwanted = true;
    this.#cancelFirst();
  }

  /** Cancelling one that has not begun puts the driver out of step with the server's answers (3.4.9). */
  #cancelFirst(): void {
    const [first] = this.#sent;
    if (first?.unwanted) first.pending.cancel();
  }
}

/**
 * The driver asks the server for the types of values before it sends them, which is a round trip more for each statement
 * and keeps the next one back. Values that are text already, of types that the server infers, go with the statement: the
 * driver takes those that a query has before it looks at its arguments (3.4.9).
 */
function bind(sql: postgres.Sql, { text, values }: Statement): Pending {
  if (values.length === 0) return sql.unsafe(text);
  const parameters = values.map(textOf);
  return Object.assign(sql.unsafe(text, [], EXTENDED), { parameters });
}

/** Without arguments the driver would take the protocol that has no values. */
const EXTENDED = { simple: false } as postgres.UnsafeQueryOptions;

function textOf(value: Bound): string | null {
  return value === null ? null : String(value);
}
