import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { MsgdbError } from '../model/errors.ts';
import { type Account, canReach } from './account.ts';

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * A folder for what is slow to make (initdb's result) or must be copied out of node_modules. The first that works of:
 * `requested`, the user's cache, the temporary folder. Root's own folders are no good to the account it steps down to.
 */
export async function chooseCacheDirectory(
  requested: string | undefined,
  userCache: string | undefined,
  account: Account | undefined,
): Promise<string> {
  const shared = join(tmpdir(), `msgdb-cache-${process.getuid?.() ?? 'user'}`);
  const candidates = [requested, userCache ?? join(homedir(), '.cache'), shared].flatMap((folder, place) =>
    folder === undefined ? [] : [place === 1 ? join(folder, 'msgdb') : resolve(folder)],
  );
  for (const folder of candidates) {
    if (await isUsable(folder, account)) return folder;
  }
  throw new MsgdbError('MSGDB_EMBEDDED_FAILED', {
    what: `No folder can hold the embedded PostgreSQL's cache; tried ${candidates.join(', ')}.`,
    fix: `Make one of them writable, or remove it if it belongs to somebody else: ${shared}`,
  });
}

/**
 * Gives the folder `name` of the cache, made by `make` if it is not there. It is made again each week: cleaners of
 * temporary folders thin out what is older than ten days, file by file. What is weeks old is removed.
 */
export async function makeCached(
  cacheDirectory: string,
  name: string,
  make: (partial: string) => Promise<void>,
): Promise<string> {
  const week = Math.floor(Date.now() / WEEK_MS);
  const folder = join(cacheDirectory, `${name}-week${week}`);
  if (await exists(folder)) return folder;
  await makeOnce(folder, make);
  for (const entry of await readdir(cacheDirectory)) {
    const made = /-week(\d+)(\.\d+-[0-9a-f]{8}\.partial)?$/.exec(entry);
    if (made !== null && Number(made[1]) < week - 2) {
      await rm(join(cacheDirectory, entry), { recursive: true, force: true });
    }
  }
  return folder;
}

/**
 * Makes a folder once, whoever comes first: `make` fills a folder beside it, which is then renamed into place.
 * A half-made folder is never seen under `target`; what a killed process left beside it is removed.
 */
export async function makeOnce(target: string, make: (partial: string) => Promise<void>): Promise<void> {
  if (await exists(target)) return;
  await removeAbandoned(target);
  const partial = `${target}.${process.pid}-${randomBytes(4).toString('hex')}.partial`;
  try {
    await make(partial);
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    // Renaming onto a folder with content fails: somebody else was first, and theirs is as good.
    if (!(await exists(target))) throw error;
  }
}

/** Whether `name` is a half-made copy of the folder `base`, as `makeOnce` names them. */
export function isPartial(name: string, base: string): boolean {
  return partialOwner(name, base) !== undefined;
}

/** Whether a process with this id lives, ours or not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether something is at `path`. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function removeAbandoned(target: string): Promise<void> {
  for (const name of await readdir(dirname(target))) {
    const owner = partialOwner(name, basename(target));
    if (owner !== undefined && !isAlive(owner)) {
      // The killed command's cp may be running still: what cannot be removed now is removed by a later command.
      await rm(join(dirname(target), name), { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
    }
  }
}

function partialOwner(name: string, base: string): number | undefined {
  if (!name.startsWith(`${base}.`)) return undefined;
  const match = /^(\d+)-[0-9a-f]{8}\.partial$/.exec(name.slice(base.length + 1));
  return match === null ? undefined : Number(match[1]);
}

async function isUsable(folder: string, account: Account | undefined): Promise<boolean> {
  try {
    await mkdir(dirname(folder), { recursive: true });
    await mkdir(folder).then(
      () => chmod(folder, account === undefined ? 0o700 : 0o755),
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
    const probe = join(folder, `.${process.pid}-${randomBytes(4).toString('hex')}`);
    await mkdir(probe);
    await rm(probe, { recursive: true });
    return (await isOurs(folder)) && (await canReach(folder, account));
  } catch {
    return false;
  }
}

/** Programs are run from the cache: a folder that others own or may write to is not trusted. */
async function isOurs(folder: string): Promise<boolean> {
  if (process.getuid === undefined) return true;
  const { uid, mode } = await lstat(folder);
  return uid === process.getuid() && (mode & 0o022) === 0;
}
