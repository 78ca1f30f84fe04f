import { startEmbedded } from '../../src/embedded/index.ts';
import { installServerBinaries, testCacheDirectory } from './server-binaries.ts';

const INSTALLED_MAJOR_VERSION = 18;

/** A PostgreSQL server for the tests, as a superuser (or at least CREATEDB) sees it. */
export interface Backend {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The server that the environment asks for: TEST_DATABASE_URL; else with MSGDB_TEST_BACKEND=testcontainers a container
 * of MSGDB_TEST_IMAGE (`postgres:<POSTGRES_VERSION>`); else an embedded one of POSTGRES_VERSION (15 to 18).
 */
export async function startBackend(env: NodeJS.ProcessEnv): Promise<Backend> {
  if (env.TEST_DATABASE_URL) return { url: env.TEST_DATABASE_URL, stop: async () => {} };
  const version = env.POSTGRES_VERSION || String(INSTALLED_MAJOR_VERSION);
  switch (env.MSGDB_TEST_BACKEND || 'embedded') {
    case 'testcontainers':
      return startContainer(env.MSGDB_TEST_IMAGE || `postgres:${version}`);
    case 'embedded':
      return startEmbeddedBackend(version);
    default:
      throw new Error(`MSGDB_TEST_BACKEND is "${env.MSGDB_TEST_BACKEND}"; it can be embedded or testcontainers`);
  }
}

async function startEmbeddedBackend(version: string): Promise<Backend> {
  if (!/^1[5-8]$/.test(version)) throw new Error(`POSTGRES_VERSION is "${version}"; it can be 15, 16, 17 or 18`);
  const majorVersion = Number(version);
  const installed = majorVersion === INSTALLED_MAJOR_VERSION;
  return startEmbedded({
    majorVersion,
    binaries: installed ? undefined : await installServerBinaries(majorVersion),
    cacheDirectory: testCacheDirectory,
    // Autovacuum comes by chance, and its lock is in the way of a test that waits for a lock no longer than a moment.
    settings: {
      max_connections: '200',
      max_prepared_transactions: '10',
      autovacuum: 'off',
      // The data may be in memory (temporary-folder.ts).
      max_wal_size: '512MB',
    },
  });
}

async function startContainer(image: string): Promise<Backend> {
  // Imported here: it takes 0.5 s to load, and most runs do without it.
  const { getContainerRuntimeClient } = await import('testcontainers');
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  await getContainerRuntimeClient().catch((error: unknown) => {
    throw new Error(
      'MSGDB_TEST_BACKEND is testcontainers, but Docker does not answer. Start it, or unset MSGDB_TEST_BACKEND.',
      { cause: error },
    );
  });
  const server = new PostgreSqlContainer(image).withCommand(['postgres', '-c', 'fsync=off']);
  const container = await server.start().catch((error: unknown) => {
    throw new Error(
      `Docker answers, but ${image} does not start. Offline, pull it first, and set TESTCONTAINERS_RYUK_DISABLED=true.`,
      { cause: error },
    );
  });
  return {
    url: container.getConnectionUri(),
    stop: async () => {
      await container.stop();
    },
  };
}
