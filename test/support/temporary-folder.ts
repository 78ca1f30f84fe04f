import { accessSync, chmodSync, constants, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

const MEMORY = '/dev/shm';

/** What the servers of a run have at one time, and a margin. */
const NEEDED_BYTES = 2 * 1024 ** 3;

/**
 * Makes a folder in memory for the temporary files of a run, which goes when this process ends. Undefined where there is
 * no such place, it is small, or programs may not be run from it (as in most containers). A run makes and removes a
 * hundred thousand files of databases, and ext4 looks for a free inode among those that were removed a moment ago: half
 * of the time of tests that start servers.
 */
export function makeMemoryFolder(): string | undefined {
  if (!isOfUse()) return undefined;
  const folder = mkdtempSync(join(MEMORY, 'msgdb-tests-'));
  // As /tmp is: servers run as an account of their own.
  chmodSync(folder, 0o1777);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Linux keeps that folder in memory. */
function isOfUse(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
    const [, , , options = ''] = mounts.findLast((line) => line.split(' ')[1] === MEMORY)?.split(' ') ?? [];
    return !options.split(',').includes('noexec') && bavail * bsize >= NEEDED_BYTES;
  } catch {
    return false;
  }
}
