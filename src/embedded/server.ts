import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionTarget } from '../model/connection.ts';
import { exists } from './cache.ts';
import { hasOwners, isUnsupervised, leaveOwners, type Owner } from './owners.ts';
import { findRunningPostmaster, signalProcess, stopPostmaster } from './postmaster.ts';

/** A running embedded server that this process owns, alone or with other commands. */
export interface EmbeddedServer {
  /** libpq style: user postgres, database postgres, no password (the socket's folder is private). */
  readonly url: string;
  /** The same, in the form that sessions are opened with. */
  readonly target: ConnectionTarget;
  readonly dataDirectory: string;
  readonly majorVersion: number;
  /**
   * Gives the server up: it stops, unless another command still uses it. Resolves when it has stopped and a throw-away
   * data directory is gone. May be called again. A process that ends without it has the same effect.
   */
  stop(): Promise<void>;
  /** Kills the server at once (SIGKILL), whoever uses it: the crash that tests need. Stops afterwards. */
  kill(): Promise<void>;
}

/** What `ownServer` needs to know. */
export interface OwnedServer {
  readonly dataDirectory: string;
  readonly runDirectory: string;
  readonly port: string;
  readonly majorVersion: number;
  readonly owner: Owner;
}

/** Wraps a server that has been launched or joined. */
export function ownServer(server: OwnedServer): EmbeddedServer {
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= stopOwned(server);
    return stopping;
  };
  return {
    url: socketUrl(server.runDirectory, server.port),
    target: socketTarget(server.runDirectory, server.port, server.dataDirectory),
    dataDirectory: server.dataDirectory,
    majorVersion: server.majorVersion,
    stop,
    kill: async () => {
      const postmaster = await findRunningPostmaster(server.dataDirectory);
      if (postmaster !== undefined) signalProcess(postmaster.pid, 'SIGKILL');
      await stop();
    },
  };
}

/** The libpq style URL of a server that listens on a unix socket in `directory`. */
export function socketUrl(directory: string, port: string): string {
  return `postgresql://postgres@/postgres?host=${encodeURIComponent(directory)}&port=${port}`;
}

/** The same as a connection target. */
export function socketTarget(directory: string, port: string, dataDirectory: string): ConnectionTarget {
  return {
    hosts: [{ host: directory, port: Number(port) }],
    database: 'postgres',
    user: 'postgres',
    ssl: false,
    settings: {},
    connectTimeoutMs: 10_000,
    source: '--embedded',
    label: `the embedded server in ${dataDirectory}`,
  };
}

async function stopOwned({ runDirectory, dataDirectory, owner }: OwnedServer): Promise<void> {
  if (await leaveOwners(runDirectory, owner)) return;
  for (const deadline = Date.now() + 40_000; Date.now() < deadline; await sleep(3)) {
    // A command that came after this one left may own the server by now.
    if (!(await exists(runDirectory)) || (await hasOwners(runDirectory))) return;
    if (isUnsupervised(runDirectory)) break;
  }
  // The supervisor was killed, or cannot stop the server: what it would do is done here.
  const postmaster = await findRunningPostmaster(dataDirectory);
  if (postmaster !== undefined) await stopPostmaster(postmaster, dataDirectory);
  await rm(runDirectory, { recursive: true, force: true });
}
