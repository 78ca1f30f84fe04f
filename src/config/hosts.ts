import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectionHost } from '../model/connection.ts';
import { countOf } from '../model/count-of.ts';
import type { GivenKeywords } from './collect-keywords.ts';
import { urlInvalid } from './url-invalid.ts';

/** Where to connect to, and the name that certificates and password files know it by. */
export interface NamedHost extends ConnectionHost {
  readonly name: string;
}

/** Where PostgreSQL and the packages of Debian and Red Hat put their sockets. */
export const SOCKET_DIRECTORIES: readonly string[] = ['/var/run/postgresql', '/tmp'];

const DEFAULT_PORT = 5432;

/**
 * The hosts of a connection, from libpq's comma-separated lists. With no host at all it is a local socket that exists,
 * else localhost.
 * @throws MsgdbError MSGDB_URL_INVALID when the lists do not fit each other or a port is not a number.
 */
export async function resolveHosts(
  given: GivenKeywords,
  socketDirectories: readonly string[],
): Promise<readonly NamedHost[]> {
  const names = listOf(given, 'host');
  const addresses = listOf(given, 'hostaddr');
  const count = Math.max(names.length, addresses.length, 1);
  if (names.length > 0 && addresses.length > 0) fitLists(given, 'hostaddr', addresses.length, names.length);
  const ports = parsePorts(given, count);
  const hosts: NamedHost[] = [];
  for (let index = 0; index < count; index++) {
    const port = ports[index] ?? DEFAULT_PORT;
    const named = names[index] || addresses[index];
    const name = named || (await defaultHost(port, socketDirectories));
    hosts.push({ name, host: addresses[index] || name, port });
  }
  return hosts;
}

/** True when TLS is out of the question. */
export function isSocket(host: string): boolean {
  return host.startsWith('/');
}

function listOf(given: GivenKeywords, keyword: string): readonly string[] {
  return (
    given
      .get(keyword)
      ?.value.split(',')
      .map((item) => item.trim()) ?? []
  );
}

/** libpq: one port for all hosts, or one for each; an empty one is the default. */
function parsePorts(given: GivenKeywords, count: number): readonly number[] {
  const ports = listOf(given, 'port').map((text) => parsePort(given, text));
  if (ports.length > 1) fitLists(given, 'port', ports.length, count);
  return ports.length > 1 ? ports : Array.from({ length: count }, () => ports[0] ?? DEFAULT_PORT);
}

function parsePort(given: GivenKeywords, text: string): number {
  if (text === '') return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw urlInvalid(given.get('port')?.from ?? 'the port', {
    why: 'The port is not a number from 1 to 65535.',
    fix: 'Write the port as a number, such as 5432; if it belongs to the password, percent-encode that.',
  });
}

function fitLists(given: GivenKeywords, keyword: 'hostaddr' | 'port', found: number, count: number): void {
  if (found === count) return;
  throw urlInvalid(given.get(keyword)?.from ?? keyword, {
    why: `There ${count === 1 ? 'is' : 'are'} ${countOf(count, 'host')}, and ${countOf(found, 'value')} of ${keyword}.`,
    fix: `Give one ${keyword} for each host, separated by commas.`,
  });
}

async function defaultHost(port: number, socketDirectories: readonly string[]): Promise<string> {
  for (const directory of socketDirectories) {
    const there = await access(join(directory, `.s.PGSQL.${port}`)).then(
      () => true,
      () => false,
    );
    if (there) return directory;
  }
  return 'localhost';
}
