import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedServer, startEmbedded } from '../../src/embedded/index.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { connect } from '../support/database-url.ts';
import { freePort } from '../support/pgbouncer.ts';
import { testCacheDirectory } from '../support/server-binaries.ts';

/** Every character that a URL, a password file or a service file could take for its own. */
const NASTY = `p@ss:w/o?r#d %41&=+\\'"€`;
/** As RDS makes it for IAM: a signed URL, longer than any buffer that somebody thought was enough. */
const TOKEN = `shop.abc.eu-west-1.rds.amazonaws.com:5432/?Action=connect&DBUser=iam&X-Amz-Security-Token=${'Ab1%2F'.repeat(220)}&X-Amz-Signature=0a1b2c`;
const EXTERNAL = 'client';

let folder: string;
let server: EmbeddedServer;
let sql: postgres.Sql;
let port: number;
let certificates: Certificates;

/** A server that listens on the loopback, IPv4 and IPv6: with TLS, client certificates, SCRAM and passwords in clear text. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'msgdb-connections-'));
  await chmod(folder, 0o755);
  certificates = makeCertificates(folder, EXTERNAL);
  await writeFile(
    join(folder, 'hba.conf'),
    `local all postgres trust
     local all all scram-sha-256
     hostssl all ${EXTERNAL} all cert
     hostssl all iam all password
     host all ${EXTERNAL},iam all reject
     host all ghost all trust
     host all all all scram-sha-256\n`,
  );
  await chmod(certificates.client.key, 0o600);
  await chmod(certificates.server.key, 0o600);
  if (process.getuid?.() === 0) await chown(certificates.server.key, 65534, 65534);
  port = await freePort();
  server = await startEmbedded({
    cacheDirectory: testCacheDirectory,
    settings: {
      listen_addresses: '127.0.0.1,::1',
      port: String(port),
      ssl: 'on',
      ssl_ca_file: certificates.root,
      ssl_cert_file: certificates.server.cert,
      ssl_key_file: certificates.server.key,
      hba_file: join(folder, 'hba.conf'),
    },
  });
  sql = connect(server.url);
  const literal = (text: string): string => `e'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  await sql.unsafe(`create role ann login password ${literal(NASTY)}; create role ${EXTERNAL} login;
    create role iam login password ${literal(TOKEN)}`);
});

afterAll(async () => {
  await sql?.end();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What every run has to keep to itself, in whatever form. */
function expectNoPassword({ stdout, stderr }: CliResult): void {
  for (const secret of [NASTY, encodeURIComponent(NASTY), TOKEN, encodeURIComponent(TOKEN), 'X-Amz-Signature']) {
    expect(stdout + stderr).not.toContain(secret);
  }
}

/** Connects as a user does, and looks. */
async function look(url: string | undefined, env: Readonly<Record<string, string>> = {}): Promise<CliResult> {
  const result = await runCli(['status', '-d', folder, ...(url === undefined ? [] : ['-u', url])], {
    env: { HOME: folder, ...env },
  });
  expectNoPassword(result);
  return result;
}

async function expectConnected(
  url: string | undefined,
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const result = await look(url, env);
  expect([result.exitCode, result.stderr]).toEqual([0, expect.not.stringContaining('▲')]);
  return result;
}

async function expectRefused(url: string, said: RegExp): Promise<void> {
  const result = await look(url);
  expect(result.exitCode).toBe(3);
  expect((result.stdout + result.stderr).replaceAll(/\s+/g, ' ')).toMatch(said);
}

const login = `ann:${encodeURIComponent(NASTY)}`;
const at = (host: string, more = ''): string => `postgres://${login}@${host}:${port}/postgres?${more}`;

describe('TLS', () => {
  test('verify-full with the authority of the server: by name and by both addresses', async () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]']) {
      await expectConnected(at(host, `sslmode=verify-full&sslrootcert=${certificates.root}`));
    }
  });

  test('verify-full refuses a server of another name; verify-ca does not ask for it', async () => {
    const elsewhere = `host=db.example.com&hostaddr=127.0.0.1&port=${port}&sslrootcert=${certificates.root}`;
    const url = `postgres://${login}@/postgres?${elsewhere}`;
    await expectRefused(`${url}&sslmode=verify-full`, /db\.example\.com/);
    await expectConnected(`${url}&sslmode=verify-ca`);
  });

  test('an authority that has not signed the server is refused', async () => {
    await expectRefused(at('localhost', `sslmode=verify-full&sslrootcert=${certificates.stranger}`), /certificate/i);
  });

  test('a client certificate is the login; without it there is none', async () => {
    const url = `postgres://${EXTERNAL}@localhost:${port}/postgres?sslmode=verify-full&sslrootcert=${certificates.root}`;
    const { cert, key } = certificates.client;
    await expectConnected(`${url}&sslcert=${cert}&sslkey=${key}`);
    await expectRefused(url, /certificate/i);
  });

  test('as Neon writes it: channel_binding and endpoint options change nothing but a warning', async () => {
    const url = at('localhost', 'sslmode=require&channel_binding=require&options=endpoint%3Dep-cool-name-123456');
    const { stderr } = await expectConnected(url);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('channel_binding=require; write sslmode=verify-full');
  });
});

describe('where the password comes from', () => {
  test('percent-encoded in the URL; a wrong one is refused without being shown', async () => {
    await expectConnected(at('127.0.0.1', 'sslmode=disable'));
    await expectRefused(`postgres://ann:${encodeURIComponent(`${NASTY}x`)}@127.0.0.1:${port}/postgres`, /password/i);
  });

  test('a role that is not there has no password to give', async () => {
    const said = /why Role "ghost" does not exist\. fix Write another user .*create role "?ghost"? login;/;
    await expectRefused(`postgres://ghost@127.0.0.1:${port}/postgres`, said);
  });

  test('from .pgpass', async () => {
    const escaped = NASTY.replaceAll(/[\\:]/g, '\\$&');
    await writeFile(join(folder, '.pgpass'), `localhost:*:*:bob:nothing\n127.0.0.1:${port}:*:ann:${escaped}\n`, {
      mode: 0o600,
    });
    await expectConnected(`postgres://ann@127.0.0.1:${port}/postgres`);
    await rm(join(folder, '.pgpass'));
  });

  test('from PGPASSWORD, and from a keyword/value string', async () => {
    await expectConnected(undefined, {
      PGHOST: '127.0.0.1',
      PGPORT: String(port),
      PGUSER: 'ann',
      PGDATABASE: 'postgres',
      PGPASSWORD: NASTY,
    });
    const quoted = NASTY.replaceAll(/[\\']/g, '\\$&');
    await expectConnected(`host=127.0.0.1 port=${port} user=ann dbname=postgres password='${quoted}'`);
  });

  test('from a service file', async () => {
    const file = join(folder, 'services.conf');
    await writeFile(file, `[shop]\nhost=127.0.0.1\nport=${port}\nuser=ann\ndbname=postgres\npassword=${NASTY}\n`);
    await expectConnected(undefined, { PGSERVICE: 'shop', PGSERVICEFILE: file });
    await expectConnected('postgres://?service=shop', { PGSERVICEFILE: file });
  });

  test('a token of more than 1,000 characters with & and =, sent in clear text over TLS', async () => {
    expect(TOKEN.length).toBeGreaterThan(1_000);
    const url = `localhost:${port}/postgres?sslmode=verify-full&sslrootcert=${certificates.root}`;
    await expectConnected(`postgres://iam:${encodeURIComponent(TOKEN)}@${url}`);
    await expectConnected(`postgres://iam@${url}`, { PGPASSWORD: TOKEN });
    await expectRefused(`postgres://iam:${encodeURIComponent(TOKEN.slice(0, -1))}@${url}`, /password/i);
  });

  test('a token that is not percent-encoded is refused without a part of it being shown', async () => {
    const result = await look(`postgres://iam:${TOKEN}@localhost:${port}/postgres`);
    expect(result.exitCode).not.toBe(0);
  });
});

describe('several places', () => {
  test('a socket, and a host that does not answer before one that does', async () => {
    await expectConnected(server.url);
    const hosts = `127.0.0.1:1,[::1]:${port},127.0.0.1:${port}`;
    await expectConnected(`postgres://${login}@${hosts}/postgres?target_session_attrs=read-write`);
    await expectRefused(`postgres://${login}@${hosts}/postgres?target_session_attrs=standby`, /is a primary/);
  });
});
