import { X509Certificate } from 'node:crypto';
import { access, readFile, stat } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import * as tls from 'node:tls';
import type { TlsOptions } from '../model/connection.ts';
import { MsgdbError } from '../model/errors.ts';
import type { Given, GivenKeywords } from './collect-keywords.ts';

/** What libpq's TLS settings refer to. */
export interface TlsSurroundings {
  /** The names the server is known by: its certificate is checked against them. */
  readonly names: readonly string[];
  /** Relative file names start here. */
  readonly baseDir: string;
  /** Undefined: nothing is looked for there. */
  readonly home: string | undefined;
}

/** The certificates that sslrootcert, or ~/.postgresql/root.crt, trusts; undefined when there are none. */
export async function rootCertificates(given: GivenKeywords, at: TlsSurroundings): Promise<TlsOptions | undefined> {
  const named = given.get('sslrootcert');
  if (named?.value === 'system') return systemCertificates();
  const ca = named ? await readPem('sslrootcert', named, at) : await readDefault('root.crt', at);
  if (ca === undefined) return undefined;
  refuseOtherFormats(ca, named?.value ?? 'root.crt');
  return { ca };
}

/** OpenSSL accepts a file without certificates without an error, and then trusts no server. */
function refuseOtherFormats(ca: string, file: string): void {
  try {
    new X509Certificate(ca);
  } catch {
    throw new MsgdbError('MSGDB_TLS_FILE', {
      what: `The root certificate file ${file} does not begin with a certificate in PEM form.`,
      why: 'A PEM file has lines -----BEGIN CERTIFICATE-----; it may be in binary (DER) form or be something else.',
      fix: `Convert it with: openssl x509 -inform der -in ${file} -out root.pem`,
      data: { file },
    });
  }
}

/** Node reads the operating system's store since 22.15; before that its own list of public authorities is used. */
function systemCertificates(): TlsOptions {
  const read = (tls as { readonly getCACertificates?: (type: 'default' | 'system') => string[] }).getCACertificates;
  return read ? { ca: [...read('default'), ...read('system')] } : {};
}

/** The revocation list of sslcrl, or ~/.postgresql/root.crl. */
export async function revocations(given: GivenKeywords, at: TlsSurroundings): Promise<TlsOptions> {
  const named = given.get('sslcrl');
  const crl = named ? await readPem('sslcrl', named, at) : await readDefault('root.crl', at);
  return crl === undefined ? {} : { crl };
}

/**
 * The client certificate and its key. `as given` leaves the files in ~/.postgresql alone.
 * @throws MsgdbError MSGDB_TLS_FILE when a file is missing or the key is open to others.
 */
export async function clientCertificate(
  given: GivenKeywords,
  at: TlsSurroundings,
  files: 'with defaults' | 'as given',
): Promise<TlsOptions> {
  if (given.get('sslcertmode')?.value === 'disable') return {};
  const named = given.get('sslcert');
  if (!named && files === 'as given') return {};
  const cert = named ? await readPem('sslcert', named, at) : await readDefault('postgresql.crt', at);
  if (cert === undefined) return {};
  const passphrase = given.get('sslpassword')?.value;
  const key = await readKey(given.get('sslkey'), at);
  return { cert, key, ...(passphrase ? { passphrase } : {}) };
}

async function readKey(named: Given | undefined, at: TlsSurroundings): Promise<string> {
  const origin = named ?? defaultKey(at);
  const file = locate(origin.value, at);
  const info = await stat(file).catch(() => undefined);
  // As libpq: private to its owner, or root's and readable by a group.
  const forbidden = info?.uid === 0 ? 0o037 : 0o077;
  if (info && platform() !== 'win32' && (info.mode & forbidden) !== 0) {
    throw new MsgdbError('MSGDB_TLS_FILE', {
      what: `The private key ${file} is open to other users.`,
      why: 'A private key that others can read is not used, as with psql.',
      fix: `chmod 600 ${file}`,
      data: { file },
    });
  }
  return readPem('sslkey', origin, at);
}

function defaultKey({ home }: TlsSurroundings): Given {
  if (home !== undefined) return { value: join(home, '.postgresql', 'postgresql.key'), from: 'the client certificate' };
  throw new MsgdbError('MSGDB_TLS_FILE', {
    what: 'sslcert is given without sslkey.',
    why: 'A certificate is of use with its private key alone.',
    fix: 'Add sslkey=FILE to the connection string.',
    data: { keyword: 'sslkey' },
  });
}

async function readPem(keyword: string, { value, from }: Given, at: TlsSurroundings): Promise<string> {
  const file = locate(value, at);
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new MsgdbError('MSGDB_TLS_FILE', {
      what: `The file of ${keyword}, ${file}, cannot be read (${error.code ?? 'unknown error'}).`,
      why: `It is asked for by ${from}; a relative name starts from ${at.baseDir}.`,
      fix: `Put the file there, or correct ${keyword}.`,
      data: { keyword, file },
    });
  });
}

/** One of the files libpq takes from ~/.postgresql when nothing else is said. */
async function readDefault(name: string, at: TlsSurroundings): Promise<string | undefined> {
  if (at.home === undefined) return undefined;
  const file = join(at.home, '.postgresql', name);
  const there = await access(file).then(
    () => true,
    () => false,
  );
  return there ? readPem(name, { value: file, from: 'default' }, at) : undefined;
}

/** A shell does not expand "~" inside a URL, so it is done here. */
function locate(file: string, { baseDir, home }: TlsSurroundings): string {
  if (file.startsWith('~/')) return join(home ?? homedir(), file.slice(2));
  return isAbsolute(file) ? file : resolve(baseDir, file);
}
