import { readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './cache.ts';
import { runCommand } from './run-command.ts';

/** What postmaster.pid says about the server on a data directory; it may be stale. */
export interface Postmaster {
  readonly pid: number;
  readonly port: string | undefined;
  readonly socketDirectory: string;
  /** The server accepts connections. */
  readonly ready: boolean;
}

/** Reads postmaster.pid; undefined when it is absent, or not even a process id in it yet. */
export async function readPostmaster(dataDirectory: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  // Lines, since PostgreSQL 10: pid, data directory, start time, port, socket directory, address, shared memory,
  // status.
  const [pid, , , port, socketDirectory, , , status] = text.split('\n');
  if (!/^\d+$/.test(pid ?? '')) return undefined;
  return {
    pid: Number(pid),
    port,
    socketDirectory: socketDirectory ?? '',
    ready: status?.trim() === 'ready',
  };
}

/**
 * The server that really runs on this data directory. A process id alone proves nothing, in containers it is soon
 * given to something else: the process must also have the data directory as its working directory.
 */
export async function findRunningPostmaster(dataDirectory: string): Promise<Postmaster | undefined> {
  const postmaster = await readPostmaster(dataDirectory);
  return postmaster !== undefined && (await serves(postmaster.pid, dataDirectory)) ? postmaster : undefined;
}

/**
 * Takes a stale postmaster.pid out of the way. PostgreSQL does this itself, but refuses to start, for ever, when the
 * process id has been reused by a process of the same user, or when the file is empty.
 */
export async function setAsideStalePidFile(dataDirectory: string, token: string): Promise<void> {
  const file = join(dataDirectory, 'postmaster.pid');
  const content = await readFile(file, 'utf8').catch(() => undefined);
  if (content === undefined || !(await isStale(file, content, dataDirectory))) return;
  const aside = `${file}.${token}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  // Between the look and the rename another command may have started a server: then it gets its file back.
  if ((await readFile(aside, 'utf8')) === content) await rm(aside);
  else await rename(aside, file);
}

async function isStale(file: string, content: string, dataDirectory: string): Promise<boolean> {
  const pid = Number.parseInt(content, 10);
  if (pid > 0) return isAlive(pid) && !(await serves(pid, dataDirectory));
  // A server that starts writes its process id at once: after a while the empty file is a leftover.
  return Date.now() - (await stat(file)).mtimeMs > 2_000;
}

/** Stops a server by signals: fast, then immediate, then by force; gives up waiting after 30 s. */
export async function stopPostmaster(postmaster: Postmaster, dataDirectory: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!(await serves(postmaster.pid, dataDirectory))) return;
    signalProcess(postmaster.pid, signal);
    for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(10)) {
      if (!(await serves(postmaster.pid, dataDirectory))) return;
    }
  }
}

/** Sends a signal to a process that may be gone already. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function serves(pid: number, dataDirectory: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform === 'linux') {
    const [folder, wanted] = await Promise.all([
      readlink(`/proc/${pid}/cwd`).catch(() => ''),
      realpath(dataDirectory).catch(() => dataDirectory),
    ]);
    return folder === wanted;
  }
  const command = await runCommand('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => '');
  return /\bpostgres\b/.test(command) && command.includes(dataDirectory);
}
