import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { Ssl, TlsOptions } from '../model/connection.ts';
import { MsgdbError } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import type { Given, GivenKeywords } from './collect-keywords.ts';
import { identityCheck, serverName } from './server-identity.ts';
import type { TlsSurroundings } from './tls-files.ts';
import { clientCertificate, revocations, rootCertificates } from './tls-files.ts';
import { urlInvalid } from './url-invalid.ts';

const MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
type Mode = (typeof MODES)[number];

const VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

export interface ResolvedTls {
  readonly ssl: Ssl;
  readonly warnings: readonly string[];
}

/**
 * The `ssl` value for postgres.js that does what sslmode and its companions mean to libpq.
 * @throws MsgdbError MSGDB_TLS_FILE for a file that is missing or unusable, MSGDB_URL_INVALID for a setting that is
 *   none of libpq's.
 */
export async function resolveTls(given: GivenKeywords, surroundings: TlsSurroundings): Promise<ResolvedTls> {
  const mode = chooseMode(given);
  if (mode === 'disable') return { ssl: false, warnings: [] };
  if (mode === 'allow' || mode === 'prefer') return opportunisticTls(given, surroundings);
  const ca = given.get('sslmode')?.value === 'no-verify' ? undefined : await rootCertificates(given, surroundings);
  const client = await clientOptions(given, surroundings, 'with defaults');
  if (mode === 'require' && ca === undefined) {
    const plain = Object.keys(client).length === 0;
    return { ssl: plain ? 'require' : checked({ ...client, rejectUnauthorized: false }), warnings: [] };
  }
  if (ca === undefined) throw noRootCertificate(mode, surroundings);
  const checkServerIdentity = mode === 'verify-full' ? identityCheck(surroundings.names) : () => undefined;
  const crl = await revocations(given, surroundings);
  const ssl = { ...client, ...ca, ...crl, rejectUnauthorized: true, checkServerIdentity };
  return { ssl: checked(ssl), warnings: [] };
}

function chooseMode(given: GivenKeywords): Mode {
  const sslmode = given.get('sslmode');
  const system = given.get('sslrootcert')?.value === 'system';
  if (!sslmode) return system ? 'verify-full' : 'prefer';
  // node-postgres calls encryption without a check "no-verify".
  const mode = sslmode.value === 'no-verify' ? 'require' : MODES.find((known) => known === sslmode.value);
  if (!mode) throw notOneOf('sslmode', sslmode, MODES);
  if (system && mode !== 'verify-full') {
    throw urlInvalid(sslmode.from, {
      why: `sslrootcert=system trusts every public certificate, so sslmode=${mode} would accept any server.`,
      fix: 'Write sslmode=verify-full, or leave sslmode out.',
    });
  }
  return mode;
}

function notOneOf(keyword: string, { value, from }: Given, known: readonly string[]): MsgdbError {
  const near = nearest(value, known);
  return urlInvalid(from, {
    why: `The value of ${keyword} is not one of ${known.join(', ')}.`,
    fix: near ? `Write ${keyword}=${near}.` : `Choose one of them for ${keyword}.`,
  });
}

/** Encryption without a promise: postgres.js falls back to none only for the plain word `prefer`. */
async function opportunisticTls(given: GivenKeywords, surroundings: TlsSurroundings): Promise<ResolvedTls> {
  const asksForTls = ['sslcert', 'ssl_min_protocol_version', 'ssl_max_protocol_version'].find((name) =>
    given.has(name),
  );
  if (asksForTls) {
    const client = await clientOptions(given, surroundings, 'as given');
    const warning = `${asksForTls} is given without sslmode=require; TLS is required all the same.`;
    return { ssl: checked({ ...client, rejectUnauthorized: false }), warnings: [warning] };
  }
  const unchecked = ['sslrootcert', 'sslcrl'].find((name) => given.has(name));
  const warning = `${unchecked} has no effect unless sslmode is require, verify-ca or verify-full.`;
  return { ssl: 'prefer', warnings: unchecked ? [warning] : [] };
}

async function clientOptions(
  given: GivenKeywords,
  surroundings: TlsSurroundings,
  files: 'with defaults' | 'as given',
): Promise<TlsOptions> {
  return {
    ...(await clientCertificate(given, surroundings, files)),
    ...version('minVersion', 'ssl_min_protocol_version', given),
    ...version('maxVersion', 'ssl_max_protocol_version', given),
    ...serverName(given, surroundings.names),
  };
}

function version(option: 'minVersion' | 'maxVersion', keyword: string, given: GivenKeywords): TlsOptions {
  const wanted = given.get(keyword);
  if (!wanted) return {};
  const found = VERSIONS.find((known) => known.toLowerCase() === wanted.value.toLowerCase());
  if (!found) throw notOneOf(keyword, wanted, VERSIONS);
  return { [option]: found };
}

/** Lets OpenSSL read certificates and key now, where the error can still be explained. */
function checked(ssl: TlsOptions): TlsOptions {
  try {
    createSecureContext({ ...ssl });
    return ssl;
  } catch (error) {
    throw new MsgdbError('MSGDB_TLS_FILE', {
      what: 'The TLS certificates and key cannot be used together.',
      why: `OpenSSL says: ${error instanceof Error ? error.message : 'unknown error'}.`,
      fix: 'Check that sslcert and sslkey are PEM files, that key and certificate belong together, and sslpassword.',
    });
  }
}

function noRootCertificate(mode: Mode, { home }: TlsSurroundings): MsgdbError {
  return new MsgdbError('MSGDB_TLS_FILE', {
    what: `sslmode=${mode} has no root certificate to check the server against.`,
    why: `sslrootcert is not given${home === undefined ? '' : ` and ${join(home, '.postgresql', 'root.crt')} does not exist`}.`,
    fix: 'Add sslrootcert=FILE with the certificate of your provider, or sslrootcert=system for a public one.',
  });
}
