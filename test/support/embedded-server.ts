import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type EmbeddedServer, type StartEmbeddedOptions, startEmbedded } from '../../src/embedded/index.ts';
import { findNativeFolder } from '../../src/embedded/packages.ts';
import { connect } from './database-url.ts';
import { testCacheDirectory } from './server-binaries.ts';

const SCRIPT = fileURLToPath(new URL('embedded-owner.js', import.meta.url));

/** An account that owns nothing here ("daemon", everywhere). */
export const SOMEBODY = { uid: 1, gid: 1 };

/** An account that /etc/passwd does not name, as in a container run with --user. */
export const NOBODY_KNOWN = { uid: 54321, gid: 54321 };

export const IS_ROOT = process.getuid?.() === 0;

/** Starts a server in this process; stopped when the test ends, if the test has not done so. */
export async function start(options: StartEmbeddedOptions = {}): Promise<EmbeddedServer> {
  const server = await startEmbedded({ cacheDirectory: testCacheDirectory, ...options });
  onTestFinished(() => server.stop());
  return server;
}

/** What the process reported last. */
export interface OwnerReport {
  readonly url?: string;
  readonly dataDirectory?: string;
  readonly code?: string;
  readonly message?: string;
}

/** Another process that starts a server, leader of its own process group as a shell's job is. */
export interface Owner {
  readonly child: ChildProcess;
  readonly pid: number;
  /** It is about to start the server. */
  readonly starting: Promise<void>;
  readonly report: Promise<OwnerReport>;
  readonly ended: Promise<void>;
}

/** Runs startEmbedded in another process, as another account if given. It is killed when the test ends. */
export function startOwner(
  options: StartEmbeddedOptions,
  account?: { uid: number; gid: number },
  temporary = tmpdir(),
): Owner {
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(options)], {
    ...account,
    cwd: '/',
    env: { PATH: process.env.PATH, HOME: '/nonexistent', TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface({ input: child.stdout });
  const starting = new Promise<void>((resolve) => lines.once('line', () => resolve()));
  const report = new Promise<OwnerReport>((resolve, reject) => {
    lines.on('line', (line) => {
      const value = JSON.parse(line);
      if (!value.starting) resolve(value);
    });
    ended.then(() => reject(new Error('the owner ended without a report')));
  });
  report.catch(() => {});
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, pid: child.pid ?? 0, starting, report, ended };
}

/** One query on a server, over a connection of its own. */
export async function ask(server: OwnerReport, query: string): Promise<unknown> {
  const sql = connect(server.url ?? '');
  try {
    const [row] = await sql.unsafe(query).values();
    return row?.[0];
  } finally {
    await sql.end();
  }
}

/** A folder that every account can enter, removed when the test ends. */
export async function makeFolder(owner?: { uid: number; gid: number }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'embedded-test-'));
  onTestFinished(async () => {
    // The server of an owner that was killed may be writing its last checkpoint.
    await eventually(() => processesIn(folder).length === 0);
    await rm(folder, { recursive: true, force: true });
  });
  await chmod(folder, 0o755);
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
  return folder;
}

/** The path of a directory that does not exist yet. */
export async function newDirectory(): Promise<string> {
  return join(await makeFolder(), 'postgres');
}

/** A kept directory with something in it, and no server running. */
export async function keptData(): Promise<string> {
  const directory = await newDirectory();
  const server = await start({ directory });
  await ask(server, 'create table kept as select 42 as answer');
  await server.stop();
  return directory;
}

/** The binaries package as npm unpacks it when install scripts are blocked: without any symbolic link. */
export async function copyPackageWithoutLinks(folder: string): Promise<string> {
  const native = join(folder, 'native');
  execFileSync('cp', ['-R', findNativeFolder(undefined), native]);
  execFileSync('find', [native, '-type', 'l', '-delete']);
  return folder;
}

/** Process ids of all that have their working directory in the folder: the servers on it and their backends. */
export function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
      } catch {
        return false;
      }
    });
}

/** Process id of the parent, as the kernel has it. */
export function parentOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
}

/** Waits until `condition` holds, a minute at most; gives whether it does. */
export async function eventually(condition: () => boolean): Promise<boolean> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(10)) {
    if (condition()) return true;
  }
  return condition();
}
