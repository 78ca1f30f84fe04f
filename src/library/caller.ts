import { MsgdbError } from '../model/errors.ts';
import type { Listener, RunEvent } from '../model/event.ts';
import type { Report } from '../model/report.ts';
import type { Published } from '../report/json.ts';
import type { EventListener, Running } from './msgdb.ts';
import type { CallOptions, MsgdbOptions } from './options.ts';
import type { CallName } from './parse-call.ts';
import { beginCall } from './running.ts';

/** What is asked, as it was given: nothing has looked at it. */
export interface Asked {
  readonly options: CallOptions | undefined;
  readonly operations?: unknown;
}

/** Makes the calls of one `createMsgdb`, sends their events to its listeners, and ends what is at work when it is closed. */
export class Caller {
  readonly listeners = new Set<EventListener>();
  readonly #msgdb: MsgdbOptions;
  readonly #closing = new AbortController();
  readonly #atWork = new Set<Promise<void>>();

  constructor(msgdb: MsgdbOptions) {
    this.#msgdb = msgdb;
  }

  call<Made extends Report>(name: CallName, asked: Asked): Running<Made> {
    return beginCall<Made>(async (feed) => {
      if (this.#closing.signal.aborted) throw closed(name);
      const leave = this.#enter();
      try {
        return (await this.#perform(name, asked, feed)) as unknown as Published<Made>;
      } finally {
        leave();
      }
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#atWork);
  }

  async #perform(name: CallName, asked: Asked, feed: Listener): Promise<Published<Report>> {
    const telling = new Telling(name, this.listeners);
    const signals = [this.#msgdb.signal, asked.options?.signal, this.#closing.signal, telling.failed];
    const signal = AbortSignal.any(signals.filter((each) => each instanceof AbortSignal));
    const emit = (event: RunEvent): void => {
      feed(event);
      telling.tell(event);
    };
    try {
      // Loaded here: migration files import the library too, and need nothing of it.
      const { performCall } = await import('./perform.ts');
      return await performCall(this.#msgdb, { name, ...asked, signal, emit });
    } finally {
      telling.throwIfFailed();
    }
  }

  /** Gives what is called when the call has left. */
  #enter(): () => void {
    let leave = (): void => undefined;
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    this.#atWork.add(left);
    return () => {
      this.#atWork.delete(left);
      leave();
    };
  }
}

/** Tells the listeners what a call does. What is at work must not end in the middle of a step because one of them throws. */
class Telling {
  readonly #call: CallName;
  readonly #listeners: ReadonlySet<EventListener>;
  readonly #failing = new AbortController();
  #thrown: { readonly error: unknown } | undefined;

  constructor(call: CallName, listeners: ReadonlySet<EventListener>) {
    this.#call = call;
    this.#listeners = listeners;
  }

  get failed(): AbortSignal {
    return this.#failing.signal;
  }

  tell(event: RunEvent): void {
    try {
      for (const listener of this.#listeners) listener(event, { call: this.#call });
    } catch (error) {
      this.#thrown ??= { error };
      this.#failing.abort();
    }
  }

  throwIfFailed(): void {
    if (this.#thrown) throw this.#thrown.error;
  }
}

function closed(name: CallName): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `${name}() was called after close().`,
    why: 'A closed msgdb does nothing any more.',
    fix: 'Make another one with createMsgdb, or close it later.',
  });
}
