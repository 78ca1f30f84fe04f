import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connect } from '../support/database-url.ts';
import {
  ask,
  eventually,
  IS_ROOT,
  makeFolder,
  NOBODY_KNOWN,
  parentOf,
  processesIn,
  SOMEBODY,
  start,
  startOwner,
} from '../support/embedded-server.ts';
import { testCacheDirectory } from '../support/server-binaries.ts';

const cached = { cacheDirectory: testCacheDirectory };

/** Other test files start servers at the same time: the folders that are looked at here are of this file alone. */
beforeAll(() => {
  const own = mkdtempSync(join(tmpdir(), 'msgdb-own-'));
  chmodSync(own, 0o777);
  vi.stubEnv('TMPDIR', own);
});

afterAll(() => {
  rmSync(tmpdir(), { recursive: true, force: true });
  vi.unstubAllEnvs();
});

describe('a throw-away server', () => {
  test('is an empty UTF8 database of the same order and case mapping on every machine', async () => {
    const server = await start();
    expect(server.majorVersion).toBe(18);
    expect(await ask(server, 'show server_encoding')).toBe('UTF8');
    expect(await ask(server, 'select datlocale from pg_database where datname = current_database()')).toBe('C.UTF-8');
    expect(await ask(server, "select lower('ÄÉ')")).toBe('äé');
    expect(await ask(server, 'select count(*)::int from pg_stat_user_tables')).toBe(0);
  });

  test('has the contrib extensions', async () => {
    const server = await start();
    await ask(server, 'create extension citext');
    await ask(server, 'create extension amcheck');
    expect(await ask(server, "select 'A'::citext = 'a'::citext")).toBe(true);
    await ask(server, "select bt_index_check('pg_class_oid_index', true)");
  });

  test('has a libpq style URL, and is open to nobody else', async () => {
    const server = await start();
    const folder = dirname(server.dataDirectory);
    expect(server.url).toBe(`postgresql://postgres@/postgres?host=${encodeURIComponent(folder)}&port=5432`);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(await ask(server, 'show listen_addresses')).toBe('');
  });

  test('never runs as root', async () => {
    const server = await start();
    const [pid] = readFileSync(join(server.dataDirectory, 'postmaster.pid'), 'utf8').split('\n');
    expect(statSync(`/proc/${pid}`).uid).toBe(IS_ROOT ? 65534 : process.getuid?.());
  });

  test('takes further settings', async () => {
    const server = await start({ settings: { work_mem: '7MB', max_connections: '17' } });
    expect(await ask(server, 'show work_mem')).toBe('7MB');
    expect(await ask(server, 'show max_connections')).toBe('17');
    expect(await ask(await start({ settings: { port: '6543' } }), 'show port')).toBe('6543');
  });

  test('is gone with its data and processes when stop() resolves, open connections or not; stopping twice is fine', async () => {
    const server = await start();
    const sql = connect(server.url);
    await sql`select 1`;
    const folder = dirname(server.dataDirectory);
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    expect(existsSync(folder)).toBe(false);
    expect(processesIn(folder)).toEqual([]);
    await sql.end();
  });

  test('breaks every connection at once when it is killed, and leaves nothing', async () => {
    const server = await start();
    const sql = connect(server.url);
    await sql`select 1`;
    const waiting = sql`select pg_sleep(30)`.then(
      () => 'done',
      () => 'broken',
    );
    await sleep(50);
    await server.kill();
    expect(await waiting).toBe('broken');
    expect(existsSync(dirname(server.dataDirectory))).toBe(false);
    // Without a limit end() of postgres.js 3.4.9 waits for ever for a connection that broke.
    await sql.end({ timeout: 1 });
  });

  test('says why it does not start, with the end of its log, and leaves nothing', async () => {
    const before = runFolders();
    await expect(start({ settings: { max_connections: 'many' } })).rejects.toMatchObject({
      code: 'MSGDB_EMBEDDED_FAILED',
      message: expect.stringContaining('invalid value for parameter "max_connections": "many"'),
    });
    expect(added(before)).toEqual([]);
  });

  test('is not started when the signal is aborted, and not left behind when that happens meanwhile', async () => {
    const before = runFolders();
    await expect(start({ signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
    for (const delayMs of [5, 20, 40, 60]) {
      const outcome = await start({ signal: AbortSignal.timeout(delayMs) }).catch((error: Error) => error.name);
      if (typeof outcome === 'string') expect(outcome).toBe('TimeoutError');
      else await outcome.stop();
    }
    expect(added(before)).toEqual([]);
  });

  test('can be had many times at once', async () => {
    const servers = await Promise.all([start(), start(), start(), start()]);
    await Promise.all(servers.map((server, n) => ask(server, `create table t${n} ()`)));
    expect(
      await Promise.all(servers.map((server) => ask(server, 'select count(*)::int from pg_stat_user_tables'))),
    ).toEqual([1, 1, 1, 1]);
  });
});

describe('a server whose command ends without stopping it', () => {
  test.each(['SIGKILL', 'SIGTERM', 'SIGHUP'] as const)('is stopped and removed after %s', async (signal) => {
    const owner = startOwner(cached);
    const folder = dirname((await owner.report).dataDirectory ?? '');
    expect(processesIn(folder)).not.toEqual([]);
    owner.child.kill(signal);
    await owner.ended;
    expect(await eventually(() => !existsSync(folder) && processesIn(folder).length === 0)).toBe(true);
  });

  test('is stopped and removed after Ctrl-C, which reaches the whole foreground job', async () => {
    const owner = startOwner(cached);
    const folder = dirname((await owner.report).dataDirectory ?? '');
    process.kill(-owner.pid, 'SIGINT');
    await owner.ended;
    expect(await eventually(() => !existsSync(folder) && processesIn(folder).length === 0)).toBe(true);
  });

  test('is not reached by Ctrl-C itself: the command may finish what it does', async () => {
    const server = await start();
    const [pid] = readFileSync(join(server.dataDirectory, 'postmaster.pid'), 'utf8').split('\n');
    expect(sessionOf(parentOf(Number(pid)))).not.toBe(sessionOf(process.pid));
  });

  // Killed before its supervisor runs it leaves the folder that it made for it, with a pipe and an empty log.
  test('leaves no data and no process when it is killed at any moment of the start', async () => {
    const before = runFolders();
    let inTime = 0;
    for (let delayMs = 0; delayMs < 120; delayMs += 8) {
      const owner = startOwner(cached);
      let reported = false;
      owner.report.then(
        () => {
          reported = true;
        },
        () => undefined,
      );
      await owner.starting;
      await sleep(delayMs);
      if (!reported) inTime += 1;
      owner.child.kill('SIGKILL');
      await owner.ended;
    }
    expect(inTime).toBeGreaterThan(4);
    const isLeft = (name: string): boolean =>
      existsSync(join(tmpdir(), name, 'data')) || processesIn(join(tmpdir(), name)).length > 0;
    expect(await eventually(() => !added(before).some(isLeft))).toBe(true);
  });
});

describe.runIf(IS_ROOT)('an ordinary user', () => {
  test('without a home starts, uses and stops a server', async () => {
    const owner = startOwner({ cacheDirectory: await makeFolder(SOMEBODY) }, SOMEBODY);
    const server = await owner.report;
    expect(server.message).toBeUndefined();
    expect(statSync(server.dataDirectory ?? '').uid).toBe(SOMEBODY.uid);
    expect(await ask(server, 'show is_superuser')).toBe('on');
    owner.child.kill('SIGKILL');
    expect(await eventually(() => !existsSync(dirname(server.dataDirectory ?? '')))).toBe(true);
  });

  test('that has no entry in /etc/passwd learns what to do', async () => {
    const owner = startOwner({ cacheDirectory: await makeFolder(NOBODY_KNOWN) }, NOBODY_KNOWN);
    expect(await owner.report).toMatchObject({
      code: 'MSGDB_EMBEDDED_FAILED',
      fix: expect.stringContaining('postgres:x:54321:54321:'),
    });
  });

  test('gets a cache in the temporary folder, where the home is not writable', async () => {
    const temporary = await makeFolder(SOMEBODY);
    const owner = startOwner({}, SOMEBODY, temporary);
    expect((await owner.report).message).toBeUndefined();
    const cache = join(temporary, `msgdb-cache-${SOMEBODY.uid}`);
    expect(statSync(cache)).toMatchObject({ uid: SOMEBODY.uid });
    expect(statSync(cache).mode & 0o777).toBe(0o700);
  });
});

function sessionOf(pid: number): string | undefined {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[3];
}

function runFolders(): Set<string> {
  return new Set(readdirSync(tmpdir()).filter((name) => /^msgdb-[A-Za-z0-9]{6}$/.test(name)));
}

function added(before: ReadonlySet<string>): string[] {
  return [...runFolders()].filter((name) => !before.has(name));
}
