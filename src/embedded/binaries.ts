import { createHash } from 'node:crypto';
import { readFile, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import { MsgdbError } from '../model/errors.ts';
import type { Account } from './account.ts';
import { makeCached } from './cache.ts';
import { findNativeFolder, missingBinaries, programPath } from './packages.ts';
import { runCommand } from './run-command.ts';

/** Server programs that are known to run for the account in question. */
export interface Binaries {
  readonly native: string;
  /** As the server says it, for example `18.4`. */
  readonly version: string;
  readonly majorVersion: number;
}

/** What `prepareBinaries` works from. */
export interface BinariesRequest {
  readonly override: string | undefined;
  /** Undefined: whichever is installed. */
  readonly majorVersion: number | undefined;
  readonly cacheDirectory: string;
  /** All of them must be able to run the programs; undefined is the present user. */
  readonly accounts: readonly (Account | undefined)[];
}

/**
 * Finds the server programs and makes them runnable: completes the library links that the package's install script
 * would have made, and works on a copy in the cache when the package cannot be written to, or not be reached by the
 * accounts (node_modules below /root). Throws MSGDB_EMBEDDED_MISSING or MSGDB_EMBEDDED_FAILED.
 */
export async function prepareBinaries(request: BinariesRequest): Promise<Binaries> {
  const { override, majorVersion, cacheDirectory, accounts } = request;
  const packaged = findNativeFolder(override, majorVersion);
  await linkLibraries(packaged).catch(ignoreReadOnly);
  const binaries = (await tryBinaries(packaged, accounts)) ?? (await copyBinaries(packaged, cacheDirectory, accounts));
  if (majorVersion !== undefined && binaries.majorVersion !== majorVersion)
    throw missingBinaries(majorVersion, override);
  return binaries;
}

type Accounts = BinariesRequest['accounts'];

async function tryBinaries(native: string, accounts: Accounts): Promise<Binaries | undefined> {
  return readBinaries(native, accounts).catch(() => undefined);
}

async function copyBinaries(packaged: string, cache: string, accounts: Accounts): Promise<Binaries> {
  const { mtimeMs, size } = await stat(programPath(packaged, 'postgres'));
  const key = createHash('sha256').update(`${packaged} ${mtimeMs} ${size}`).digest('hex').slice(0, 12);
  const native = await makeCached(cache, `binaries-${key}`, async (partial) => {
    await runCommand('cp', ['-Rp', packaged, partial]);
    await linkLibraries(partial);
    // A package unpacked by root under umask 077 is closed to the others.
    await runCommand('chmod', ['-R', 'a+rX', partial]);
  });
  return readBinaries(native, accounts).catch((error: NodeJS.ErrnoException & { stderr?: string }) => {
    throw new MsgdbError('MSGDB_EMBEDDED_FAILED', {
      what: `The PostgreSQL programs in ${packaged} do not run here: ${(error.stderr || error.message).trim()}`,
      why: 'They are built for glibc (not for musl, as in Alpine Linux), or a library they need is absent.',
      fix: 'Name a server with --database-url.',
      cause: error,
    });
  });
}

/** Runs `postgres --version`: the one test that sees missing libraries, closed folders and noexec mounts alike (6 ms). */
async function readBinaries(native: string, accounts: Accounts): Promise<Binaries> {
  const outputs = accounts.map((account) => runCommand(programPath(native, 'postgres'), ['--version'], { account }));
  const [output = ''] = await Promise.all(outputs);
  const match = /\(PostgreSQL\) ((\d+)\S*)/.exec(output);
  if (match?.[1] === undefined) throw new Error(`unexpected version: ${output.trim()}`);
  return { native, version: match[1], majorVersion: Number(match[2]) };
}

/** npm drops symbolic links from packages; this one lists them in pg-symlinks.json for a script to make again. */
async function linkLibraries(native: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of parseLinks(text)) {
    // symlink() is atomic: whoever comes second gets EEXIST for the same link.
    await symlink(basename(source), join(native, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

function parseLinks(text: string): LibraryLink[] {
  const links: unknown = JSON.parse(text);
  if (!Array.isArray(links)) return [];
  return links.flatMap((link: { source?: unknown; target?: unknown } | null) => {
    if (typeof link?.source !== 'string' || typeof link.target !== 'string') return [];
    const [source, target] = [link.source, link.target].map((path) => normalize(path.replace(/^native\//, '')));
    if (source === undefined || target === undefined || target.startsWith('..')) return [];
    return dirname(source) === dirname(target) ? [{ source, target }] : [];
  });
}

function ignoreReadOnly(error: NodeJS.ErrnoException): void {
  if (!['EROFS', 'EACCES', 'EPERM'].includes(error.code ?? '')) throw error;
}
