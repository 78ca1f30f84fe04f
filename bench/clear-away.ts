import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Undo = () => unknown;

const undos = new Set<Undo>();
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Does `undo` when the work has ended, or when the bench is interrupted meanwhile. It may be called twice. */
export async function clearingAway<Result>(undo: Undo, work: () => Promise<Result>): Promise<Result> {
  undos.add(undo);
  try {
    return await work();
  } finally {
    undos.delete(undo);
    await undo();
  }
}

/** Works in a folder that is there only meanwhile. */
export async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'msgdb-bench-'));
  return await clearingAway(
    () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
    () => work(folder),
  );
}

/** Runs a bench. A signal ends it: servers are stopped, programs ended and folders removed, then the process exits. */
export async function runInterruptible<Result>(bench: () => Promise<Result>): Promise<Result> {
  let interrupted = false;
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.once(signal, () => {
      interrupted = true;
      void undoAll().finally(() => process.exit(code));
    });
  }
  try {
    return await bench();
  } catch (error) {
    // What the bench was doing fails when its server goes: that is no result.
    if (interrupted) await new Promise(() => {});
    throw error;
  }
}

/** Last begun, first undone: programs end before their server. */
async function undoAll(): Promise<void> {
  for (const undo of [...undos].reverse()) {
    await Promise.resolve()
      .then(undo)
      .catch(() => undefined);
  }
}
