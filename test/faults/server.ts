import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type postgres from 'postgres';
import { onTestFinished } from 'vitest';
import { startEmbedded } from '../../src/embedded/index.ts';
import { connect } from '../support/database-url.ts';
import { makeFolder } from '../support/embedded-server.ts';
import { testCacheDirectory } from '../support/server-binaries.ts';

/** Nothing a crash could lose may be acknowledged. */
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };

/** A server of a test's own, which may be crashed. */
export interface FaultServer {
  readonly url: string;
  readonly sql: postgres.Sql;
  /** A further client, closed with the others. */
  open(): postgres.Sql;
  /** An immediate shutdown, as `pg_ctl stop -m immediate`, and a start with recovery. */
  crash(): Promise<void>;
}

/** Starts the server; it stops when the test ends. */
export async function startFaultServer(): Promise<FaultServer> {
  const directory = join(await makeFolder(), 'postgres');
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
  onTestFinished(async () => {
    await closeClients();
    await server.stop();
  });
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
  };
}
