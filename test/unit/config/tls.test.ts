import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { type AddressInfo, connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { resolveTls } from '../../../src/config/tls.ts';
import type { Ssl } from '../../../src/model/connection.ts';
import { client, rootCertificate, server } from './certificates.ts';
import { errorOf } from './errors.ts';
import { withFolder } from './folder.ts';

const files = {
  'root.crt': rootCertificate,
  'client.crt': client.cert,
  'client.key': client.key,
  'encrypted.key': client.encryptedKey,
  'garbage.crt': 'not a certificate',
};

interface Asked {
  readonly keywords: Readonly<Record<string, string>>;
  readonly names?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

function resolveIn(folder: string, { keywords, names = ['db.example.com'] }: Asked) {
  const given = new Map(Object.entries(keywords).map(([name, value]) => [name, { value, from: 'DATABASE_URL' }]));
  return resolveTls(given, { names, baseDir: folder, home: join(folder, 'home') });
}

function resolved(asked: Asked) {
  return withFolder({ ...files, ...asked.files }, (folder) => resolveIn(folder, asked));
}

describe('sslmode as libpq means it', () => {
  const verified = { rejectUnauthorized: true };
  const withRoot = { sslrootcert: 'root.crt' };
  const homeRoot = { 'home/.postgresql/root.crt': rootCertificate };
  test.each<[string, Asked, unknown]>([
    ['nothing said prefers TLS', { keywords: {} }, 'prefer'],
    ['disable', { keywords: { sslmode: 'disable' } }, false],
    ['prefer', { keywords: { sslmode: 'prefer' } }, 'prefer'],
    ['allow is prefer, as postgres.js does not fall back on allow', { keywords: { sslmode: 'allow' } }, 'prefer'],
    ['require', { keywords: { sslmode: 'require' } }, 'require'],
    ["node-postgres' no-verify", { keywords: { sslmode: 'no-verify', ...withRoot } }, 'require'],
    ['require with a root certificate checks', { keywords: { sslmode: 'require', ...withRoot } }, verified],
    ['require with ~/.postgresql/root.crt checks', { keywords: { sslmode: 'require' }, files: homeRoot }, verified],
    ['prefer leaves ~/.postgresql/root.crt alone', { keywords: {}, files: homeRoot }, 'prefer'],
    ['verify-ca', { keywords: { sslmode: 'verify-ca', ...withRoot } }, verified],
    ['verify-full', { keywords: { sslmode: 'verify-full', ...withRoot } }, verified],
    ['the system’s authorities mean verify-full', { keywords: { sslrootcert: 'system' } }, verified],
  ])('%s', async (_, asked, ssl) => {
    const { ssl: found, warnings } = await resolved(asked);
    expect(warnings).toEqual([]);
    if (typeof ssl === 'object') expect(found).toMatchObject(ssl as object);
    else expect(found).toBe(ssl);
  });

  test.each([
    [{ sslmode: 'verfy-full' }, 'MSGDB_URL_INVALID', 'Write sslmode=verify-full.'],
    [{ sslmode: 'on' }, 'MSGDB_URL_INVALID', 'Choose one of them for sslmode.'],
    [{ sslmode: 'require', sslrootcert: 'system' }, 'MSGDB_URL_INVALID', 'Write sslmode=verify-full'],
    [{ sslmode: 'require', ssl_min_protocol_version: 'TLSv9' }, 'MSGDB_URL_INVALID', 'ssl_min_protocol_version'],
    [{ sslmode: 'verify-ca' }, 'MSGDB_TLS_FILE', 'sslrootcert=FILE'],
    [{ sslmode: 'verify-full', sslrootcert: 'missing.crt' }, 'MSGDB_TLS_FILE', 'correct sslrootcert'],
    [{ sslmode: 'verify-full', sslrootcert: 'garbage.crt' }, 'MSGDB_TLS_FILE', 'openssl x509'],
    [{ sslmode: 'require', sslcert: 'client.crt', sslkey: 'missing.key' }, 'MSGDB_TLS_FILE', 'correct sslkey'],
    [{ sslmode: 'require', sslcert: 'client.crt' }, 'MSGDB_TLS_FILE', 'correct sslkey'],
    [{ sslmode: 'require', sslcert: 'root.crt', sslkey: 'client.key' }, 'MSGDB_TLS_FILE', 'belong together'],
    [
      { sslmode: 'require', sslcert: 'client.crt', sslkey: 'encrypted.key', sslpassword: 'wrong' },
      'MSGDB_TLS_FILE',
      'sslpassword',
    ],
  ])('%j is refused', async (keywords, code, fix) => {
    const error = await errorOf(() => resolved({ keywords }));
    expect(error.code).toBe(code);
    expect(error.fix).toContain(fix);
  });

  test('a private key that others can read is refused, with the command that mends it', async () => {
    await withFolder(files, async (folder) => {
      await chmod(join(folder, 'client.key'), 0o644);
      const keywords = { sslmode: 'require', sslcert: 'client.crt', sslkey: 'client.key' };
      const error = await errorOf(() => resolveIn(folder, { keywords }));
      expect(error.code).toBe('MSGDB_TLS_FILE');
      expect(error.fix).toBe(`chmod 600 ${join(folder, 'client.key')}`);
    });
  });
});

describe('a client certificate', () => {
  const withKey = { sslcert: 'client.crt', sslkey: 'client.key' };
  const atHome = { 'home/.postgresql/postgresql.crt': client.cert, 'home/.postgresql/postgresql.key': client.key };

  test('goes with its key, from the files named', async () => {
    const { ssl } = await resolved({ keywords: { sslmode: 'require', ...withKey } });
    expect(ssl).toEqual({ cert: client.cert, key: client.key, rejectUnauthorized: false });
  });

  test('is found in ~/.postgresql, unless sslcertmode=disable', async () => {
    const { ssl } = await resolved({ keywords: { sslmode: 'require' }, files: atHome });
    expect(ssl).toEqual({ cert: client.cert, key: client.key, rejectUnauthorized: false });
    const keywords = { sslmode: 'require', sslcertmode: 'disable' };
    expect((await resolved({ keywords, files: atHome })).ssl).toBe('require');
  });

  test('may be named from the home directory', async () => {
    const keywords = { sslmode: 'verify-ca', sslrootcert: '~/certs/ca.pem' };
    const { ssl } = await resolved({ keywords, files: { 'home/certs/ca.pem': rootCertificate } });
    expect(ssl).toMatchObject({ ca: rootCertificate });
  });

  test('may have a key with a passphrase', async () => {
    const keywords = { sslmode: 'require', sslcert: 'client.crt', sslkey: 'encrypted.key', sslpassword: 'open-sesame' };
    expect((await resolved({ keywords })).ssl).toMatchObject({ passphrase: 'open-sesame' });
  });

  test('makes TLS required, and says so, when sslmode does not', async () => {
    const { ssl, warnings } = await resolved({ keywords: withKey });
    expect(ssl).toMatchObject({ cert: client.cert, rejectUnauthorized: false });
    expect(warnings).toEqual(['sslcert is given without sslmode=require; TLS is required all the same.']);
  });
});

test('a root certificate that nothing checks against gives a warning', async () => {
  const { ssl, warnings } = await resolved({ keywords: { sslrootcert: 'root.crt' } });
  expect(ssl).toBe('prefer');
  expect(warnings.join()).toContain('sslrootcert has no effect unless');
});

describe('the server that answers is', () => {
  const verifyFull = { sslmode: 'verify-full', sslrootcert: 'root.crt' };
  const verifyCa = { sslmode: 'verify-ca', sslrootcert: 'root.crt' };
  const foreign = { sslrootcert: 'root.crt', sslmode: 'verify-ca' };
  test.each<[string, Asked, string, boolean]>([
    ['accepted under its name', { keywords: verifyFull, names: ['db.example.com'] }, 'db.example.com', true],
    ['accepted under its address', { keywords: verifyFull, names: ['127.0.0.1'] }, '127.0.0.1', true],
    ['refused under another name', { keywords: verifyFull, names: ['other.example.com'] }, 'other.example.com', false],
    ['refused under another address', { keywords: verifyFull, names: ['127.0.0.2'] }, '127.0.0.2', false],
    ['accepted under another name by verify-ca', { keywords: verifyCa, names: ['other'] }, 'other', true],
    ['accepted at an address for its name', { keywords: { ...verifyFull, hostaddr: 'x' } }, '127.0.0.1', true],
    [
      'refused at an address for another',
      { keywords: { ...verifyFull, hostaddr: 'x' }, names: ['o'] },
      '127.0.0.1',
      false,
    ],
    ['accepted without SNI', { keywords: { ...verifyFull, sslsni: '0' } }, 'db.example.com', true],
    ['refused without SNI', { keywords: { ...verifyFull, sslsni: '0' }, names: ['other'] }, 'other', false],
    [
      'refused when another authority signed it',
      { keywords: foreign, files: { 'root.crt': client.cert } },
      'db.example.com',
      false,
    ],
  ])('%s', async (_, asked, host, accepted) => {
    const { ssl } = await resolved(asked);
    expect(await isAccepted(ssl, host)).toBe(accepted);
  });
});

/** Connects to a TLS server in the way postgres.js 3.4.9 does: an open socket, a server name unless it is an address. */
async function isAccepted(ssl: Ssl, host: string): Promise<boolean> {
  if (typeof ssl !== 'object') throw new Error('Expected TLS options.');
  const listener = createServer(server).listen(0, '127.0.0.1');
  try {
    await once(listener, 'listening');
    const socket = connectPlain((listener.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    const servername = /^[\d.]+$/.test(host) ? undefined : host;
    const secured = connect(Object.assign({ socket, servername }, ssl));
    return (await new Promise((resolve) => {
      secured.once('secureConnect', () => resolve(true)).once('error', () => resolve(false));
    }).finally(() => secured.destroy())) as boolean;
  } finally {
    listener.close();
  }
}
