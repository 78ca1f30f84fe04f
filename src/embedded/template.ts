import { createHash } from 'node:crypto';
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MsgdbError } from '../model/errors.ts';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { makeCached } from './cache.ts';
import { programPath } from './packages.ts';
import { runCommand } from './run-command.ts';

/** Written into each data directory that msgdb makes, as the last file: its absence means somebody else's. */
export const MARKER_FILE = 'msgdb.json';

/**
 * Gives an initdb'd data directory on which no server runs, to be copied: made at the first call (0.5 s) and kept
 * in the cache by exact server version and initdb options.
 */
export async function ensureTemplate(
  binaries: Binaries,
  cacheDirectory: string,
  account: Account | undefined,
): Promise<string> {
  const options = initdbOptions(binaries.majorVersion);
  const key = createHash('sha256').update(options.join(' ')).digest('hex').slice(0, 8);
  const owner = account === undefined ? '' : `-${account.uid}`;
  return makeCached(cacheDirectory, `template-${binaries.version}${owner}-${key}`, async (partial) => {
    await mkdir(partial, { mode: 0o700 });
    if (account !== undefined) await chown(partial, account.uid, account.gid);
    await runInitdb(binaries, ['--pgdata', partial, ...options], account);
    await writeFile(join(partial, MARKER_FILE), `${JSON.stringify({ madeBy: 'msgdb', version: binaries.version })}\n`);
  });
}

/** The same database on every machine: UTF8, order by code point; from 17 on with full Unicode case mapping. */
function initdbOptions(majorVersion: number): string[] {
  const locale =
    majorVersion >= 17
      ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
      : ['--locale=C', '--locale-provider=libc'];
  return ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--no-sync', '--no-instructions', ...locale];
}

async function runInitdb(binaries: Binaries, args: readonly string[], account: Account | undefined): Promise<void> {
  await runCommand(programPath(binaries.native, 'initdb'), args, { account }).catch((error: { stderr?: string }) => {
    const reason = String(error.stderr || error).trim();
    // A container run with `--user 1234`: initdb looks its user up, and nothing but the user database can answer.
    const nameless = reason.includes('could not look up effective user ID');
    throw new MsgdbError('MSGDB_EMBEDDED_FAILED', {
      what: `initdb of PostgreSQL ${binaries.version} failed: ${reason}`,
      ...(nameless
        ? {
            why: 'PostgreSQL needs a user that has an entry in /etc/passwd.',
            fix: `Run as root: ${addUserCommand(account)}`,
          }
        : {}),
      cause: error,
    });
  });
}

function addUserCommand(account: Account | undefined): string {
  const uid = account?.uid ?? process.getuid?.();
  const gid = account?.gid ?? process.getgid?.();
  return `echo 'postgres:x:${uid}:${gid}::/:/bin/false' >> /etc/passwd`;
}
