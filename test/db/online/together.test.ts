import { createServer, type Socket, connect as tcpConnect } from 'node:net';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { RunEvent } from '../../../src/model/event.ts';
import { uniqueKey } from '../../../src/model/operations/unique-key.ts';
import { useDatabase } from '../../support/database.ts';
import { cleanDatabase, column, expectNoDebris, expectOk, makeProjectOf } from '../engine/project.ts';
import { until } from './climb.ts';

const db = useDatabase();

beforeEach(async () => cleanDatabase(db.sql));

const TABLE = `create table t (id int primary key, k int); insert into t select n, n % 300 from generate_series(1, 600) n`;
const RULE = uniqueKey({ table: 't', key: ['k'], index: 'wanted', limit: { share: 1 } });

test('ten runs started together: one works, the others wait and find nothing to do', async () => {
  await db.sql.unsafe(TABLE);
  const project = await makeProjectOf(db, [RULE], { settings: { strategy: 'online', lockWaitMs: 150_000 } });
  const reports = await Promise.all(Array.from({ length: 10 }, () => project.migrate()));
  for (const report of reports) expectOk(report);
  expect(reports.flatMap((report) => report.applied)).toHaveLength(1);
  expect(await column(db.sql, 'select count(*) from t')).toEqual(['300']);
  await expectNoDebris(db.sql);
});

test('what is being done, and who is waited for, is reported; it is in pg_stat_activity, and an index that takes too long is given up', async () => {
  await db.sql.unsafe(TABLE);
  const old = await db.open().reserve();
  onTestFinished(async () => {
    await old.unsafe('rollback');
    old.release();
  });
  await old.unsafe('begin isolation level repeatable read; select count(*) from pg_class');
  const told: RunEvent[] = [];
  const emit = (event: RunEvent): void => void told.push(event);
  const hasty = await makeProjectOf(db, [RULE], { settings: { strategy: 'online', indexTimeoutMs: 5_000 }, emit });
  const migrating = hasty.migrate();
  await until(async () => told.some(({ kind }) => kind === 'waiting'));
  expect(
    await column(
      db.sql,
      `select application_name from pg_stat_activity where application_name like 'msgdb: b%' and datname = current_database()`,
    ),
  ).toEqual(['msgdb: building wanted']);
  const report = await migrating;
  expect(report.exitCode).toBe(4);
  expect(report.findings[0]?.message).toMatch(/building wanted took longer than --index-timeout allows \(5 s\)/);
  const [pid] = await column(old, 'select pg_backend_pid()');
  expect(told).toContainEqual({
    kind: 'waiting',
    message: expect.stringMatching(new RegExp(`^the build of wanted waits for older transactions: pid ${pid} \\(`)),
  });
  expect(told).toContainEqual({
    kind: 'progress',
    title: 'building wanted: waiting for old snapshots, transactions',
    done: 0,
    total: 1,
  });
  // It is ready: it rejects copies until the next run continues with it.
  await expect(db.sql.unsafe('insert into t values (1000, 1)')).rejects.toMatchObject({ code: '23505' });
  await old.unsafe('commit');
  expectOk(await hasty.migrate());
  await expectNoDebris(db.sql);
});

describe('a network that is cut', () => {
  /** A proxy in front of the server's socket that can drop everything, without a word to either side. */
  async function startProxy(): Promise<{ url: string; cut(): void }> {
    const parameters = new URLSearchParams(db.url.split('?')[1]);
    const path = `${parameters.get('host')}/.s.PGSQL.${parameters.get('port')}`;
    const sockets = new Set<Socket>();
    const server = createServer((client) => {
      const upstream = tcpConnect(path);
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => sockets.delete(socket));
      }
      client.pipe(upstream).pipe(client);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const cut = (): void => {
      for (const socket of sockets) socket.destroy();
    };
    return { url: `postgresql://postgres@127.0.0.1:${address.port}/${db.name}`, cut };
  }

  test.each([1, 2, 3, 4, 5, 6])('at moment %i: reported as such, and the next run completes', async (moment) => {
    await db.sql.unsafe(TABLE);
    const proxy = await startProxy();
    const settings = { strategy: 'online', batchSize: 20 } as const;
    let events = 0;
    const emit = (): void => {
      events += 1;
      if (events === moment * 4) proxy.cut();
    };
    const project = await makeProjectOf({ url: proxy.url }, [RULE], { settings, emit });
    const report = await project.migrate().catch((error: unknown) => error);
    if (events >= moment * 4) expect(JSON.stringify(report)).toContain('MSGDB_CONNECTION_LOST');
    const again = await makeProjectOf(db, [RULE], { settings });
    expectOk(await again.migrate());
    expect(await column(db.sql, 'select count(*) from t')).toEqual(['300']);
    await expectNoDebris(db.sql);
  });
});
