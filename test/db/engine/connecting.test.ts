import { createServer as createHttpServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { withWorkplace } from '../../../src/engine/run/with-run.ts';
import type { ConnectionTarget } from '../../../src/model/connection.ts';
import { MsgdbError } from '../../../src/model/errors.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { statement } from '../../../src/model/statement.ts';
import { openSession, type Session } from '../../../src/session/open-session.ts';
import { makeContext } from '../../support/context.ts';
import { useDatabase } from '../../support/database.ts';
import { errorMessage, listen, startBlackHole, startOtherServer } from '../../support/other-server.ts';

const db = useDatabase();

async function targetOf(url: string): Promise<ConnectionTarget> {
  const { database } = await makeContext({ url });
  if (database.kind !== 'url') throw new Error('a test names its database by URL');
  return database.target;
}

async function open(target: ConnectionTarget, connecting = new AbortController().signal): Promise<Session> {
  const session = await openSession(target, { purpose: 'connecting', connecting });
  onTestFinished(() => session.close());
  return session;
}

/** Why it did not connect, in the words of the message; it has to end by itself, given a second or not. */
async function refusal(target: ConnectionTarget): Promise<MsgdbError> {
  const begun = performance.now();
  const error = await open(target).catch((thrown: unknown) => thrown);
  expect(performance.now() - begun).toBeLessThan(30_000);
  if (!(error instanceof MsgdbError)) throw new Error(`connected, or failed otherwise: ${error}`);
  const codes = /takes no connections yet/.test(error.why)
    ? ['MSGDB_SERVER_STARTING', 4]
    : ['MSGDB_CONNECTION_FAILED', 3];
  expect([error.code, error.exitCode]).toEqual(codes);
  return error;
}

function urlOf(port: number, more = 'sslmode=prefer'): string {
  return `postgres://ann:hush-hush@127.0.0.1:${port}/shop?connect_timeout=1&${more}`;
}

describe('what listens there is not PostgreSQL', () => {
  const answers: readonly (readonly [string, string, string | Buffer, RegExp])[] = [
    ['SSH', 'disable', 'SSH-2.0-OpenSSH_9.6\r\n', /an SSH server \("SSH-2.0-OpenSSH_9.6"\)/],
    ['MySQL', 'disable', Buffer.from('4a0000000a382e302e33360012', 'hex'), /MySQL or MariaDB/],
    ['MySQL, asked for TLS', 'prefer', Buffer.from('4a0000000a382e302e33360012', 'hex'), /MySQL or MariaDB/],
    ['mail', 'prefer', '220 mx.example.com ESMTP\r\n', /a mail or FTP server \("220 mx/],
    ['Redis', 'prefer', '-ERR unknown command\r\n', /Redis/],
    ['a TLS alert', 'prefer', Buffer.from('15030100020246', 'hex'), /speaks TLS from the first byte on/],
    ['memcached', 'disable', 'ERROR\r\nERROR\r\n', /another server \("ERROR"\)/],
    ['bytes', 'disable', Buffer.from('0001020304050607', 'hex'), /another server \(bytes 0001020304050607\)/],
  ];

  test.each(answers)('%s, sslmode=%s', async (_, sslmode, answer, expected) => {
    const other = await startOtherServer((socket) => socket.write(answer));
    const error = await refusal(await targetOf(urlOf(other.port, `sslmode=${sslmode}`)));
    expect(error.why).toMatch(new RegExp(`127.0.0.1:${other.port} is not PostgreSQL`));
    expect(error.why).toMatch(expected);
    expect(other.connections()).toBe(1);
  });

  test.each(['disable', 'prefer', 'require'])('an HTTP server, sslmode=%s', async (sslmode) => {
    const server = createHttpServer((_, response) => response.end('hello'));
    onTestFinished(() => void server.close());
    const { why } = await refusal(await targetOf(urlOf(await listen(server), `sslmode=${sslmode}`)));
    expect(why).toMatch(/an HTTP server \("HTTP\/1.1 400 Bad Request"\)/);
  });

  test.each(['disable', 'prefer'])('a server that expects TLS at once, sslmode=%s', async (sslmode) => {
    const server = createTlsServer();
    server.on('tlsClientError', () => undefined);
    onTestFinished(() => void server.close());
    const { why } = await refusal(await targetOf(urlOf(await listen(server), `sslmode=${sslmode}`)));
    expect(why).toMatch(/TLS from the first byte on|closed it without an answer|broke off the connection/);
  });
});

describe('what listens there does not go on', () => {
  /** Says yes to TLS, then this. */
  const afterYes = (words: string) => (socket: Socket) => {
    socket.once('data', () => {
      socket.write('S');
      socket.once('data', () => socket.write(words));
    });
  };
  const meetings: readonly (readonly [string, string, (socket: Socket) => void, RegExp])[] = [
    ['closes at once', 'disable', (socket) => socket.end(), /accepted the connection and closed it without an answer/],
    ['closes when asked for TLS', 'prefer', (socket) => socket.once('data', () => socket.end()), /closed it without/],
    ['resets', 'disable', (socket) => socket.once('data', () => socket.resetAndDestroy()), /broke off the connection/],
    ['never answers', 'disable', () => undefined, /accepted the connection and did not answer within 1 s/],
    ['never answers for TLS', 'require', () => undefined, /accepted the connection and did not answer within 1 s/],
    ['never begins with TLS', 'prefer', afterYes(''), /did not finish the TLS handshake within 1 s/],
    ['says no TLS after yes', 'prefer', afterYes('HTTP/1.1 400 Bad Request\r\n'), /wrong version number|TLS/],
    ['has no TLS', 'require', (socket) => socket.once('data', () => socket.write('N')), /does not speak TLS/],
    [
      'asks for Kerberos',
      'disable',
      (socket) => socket.once('data', () => socket.write(Buffer.from('520000000800000007', 'hex'))),
      /asks for a login with GSSAPI/,
    ],
    [
      'lets a client in and is silent then',
      'disable',
      (socket) => socket.once('data', () => socket.write(Buffer.from('520000000800000000', 'hex'))),
      /did not finish the login within 1 s/,
    ],
    [
      'is starting',
      'disable',
      (socket) => socket.once('data', () => socket.end(errorMessage('57P03', 'the database system is starting up'))),
      /takes no connections yet: The database system is starting up/,
    ],
  ];

  test.each(meetings)('it %s, sslmode=%s', async (_, sslmode, meet, expected) => {
    const other = await startOtherServer(meet);
    const error = await refusal(await targetOf(urlOf(other.port, `sslmode=${sslmode}`)));
    expect(error.why).toMatch(expected);
    expect(other.connections()).toBe(1);
    expect(JSON.stringify([error.message, error.why, error.fix, error.data])).not.toContain('hush');
  });

  test('packets fall, as to a host without a route', async () => {
    const before = process.cpuUsage();
    const { why } = await refusal(await targetOf(urlOf(await startBlackHole(), 'sslmode=disable')));
    const { user, system } = process.cpuUsage(before);
    expect(why).toMatch(/No answer from 127.0.0.1:\d+ within 1 s/);
    // A driver that dials again and again takes whatever the machine has left.
    expect((user + system) / 1e6).toBeLessThan(0.9);
  });
});

describe('of several hosts', () => {
  /** The test's server last in the list. */
  async function withOthers(ports: readonly number[], more: Partial<ConnectionTarget> = {}): Promise<ConnectionTarget> {
    const target = await targetOf(db.url);
    const others = ports.map((port) => ({ host: '127.0.0.1', port }));
    return { ...target, hosts: [...others, ...target.hosts], connectTimeoutMs: 3_000, ...more };
  }

  test('the first that answers is taken, though another one before it is silent', async () => {
    const silent = await startOtherServer(() => undefined);
    const session = await open(await withOthers([1, silent.port]));
    expect(await session.query(statement('select 1 as one'))).toEqual([{ one: 1 }]);
  });

  test('the reason of each is reported when none does, within the time of all', async () => {
    const [silent, closing] = [
      await startOtherServer(() => undefined),
      await startOtherServer((socket) => socket.end()),
    ];
    const hosts = `127.0.0.1:1,127.0.0.1:${silent.port},127.0.0.1:${closing.port}`;
    const error = await refusal(
      await targetOf(`postgres://ann:hush-hush@${hosts}/shop?connect_timeout=1&sslmode=disable`),
    );
    expect(error.why).toMatch(
      /^No server listens at 127.0.0.1:1\. 127.0.0.1:\d+ accepted .* did not answer within 0.5 s\. 127.0.0.1:\d+ .* closed it/,
    );
    expect(JSON.stringify([error.message, error.why, error.fix])).not.toContain('hush');
  });

  test('none is asked after one that refused the login', async () => {
    const next = await startOtherServer((socket) => socket.end());
    const refusing = await startOtherServer((socket) =>
      socket.once('data', () => socket.end(errorMessage('28P01', 'password authentication failed for user "ann"'))),
    );
    const hosts = `127.0.0.1:${refusing.port},127.0.0.1:${next.port}`;
    const { why } = await refusal(
      await targetOf(`postgres://ann:hush-hush@${hosts}/shop?connect_timeout=1&sslmode=disable`),
    );
    expect(why).toBe('Password authentication failed for user "ann".');
    expect(next.connections()).toBe(0);
  });

  test('one of the wanted kind is taken, and the kind of the others reported', async () => {
    const { why } = await refusal(await withOthers([1], { targetSessionAttrs: 'standby' }));
    expect(why).toMatch(/is a primary, read-write, and target_session_attrs=standby asks for another/);
    const session = await open(await withOthers([1], { targetSessionAttrs: 'prefer-standby' }));
    expect(session.pid).toBeGreaterThan(0);
  });
});

describe('a command that ends while it connects', () => {
  test('is interrupted, not failed', async () => {
    const stop = new AbortController();
    const silent = await startOtherServer(() => stop.abort());
    await expect(
      open({ ...(await targetOf(urlOf(silent.port))), connectTimeoutMs: 0 }, stop.signal),
    ).rejects.toMatchObject({
      code: 'MSGDB_INTERRUPTED',
    });
  });

  test('a setting that the server refuses is named', async () => {
    const target = await targetOf(db.url);
    const { why, fix } = await refusal({ ...target, settings: { statment_timeout: '0' } });
    expect([why, fix]).toEqual([
      'The server refused the setting statment_timeout: unrecognized configuration parameter "statment_timeout".',
      'Correct statment_timeout in the options of the connection, or leave it out.',
    ]);
  });
});

describe('a server that is starting', () => {
  /** What `doctor` and the others connect with, for so long. */
  async function look(target: ConnectionTarget, waitMs: number): Promise<readonly string[]> {
    const waits: string[] = [];
    const { settings, signal, now } = await makeContext(db, { settings: { waitMs } });
    const emit = (event: RunEvent): void => void (event.kind === 'waiting' && waits.push(event.message));
    await withWorkplace({ target, settings, signal, emit, now, command: 'look' }, async ({ session }) =>
      session.query(statement('select 1')),
    );
    return waits;
  }

  /** The test's server, behind what does this to the first connections. */
  async function startLate(first: readonly ((socket: Socket) => void)[]): Promise<ConnectionTarget> {
    const target = await targetOf(db.url);
    const [{ host, port } = { host: '', port: 0 }] = target.hosts;
    const comings = [...first];
    const late = await startOtherServer((socket) => {
      const answer = comings.shift();
      if (answer) return answer(socket);
      const upstream = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
      socket.pipe(upstream.on('error', () => socket.destroy())).pipe(socket);
    });
    return { ...target, hosts: [{ host: '127.0.0.1', port: late.port }] };
  }

  test('is waited for, whatever keeps it from answering', async () => {
    const target = await startLate([
      (socket) => socket.destroy(),
      (socket) => socket.once('data', () => socket.end(errorMessage('57P03', 'the database system is starting up'))),
    ]);
    expect(await look(target, 20_000)).toEqual([expect.stringMatching(/^waiting for the server: /)]);
  });

  test('is waited for no longer than asked, and only where asked', async () => {
    const nowhere = { ...(await targetOf(db.url)), hosts: [{ host: '127.0.0.1', port: 1 }] };
    const late = await look(nowhere, 700).catch((error: unknown) => error);
    expect(late).toMatchObject({
      code: 'MSGDB_CONNECTION_FAILED',
      message: expect.stringMatching(/^Cannot connect to .* Gave up after waiting 0.7 s \(--wait\)\.$/),
      fix: expect.stringContaining('--wait 60s'),
    });
    await expect(look(await startLate([(socket) => socket.destroy()]), 0)).rejects.toMatchObject({
      data: { starting: true },
    });
  });

  test('a login that is refused is reported at once', async () => {
    const refused = await startLate([
      (socket) => socket.once('data', () => socket.end(errorMessage('28P01', 'password authentication failed'))),
    ]);
    await expect(look(refused, 60_000)).rejects.toThrow(/^Cannot connect to [^()]+ \(named by the test\)\.$/);
  });
});

describe('a session that the server ends during the login', () => {
  test.each([
    ['pg_cancel_backend', /The server cancelled the login: Canceling statement due to user request/],
    ['pg_terminate_backend', /The server ended the connection during the login: Terminating connection/],
  ])('%s is reported as such', async (ending, expected) => {
    const [version] = await db.sql<{ number: number }[]>`select current_setting('server_version_num')::int as number`;
    // Login triggers came with 17.
    if (Number(version?.number) < 170_000) return;
    await db.sql.unsafe(`
      create or replace function linger() returns event_trigger language plpgsql as $$
        begin if current_setting('application_name') = 'msgdb: connecting' then perform pg_sleep(60); end if; end $$;
      create event trigger linger on login execute function linger()`);
    try {
      const refused = refusal(await targetOf(db.url));
      await expect
        .poll(
          async () =>
            (
              await db.sql.unsafe(`
          select ${ending}(pid) from pg_stat_activity
           where datname = current_database() and application_name = 'msgdb: connecting' and wait_event = 'PgSleep'`)
            ).length,
        )
        .toBe(1);
      expect((await refused).why).toMatch(expected);
    } finally {
      await db.sql.unsafe('drop event trigger linger');
    }
  });
});
