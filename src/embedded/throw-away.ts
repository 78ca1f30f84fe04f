import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { programPath } from './packages.ts';
import { makeRunDirectory } from './run-directory.ts';
import { type EmbeddedServer, ownServer } from './server.ts';
import { SOCKET_PORT, serverArguments, THROW_AWAY_SETTINGS } from './settings.ts';
import type { StartContext } from './start-context.ts';
import { launchServer } from './supervisor.ts';

/** Starts a server whose data goes when it stops, however it stops. */
export async function startThrowAway(context: StartContext): Promise<EmbeddedServer> {
  const { binaries, settings } = context;
  const runDirectory = await makeRunDirectory(context.account);
  const dataDirectory = join(runDirectory, 'data');
  const args = serverArguments(dataDirectory, runDirectory, { ...THROW_AWAY_SETTINGS, ...settings });
  try {
    const owner = await launchServer({
      ...context,
      runDirectory,
      dataDirectory,
      command: [programPath(binaries.native, 'postgres'), ...args],
      cwd: runDirectory,
      stopSignal: 'QUIT',
      logFile: join(runDirectory, 'log'),
    });
    return ownServer({
      dataDirectory,
      runDirectory,
      port: settings.port ?? SOCKET_PORT,
      majorVersion: binaries.majorVersion,
      owner,
    });
  } catch (error) {
    await rm(runDirectory, { recursive: true, force: true });
    throw error;
  }
}
