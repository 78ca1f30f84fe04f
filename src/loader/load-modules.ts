import { SHARE_ENV, Worker } from 'node:worker_threads';
import { MsgdbError } from '../model/errors.ts';
import type { LoadMessage, LoadOrder, Place, Thrown } from './messages.ts';

/** A file may connect somewhere or wait for something while it is loaded, but not for ever. */
const LONGEST_LOAD_MS = 30_000;

/** They let the thread link modules by itself (`link-module`); it is no reason for a warning. */
const MODULE_FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

/** A file that was loaded, and what it exports. */
export interface Loaded {
  readonly kind: 'loaded';
  readonly path: string;
  readonly hasDefault: boolean;
  /** The default export, or all exports by name where there is no default. Plain data. */
  readonly exported: unknown;
}

/** A file that was not: `reason` continues from "it does not load:". */
export interface NotLoaded {
  readonly kind: 'not-loaded';
  readonly path: string;
  readonly reason: string;
  /** What mends it, where that is not the line named. */
  readonly fix?: string;
  readonly place: Place | undefined;
  /** An error of the library: its code, reason and advice. */
  readonly known?: NonNullable<Thrown['known']>;
}

/** What came of loading files: all of them, or the first one that did not load. */
export type LoadResult = readonly Loaded[] | NotLoaded;

/**
 * Loads files of the user's, TypeScript or JavaScript, one after the other in a thread of their own: no matter what
 * they do, they end that thread and not the program, and nothing that they began continues afterwards. See decision 0023.
 * @throws MsgdbError MSGDB_INTERRUPTED as soon as the signal is aborted.
 */
export async function loadModules(order: LoadOrder, signal?: AbortSignal): Promise<LoadResult> {
  if (order.paths.length === 0) return [];
  if (signal?.aborted) throw interrupted(signal);
  const worker = startWorker(order);
  const end = new AbortController();
  try {
    return await new Promise<LoadResult>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(interrupted(signal)), { signal: end.signal });
      end.signal.addEventListener('abort', follow(worker, order, resolve, reject));
    });
  } finally {
    end.abort();
    await worker.terminate();
  }
}

function interrupted({ reason }: AbortSignal): MsgdbError {
  if (reason instanceof MsgdbError) return reason;
  return new MsgdbError('MSGDB_INTERRUPTED', {
    what: 'Interrupted while the files of the project were loaded; nothing was changed.',
  });
}

/** Built, or in its sources when it is run from them; Node 20 does not read TypeScript. */
function startWorker(order: LoadOrder): Worker {
  const fromSource = import.meta.url.endsWith('.ts');
  const entry = new URL(`../loader/module-worker.${fromSource ? 'ts' : 'js'}`, import.meta.url);
  return new Worker(entry, {
    workerData: order,
    env: SHARE_ENV,
    execArgv: [...MODULE_FLAGS, ...(fromSource ? ['--import', 'jiti/register'] : [])],
  });
}

/** Gives what ends the following. */
function follow(
  worker: Worker,
  { paths }: LoadOrder,
  resolve: (result: LoadResult) => void,
  reject: (error: unknown) => void,
): () => void {
  const loaded: Loaded[] = [];
  let path = paths[0] ?? '';
  let timer: NodeJS.Timeout | undefined;

  function end(result: LoadResult): void {
    clearTimeout(timer);
    resolve(result);
  }

  function fail({ place, ...why }: Failure): void {
    end({ kind: 'not-loaded', path: paths.find((each) => each === place?.file) ?? path, place, ...why });
  }

  function begin(next: string): void {
    path = next;
    clearTimeout(timer);
    timer = setTimeout(() => fail(TOO_LONG), LONGEST_LOAD_MS);
  }

  worker.on('message', (message: LoadMessage) => {
    if (message.kind === 'begun') begin(message.path);
    else if (message.kind === 'exported') loaded.push({ ...message, kind: 'loaded' });
    else if (message.kind === 'finished') end(loaded);
    else fail(failureOf(message));
  });
  worker.on('error', (error) => {
    clearTimeout(timer);
    reject(error);
  });
  // Node ends a thread in which nothing is left to run, though a file still waits: the command would end with it.
  worker.on('exit', () => fail(NEVER_ENDS));
  begin(path);
  return () => clearTimeout(timer);
}

type Failure = Omit<NotLoaded, 'kind' | 'path' | 'place'> & { readonly place?: Place | undefined };

const WAITS = 'Look for an await, or a loop, at the top of the file that never ends.';
const TOO_LONG: Failure = { reason: `it did not finish within ${LONGEST_LOAD_MS / 1000} s`, fix: WAITS };
const NEVER_ENDS: Failure = { reason: 'it waits for something that never comes', fix: WAITS };

function failureOf(message: Extract<LoadMessage, { kind: 'thrown' | 'ended' | 'not-data' }>): Failure {
  switch (message.kind) {
    case 'thrown': {
      const { message: reason, place, known } = message.thrown;
      return { reason, place, ...(known ? { known } : {}) };
    }
    case 'ended':
      return {
        reason: `it calls ${message.call}, which would end the command without a result`,
        place: message.place,
        fix: `Take ${message.call} out; to stop the command, throw an error that says why.`,
      };
    case 'not-data':
      return {
        reason: `${message.what}, and what a file exports must be plain data`,
        fix: 'Write the value itself: call the function, or await the promise, in the file.',
      };
  }
}
