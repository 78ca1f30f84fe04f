import { randomBytes } from 'node:crypto';
import { chownSync, closeSync, constants, openSync, writeSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.ts';
import { exists, isAlive } from './cache.ts';
import { runCommand } from './run-command.ts';

/**
 * Who still needs a server is counted by the kernel: each command holds the write end of one named pipe, the supervisor
 * reads it, and sees its end when the last command has closed it or died, by SIGKILL too.
 */
const PIPE_FILE = 'owners';
const LIST_FILE = 'list';

/** One owner of a server: holding the descriptor keeps it alive. A process may be several owners. */
export interface Owner {
  /** The process id and something unique: `1234-5f0c`. */
  readonly name: string;
  readonly write: number;
}

/** A new pipe: `read` is for the supervisor, `owner` is this process. */
export interface OwnersPipe {
  readonly read: number;
  readonly owner: Owner;
}

/** Makes the pipe in a run directory. Node opens files close-on-exec: no other child can hold it by accident. */
export async function createOwnersPipe(
  runDirectory: string,
  account: Account | undefined,
  path: string | undefined,
): Promise<OwnersPipe> {
  const file = join(runDirectory, PIPE_FILE);
  await runCommand('mkfifo', ['-m', '600', file], { path });
  if (account !== undefined) chownSync(file, account.uid, account.gid);
  // Opening one end blocks until the other is open, except for reading and writing at once.
  const both = openSync(file, constants.O_RDWR);
  const read = openSync(file, constants.O_RDONLY);
  const write = openSync(file, constants.O_WRONLY);
  closeSync(both);
  return { read, owner: { name: newName(), write } };
}

/**
 * Becomes a further owner of a running server and gives what to hold.
 * The supervisor has to confirm: it may be stopping already. Then, and when there is no supervisor, `undefined`.
 */
export async function joinOwners(runDirectory: string): Promise<Owner | undefined> {
  let write: number;
  try {
    write = openSync(join(runDirectory, PIPE_FILE), constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    // ENOENT: no pipe (any more). ENXIO: no process reads it.
    if (['ENOENT', 'ENXIO', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  const owner = { name: newName(), write };
  if (await notify(runDirectory, owner, 'join')) return owner;
  closeSync(write);
  return undefined;
}

/** Gives up ownership. True when other commands still use the server, so that it continues. */
export async function leaveOwners(runDirectory: string, owner: Owner): Promise<boolean> {
  const confirmed = await notify(runDirectory, owner, 'leave');
  closeSync(owner.write);
  return confirmed && (await hasOwners(runDirectory));
}

/**
 * Whether any living command owns the server, as far as the supervisor knows: a killed command cannot report that it
 * left.
 */
export async function hasOwners(runDirectory: string): Promise<boolean> {
  const list = await readFile(join(runDirectory, LIST_FILE), 'utf8').catch(() => '');
  return list.split(/\s+/).some((name) => name !== '' && isAlive(Number.parseInt(name, 10)));
}

/** Whether there is no supervisor: no process has the other end of the pipe. */
export function isUnsupervised(runDirectory: string): boolean {
  try {
    closeSync(openSync(join(runDirectory, PIPE_FILE), constants.O_WRONLY | constants.O_NONBLOCK));
    return false;
  } catch (error) {
    return ['ENXIO', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}

/** Sends one word to the supervisor and waits for its receipt, a file of the name sent along. */
async function notify(runDirectory: string, owner: Owner, word: 'join' | 'leave'): Promise<boolean> {
  const receipt = `receipt-${randomBytes(6).toString('hex')}`;
  try {
    writeSync(owner.write, `${word} ${owner.name} ${receipt}\n`);
  } catch {
    return false;
  }
  const file = join(runDirectory, receipt);
  for (const deadline = Date.now() + 3_000; Date.now() < deadline; await sleep(3)) {
    if (await exists(file)) {
      await rm(file, { force: true });
      return true;
    }
    if (!(await exists(runDirectory))) return false;
  }
  return false;
}

function newName(): string {
  return `${process.pid}-${randomBytes(4).toString('hex')}`;
}
