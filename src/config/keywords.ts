import { nearest } from '../model/nearest.ts';

/** Connection settings under libpq's names: `host`, `port`, `dbname`, `sslmode` … */
export type Keywords = Readonly<Record<string, string>>;

/** Understood here and acted on. */
const USED = [
  ...['service', 'servicefile', 'user', 'password', 'passfile', 'dbname', 'host', 'hostaddr', 'port'],
  ...['connect_timeout', 'application_name', 'fallback_application_name', 'options', 'target_session_attrs'],
  ...['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslpassword', 'sslcrl', 'sslsni', 'sslcertmode'],
  ...['ssl_min_protocol_version', 'ssl_max_protocol_version'],
];

/** libpq's own that change nothing for msgdb: leaving them out is safe and needs no word. */
const WITHOUT_EFFECT = [
  ...['keepalives', 'keepalives_idle', 'keepalives_interval', 'keepalives_count', 'tcp_user_timeout'],
  ...['krbsrvname', 'gsslib', 'gssdelegation', 'load_balance_hosts', 'sslcompression', 'sslnegotiation'],
  ...['sslkeylogfile', 'min_protocol_version', 'max_protocol_version'],
];

/** libpq's own that the driver cannot honour, with the values that ask for nothing it does not do anyway. */
const NOT_HONOURED: Readonly<Record<string, readonly string[]>> = {
  channel_binding: ['disable', 'prefer'],
  client_encoding: ['auto', 'utf8', 'utf-8', 'unicode'],
  gssencmode: ['disable', 'prefer'],
  replication: ['false', 'off', 'no', '0'],
  require_auth: [],
  requirepeer: [],
  sslcrldir: [],
};

/**
 * Settings of other programs (Prisma, Supabase, asyncpg, node-postgres) found in URLs; the server must not see them.
 */
const FOREIGN = [
  ...['schema', 'pgbouncer', 'connection_limit', 'pool_timeout', 'socket_timeout', 'sslaccept', 'sslidentity', 'supa'],
  ...['statement_cache_size', 'prepared_statement_cache_size', 'uselibpqcompat', 'pool_size', 'workaround'],
];

export const LIBPQ_KEYWORDS: ReadonlySet<string> = new Set([...USED, ...WITHOUT_EFFECT, ...Object.keys(NOT_HONOURED)]);

/** What a URL may carry without a warning about its name. */
export const URL_PARAMETERS: ReadonlySet<string> = new Set([...LIBPQ_KEYWORDS, ...FOREIGN]);

/** A warning when leaving a known parameter out changes what was asked for; undefined when it does not. */
export function notHonoured(name: string, value: string): string | undefined {
  if (name === 'sslaccept' && value === 'strict') {
    return 'sslaccept=strict is a setting of Prisma and is not used; write sslmode=verify-full to check the certificate.';
  }
  const harmless = Object.hasOwn(NOT_HONOURED, name) ? NOT_HONOURED[name] : undefined;
  if (!harmless || harmless.includes(value.toLowerCase())) return undefined;
  if (name === 'channel_binding') {
    return 'The driver cannot do channel_binding=require; write sslmode=verify-full in its place to be sure of the server.';
  }
  return `${name} asks for something the driver cannot do; the connection is made without it.`;
}

/** What to say about an unknown parameter; its value is never shown. */
export function unknownParameter(name: string): string {
  const near = nearest(name, LIBPQ_KEYWORDS);
  const advice = near ? ` Did you mean "${near}"?` : ' A server setting is written options=-c%20name=value.';
  return `The parameter "${name}" is not one of libpq's and is not sent to the server.${advice}`;
}
