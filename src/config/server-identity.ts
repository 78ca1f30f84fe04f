import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { TlsOptions } from '../model/connection.ts';
import type { GivenKeywords } from './collect-keywords.ts';

/**
 * The check of verify-full: the certificate must be for one of these names or addresses.
 *
 * postgres.js (3.4.9) hands an open socket to tls.connect and no server name for an address, and Node then checks the
 * certificate against "localhost". So the names are kept here.
 */
export function identityCheck(
  names: readonly string[],
): (hostname: string, cert: PeerCertificate) => Error | undefined {
  return (hostname, cert) => {
    const expected = names.includes(hostname) ? [hostname] : names;
    const failures = expected.map((name) => checkServerIdentity(name, cert));
    return failures.includes(undefined) ? undefined : failures[0];
  };
}

/** The name to announce (SNI): none with sslsni=0, and the host's when the connection goes to its hostaddr. */
export function serverName(given: GivenKeywords, names: readonly string[]): TlsOptions {
  if (given.get('sslsni')?.value === '0') return { servername: '' };
  const [name, ...others] = names;
  const announced = name !== undefined && others.length === 0 && isIP(name) === 0;
  return given.has('hostaddr') && announced ? { servername: name } : {};
}
