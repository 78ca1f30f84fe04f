import { randomBytes } from 'node:crypto';
import { rm, stat, truncate } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { MsgdbError } from '../model/errors.ts';
import { fillKeptDirectory, keptDirectory, locateData } from './kept-directory.ts';
import { isUnsupervised, joinOwners } from './owners.ts';
import { programPath } from './packages.ts';
import { findRunningPostmaster, type Postmaster, setAsideStalePidFile, stopPostmaster } from './postmaster.ts';
import { isRunDirectory, makeRunDirectory } from './run-directory.ts';
import { type EmbeddedServer, ownServer, socketTarget, socketUrl } from './server.ts';
import { SOCKET_PORT, serverArguments } from './settings.ts';
import type { StartContext } from './start-context.ts';
import { launchServer } from './supervisor.ts';

const LONGEST_LOG = 5_000_000;

/**
 * Starts a server on a kept directory, or joins the one that another command runs there (its settings stay then).
 * Whoever comes last stops it. What killed commands left (a stale postmaster.pid, a server without supervisor,
 * half-made data) is put right first.
 */
export async function startKept(directory: string, context: StartContext): Promise<EmbeddedServer> {
  await fillKeptDirectory(directory, context);
  const { data, log } = keptDirectory(directory);
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(20)) {
    context.signal?.throwIfAborted();
    const running = await findRunningPostmaster(data);
    const server = running === undefined ? await tryLaunch(data, log, context) : await tryJoin(running, data, context);
    if (server !== undefined) return server;
  }
  throw new MsgdbError('MSGDB_EMBEDDED_FAILED', {
    what: `Another PostgreSQL is running on ${directory}; it neither accepts connections nor ends.`,
    fix: 'Wait for the other msgdb command, or end it.',
  });
}

/** Undefined when the server has to be looked at again: starting, stopping, or just stopped here. */
async function tryJoin(running: Postmaster, data: string, context: StartContext): Promise<EmbeddedServer | undefined> {
  const { socketDirectory, port = SOCKET_PORT } = running;
  const { majorVersion } = context.binaries;
  if (!running.ready) return undefined;
  // Somebody started PostgreSQL on it by hand: used as it is, and never stopped from here.
  if (!isRunDirectory(socketDirectory)) return borrowServer(running, data, majorVersion);
  const owner = await joinOwners(socketDirectory);
  if (owner !== undefined) {
    return ownServer({ dataDirectory: data, runDirectory: socketDirectory, port, majorVersion, owner });
  }
  if (isUnsupervised(socketDirectory)) {
    await stopPostmaster(running, data);
    await rm(socketDirectory, { recursive: true, force: true });
  }
  return undefined;
}

function borrowServer({ socketDirectory, port }: Postmaster, data: string, majorVersion: number): EmbeddedServer {
  return {
    url: socketUrl(socketDirectory, port ?? SOCKET_PORT),
    target: socketTarget(socketDirectory, port ?? SOCKET_PORT, data),
    dataDirectory: data,
    majorVersion,
    stop: async () => {},
    kill: async () => {},
  };
}

async function tryLaunch(data: string, log: string, context: StartContext): Promise<EmbeddedServer | undefined> {
  const { account, binaries, settings, path, signal } = context;
  await setAsideStalePidFile(data, randomBytes(4).toString('hex'));
  await limitLog(log);
  const location = await locateData(data, account);
  const runDirectory = await makeRunDirectory(account);
  const args = serverArguments(location.argument, runDirectory, settings);
  try {
    const owner = await launchServer({
      runDirectory,
      dataDirectory: data,
      command: [programPath(binaries.native, 'postgres'), ...args],
      cwd: location.cwd,
      stopSignal: 'INT',
      logFile: log,
      account,
      path,
      signal,
    });
    return ownServer({
      dataDirectory: data,
      runDirectory,
      port: settings.port ?? SOCKET_PORT,
      majorVersion: binaries.majorVersion,
      owner,
    });
  } catch (error) {
    await rm(runDirectory, { recursive: true, force: true });
    if (isRival(error)) return undefined;
    throw error;
  }
}

/**
 * Another command's server has the directory (postmaster.pid is PostgreSQL's own lock), or backends of a killed one
 * are still ending (the shared memory block): both pass.
 */
function isRival(error: unknown): boolean {
  if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_EMBEDDED_FAILED') return false;
  return /lock file "postmaster.pid" (already exists|is empty)|shared memory block .* still in use/.test(
    error.data.log ?? '',
  );
}

async function limitLog(log: string): Promise<void> {
  const size = await stat(log).then(
    (file) => file.size,
    () => 0,
  );
  if (size > LONGEST_LOG) await truncate(log);
}
