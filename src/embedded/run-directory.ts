import { chown, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Account, canReach } from './account.ts';

const NAME = 'msgdb-';

/** A socket's path may have 107 bytes (103 on macOS); `/msgdb-XXXXXX/.s.PGSQL.5432` takes 28 of them. */
const LONGEST_BASE = 70;

/**
 * Makes the private folder of one running server: its socket, the owners' pipe, and a throw-away server's data.
 * It lies in the temporary folder, or in /tmp when that one's path is too long or closed to the account.
 */
export async function makeRunDirectory(account: Account | undefined): Promise<string> {
  const base = (await isSuitable(tmpdir(), account)) ? tmpdir() : '/tmp';
  const directory = await mkdtemp(join(base, NAME));
  if (account !== undefined) await chown(directory, account.uid, account.gid);
  return directory;
}

/** Whether a server's socket folder is one that msgdb made. */
export function isRunDirectory(directory: string): boolean {
  return new RegExp(`^${NAME}[A-Za-z0-9]{6}$`).test(basename(directory));
}

async function isSuitable(base: string, account: Account | undefined): Promise<boolean> {
  if (Buffer.byteLength(base) > LONGEST_BASE) return false;
  if (account === undefined) return true;
  // The supervisor removes the folder as that account, so it must be able to write to the base.
  return (await canReach(base, account)) && ((await stat(base)).mode & 0o002) !== 0;
}
