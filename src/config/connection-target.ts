import { join } from 'node:path';
import type { ConnectionTarget, TargetSessionAttrs } from '../model/connection.ts';
import { nearest } from '../model/nearest.ts';
import type { GivenKeywords } from './collect-keywords.ts';
import { collectKeywords } from './collect-keywords.ts';
import type { Environment } from './config.ts';
import { isSocket, type NamedHost, resolveHosts } from './hosts.ts';
import { notHonoured } from './keywords.ts';
import type { ParsedUrl } from './parse-url.ts';
import { findPassword, type PasswordFound } from './pgpass.ts';
import { parseStartupOptions } from './startup-options.ts';
import { type ResolvedTls, resolveTls } from './tls.ts';
import { urlInvalid } from './url-invalid.ts';

/** libpq waits without a limit by default; a check before a deployment must not. */
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;

const SESSION_ATTRS: readonly TargetSessionAttrs[] = [
  'read-write',
  'read-only',
  'primary',
  'standby',
  'prefer-standby',
];

/** What a connection string leaves open is taken from here. */
export interface Surroundings {
  readonly env: Environment;
  /** Undefined: nothing is looked for in a home directory. */
  readonly home: string | undefined;
  /** Relative names of TLS files start here. */
  readonly baseDir: string;
  readonly osUser: string;
  readonly socketDirectories: readonly string[];
}

export interface ResolvedTarget {
  readonly target: ConnectionTarget;
  readonly warnings: readonly string[];
  readonly secrets: readonly string[];
}

/**
 * Completes a connection string from service file, PG variables, password file, TLS files and libpq's defaults.
 * @throws MsgdbError MSGDB_URL_INVALID, MSGDB_TLS_FILE, MSGDB_SERVICE_NOT_FOUND or MSGDB_CONFIG_INVALID.
 */
export async function resolveTarget(
  parsed: ParsedUrl,
  source: string,
  surroundings: Surroundings,
): Promise<ResolvedTarget> {
  const given = await collectKeywords(parsed.keywords, source, surroundings);
  const hosts = await resolveHosts(given, surroundings.socketDirectories);
  const user = given.get('user')?.value ?? surroundings.osUser;
  const database = given.get('dbname')?.value ?? user;
  const { password, warnings: ofPassword } = await choosePassword(given, { hosts, user, database }, surroundings);
  const { ssl, warnings: ofTls } = await chooseTls(given, hosts, surroundings);
  const { settings, warnings: ofOptions } = chooseSettings(given);
  const targetSessionAttrs = chooseSessionAttrs(given);
  const target: ConnectionTarget = {
    hosts: hosts.map(({ host, port }) => ({ host, port })),
    database,
    user,
    ...(password ? { password } : {}),
    ssl,
    settings,
    connectTimeoutMs: chooseConnectTimeout(given),
    ...(targetSessionAttrs ? { targetSessionAttrs } : {}),
    source,
    label: labelOf(hosts, user, database),
  };
  const ofKeywords = [...given].map(([keyword, { value }]) => notHonoured(keyword, value)).filter(isText);
  return {
    target,
    warnings: [...parsed.warnings, ...ofKeywords, ...ofPassword, ...ofTls, ...ofOptions],
    secrets: [password, given.get('sslpassword')?.value].filter(isText),
  };
}

function isText(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

interface Login {
  readonly hosts: readonly NamedHost[];
  readonly user: string;
  readonly database: string;
}

/** With several hosts, the password of the first one that the password file knows is taken for all. */
async function choosePassword(
  given: GivenKeywords,
  { hosts, user, database }: Login,
  { home, socketDirectories }: Surroundings,
): Promise<PasswordFound> {
  const password = given.get('password')?.value;
  if (password !== undefined) return { password, warnings: [] };
  const file = given.get('passfile')?.value ?? (home && join(home, '.pgpass'));
  let found: PasswordFound = { warnings: [] };
  if (file === undefined) return found;
  for (const { name, port } of hosts) {
    // libpq: a socket in the default directory is "localhost" in the password file, another one its directory.
    const host = socketDirectories.includes(name) ? 'localhost' : name;
    found = await findPassword(file, { host, port, database, user });
    if (found.password !== undefined) break;
  }
  return found;
}

async function chooseTls(
  given: GivenKeywords,
  hosts: readonly NamedHost[],
  { baseDir, home }: Surroundings,
): Promise<ResolvedTls> {
  const names = hosts.filter(({ host }) => !isSocket(host)).map(({ name }) => name);
  return names.length === 0 ? { ssl: false, warnings: [] } : resolveTls(given, { names, baseDir, home });
}

function chooseSettings(given: GivenKeywords) {
  const options = given.get('options');
  const parsed = options ? parseStartupOptions(options.value, options.from) : { settings: {}, warnings: [] };
  const name = given.get('application_name') ?? given.get('fallback_application_name');
  return {
    settings: { ...parsed.settings, ...(name ? { application_name: name.value } : {}) },
    warnings: parsed.warnings,
  };
}

/** libpq: whole seconds; zero or less waits for ever. */
function chooseConnectTimeout(given: GivenKeywords): number {
  const wanted = given.get('connect_timeout');
  if (!wanted) return DEFAULT_CONNECT_TIMEOUT_MS;
  if (/^-?\d{1,6}$/.test(wanted.value)) return Math.max(0, Number(wanted.value)) * 1000;
  throw urlInvalid(wanted.from, {
    why: 'The value of connect_timeout is not a whole number of seconds.',
    fix: 'Write a number of seconds, such as connect_timeout=10.',
  });
}

function chooseSessionAttrs(given: GivenKeywords): TargetSessionAttrs | undefined {
  const wanted = given.get('target_session_attrs');
  if (!wanted || wanted.value === 'any') return undefined;
  const known = SESSION_ATTRS.find((value) => value === wanted.value);
  if (known) return known;
  const near = nearest(wanted.value, SESSION_ATTRS);
  throw urlInvalid(wanted.from, {
    why: `The value of target_session_attrs is not one of any, ${SESSION_ATTRS.join(', ')}.`,
    fix: `Write target_session_attrs=${near ?? 'read-write'}.`,
  });
}

function labelOf(hosts: readonly NamedHost[], user: string, database: string): string {
  const places = hosts.map(({ name, port }) => `${name.includes(':') ? `[${name}]` : name}:${port}`);
  return `${user}@${places.join(',')}/${database}`;
}
