import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type postgres from 'postgres';
import { startEmbedded } from '../../src/embedded/index.ts';
import { connect } from '../support/database-url.ts';
import { testCacheDirectory } from '../support/server-binaries.ts';

/** Nothing a crash of the server could lose may be acknowledged. The machine stays up: what was written need not reach the disk. */
const DURABLE = { synchronous_commit: 'on', fsync: 'off', full_page_writes: 'off' };

/** A server of its own, which may be crashed. */
export interface FaultServer {
  readonly url: string;
  readonly sql: postgres.Sql;
  /** A further client, closed with the others. */
  open(): postgres.Sql;
  /** An immediate shutdown, as `pg_ctl stop -m immediate`, and a start with recovery. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

export async function startFaultServer(): Promise<FaultServer> {
  const folder = await mkdtemp(join(tmpdir(), 'msgdb-faults-'));
  await chmod(folder, 0o755);
  const directory = join(folder, 'postgres');
  const start = async () => startEmbedded({ directory, cacheDirectory: testCacheDirectory, settings: DURABLE });
  let server = await start();
  let clients: postgres.Sql[] = [];
  const open = (): postgres.Sql => {
    const client = connect(server.url);
    clients.push(client);
    return client;
  };
  let sql = open();
  const closeClients = async (): Promise<void> => {
    const closing = clients;
    clients = [];
    await Promise.all(closing.map((client) => client.end({ timeout: 1 }).catch(() => undefined)));
  };
  return {
    get url() {
      return server.url;
    },
    get sql() {
      return sql;
    },
    open,
    crash: async () => {
      const [pid] = (await readFile(join(server.dataDirectory, 'postmaster.pid'), 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGQUIT');
      await closeClients();
      await server.stop();
      server = await start();
      sql = open();
    },
    stop: async () => {
      await closeClients();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
