import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The operating system's user and group that a server process runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** "nobody" and its group, the same numbers on Linux everywhere; no name look-up, a slim image has none. */
const NOBODY: Account = { uid: 65534, gid: 65534 };

/**
 * Who the server has to run as: PostgreSQL refuses to run as root.
 * Gives undefined when the present user will do. Root steps down to the owner of the data, or to nobody.
 */
export function chooseAccount(owner?: Account): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return owner === undefined || owner.uid === 0 ? NOBODY : { uid: owner.uid, gid: owner.gid };
}

/** Whether `account` may walk down to `path`: every folder on the way, `path` included, lets it through. */
export async function canReach(path: string, account: Account | undefined): Promise<boolean> {
  if (account === undefined) return true;
  let folder = await realpath(path);
  for (;;) {
    if (!(await letsThrough(folder, account))) return false;
    if (dirname(folder) === folder) return true;
    folder = dirname(folder);
  }
}

async function letsThrough(folder: string, account: Account): Promise<boolean> {
  const { uid, gid, mode } = await stat(folder);
  if (uid === account.uid) return (mode & 0o100) !== 0;
  if (gid === account.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
