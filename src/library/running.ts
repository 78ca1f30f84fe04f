import type { Listener, RunEvent } from '../model/event.ts';
import type { Report } from '../model/report.ts';
import type { Published } from '../report/json.ts';
import type { Running } from './msgdb.ts';

/** Begins a call. `work` is given the listener that feeds the iterators. */
export function beginCall<Made extends Report>(work: (emit: Listener) => Promise<Published<Made>>): Running<Made> {
  const feeds = new Set<Feed>();
  const promise = work((event) => {
    for (const feed of feeds) feed.add(event);
  });
  return Object.assign(promise, { [Symbol.asyncIterator]: () => follow(promise, feeds) });
}

/** Events that nobody has taken yet. */
class Feed {
  #events: RunEvent[] = [];
  #wake: () => void = () => undefined;
  over = false;

  /** Of steps that a slow reader has not looked at, the latest progress is enough. */
  add(event: RunEvent): void {
    const last = this.#events.at(-1);
    if (event.kind === 'progress' && last?.kind === 'progress' && last.title === event.title) this.#events.pop();
    this.#events.push(event);
    this.#wake();
  }

  end(): void {
    this.over = true;
    this.#wake();
  }

  async take(): Promise<readonly RunEvent[]> {
    if (this.#events.length === 0 && !this.over) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const taken = this.#events;
    this.#events = [];
    return taken;
  }
}

/** From here on no event is missed; the failure is the iterator's to throw, so it is nobody's unhandled rejection. */
function follow(promise: Promise<unknown>, feeds: Set<Feed>): AsyncIterator<RunEvent> {
  const feed = new Feed();
  feeds.add(feed);
  const end = (): void => feed.end();
  promise.then(end, end);
  return drain(feed, promise, () => feeds.delete(feed));
}

async function* drain(feed: Feed, promise: Promise<unknown>, done: () => void): AsyncGenerator<RunEvent, undefined> {
  try {
    for (;;) {
      const events = await feed.take();
      yield* events;
      if (events.length === 0 && feed.over) break;
    }
    await promise;
  } finally {
    done();
  }
}
