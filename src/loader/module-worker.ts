import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { Jiti, TransformOptions, TransformResult } from 'jiti';
import { findPlace, LINE_BEFORE } from './find-place.ts';
import { findWhatIsNotData } from './find-what-is-not-data.ts';
import { linkModule } from './link-module.ts';
import type { LoadMessage, LoadOrder, Thrown } from './messages.ts';

/** What was run in place of each file. */
const compiled = new Map<string, string>();
const { paths, libraryEntry } = workerData as LoadOrder;
const exit: (code: number) => never = process.exit.bind(process);

reportUncaught();
catchCallsThatEnd();
// stdout carries the report alone, also when a file prints while it is loaded.
process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;
await loadAll();

async function loadAll(): Promise<void> {
  let jiti: Jiti | undefined;
  async function load(path: string): Promise<unknown> {
    const linked = await linkModule(path, libraryEntry);
    if (linked !== undefined) return await linked.run();
    jiti ??= await createLoader();
    return await jiti.import(path);
  }
  for (const path of paths) {
    send({ kind: 'begun', path });
    try {
      postExported(path, await load(path));
    } catch (error) {
      stopWith({ kind: 'thrown', thrown: describe(error) });
    }
    // A promise that is not awaited is rejected after the file has been read.
    await setImmediate();
  }
  send({ kind: 'finished' });
}

async function createLoader(): Promise<Jiti> {
  const { createJiti } = await import('jiti');
  // No cache on disk: looking does not write.
  const options = {
    fsCache: false,
    sourceMaps: true,
    alias: libraryEntry === undefined ? {} : { msgdb: libraryEntry },
  };
  const compiler = createJiti(import.meta.url, options);
  const transform = (source: TransformOptions): TransformResult => {
    const code = compiler.transform(source);
    if (source.filename !== undefined) compiled.set(source.filename, code);
    return { code: LINE_BEFORE + code };
  };
  return createJiti(import.meta.url, { ...options, transform });
}

function postExported(path: string, module: unknown): void {
  const hasDefault = typeof module === 'object' && module !== null && 'default' in module;
  // A namespace is no plain object, and cannot be sent.
  const exported: unknown = hasDefault ? module.default : { ...(module as object) };
  const what = findWhatIsNotData(exported);
  if (what !== undefined) stopWith({ kind: 'not-data', what });
  send({ kind: 'exported', path, hasDefault, exported });
}

function send(message: LoadMessage): void {
  parentPort?.postMessage(message);
}

function stopWith(message: LoadMessage): never {
  send(message);
  return exit(1);
}

function reportUncaught(): void {
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (thrown: unknown) => stopWith({ kind: 'thrown', thrown: describe(thrown) }));
  }
}

/** In a thread they end the thread alone; the file and the line are known only here. */
function catchCallsThatEnd(): void {
  const ended = (call: string): never => stopWith({ kind: 'ended', call, place: findPlace(new Error(call), compiled) });
  const kill = process.kill.bind(process);
  process.exit = (code) => ended(`process.exit(${code ?? ''})`);
  process.abort = () => ended('process.abort()');
  process.kill = (pid, signal) => {
    if (Math.abs(pid) === process.pid || pid === 0)
      ended(`process.kill(process.pid${signal ? `, ${JSON.stringify(signal)}` : ''})`);
    return kill(pid, signal);
  };
  Object.assign(process, { reallyExit: (code: unknown) => ended(`process.reallyExit(${String(code)})`) });
}

function describe(thrown: unknown): Thrown {
  if (!(thrown instanceof Error)) return { message: String(thrown), place: undefined };
  const message = thrown.message || thrown.name;
  const place = findPlace(thrown, compiled);
  if (thrown.name !== 'MsgdbError') return { message, place };
  const { code, why, fix } = thrown as unknown as Record<'code' | 'why' | 'fix', string>;
  return { message, place, known: { code, why, fix } };
}
