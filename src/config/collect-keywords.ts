import type { Environment } from './config.ts';
import type { Keywords } from './keywords.ts';
import { readService } from './service-file.ts';

/** One connection setting and where it comes from, for messages. */
export interface Given {
  readonly value: string;
  readonly from: string;
}

/** Connection settings by libpq's keyword; never an empty value. */
export type GivenKeywords = ReadonlyMap<string, Given>;

/** libpq's environment variables that are read, and the keyword each one stands for. */
const PG_VARIABLES = {
  PGHOST: 'host',
  PGHOSTADDR: 'hostaddr',
  PGPORT: 'port',
  PGDATABASE: 'dbname',
  PGUSER: 'user',
  PGPASSWORD: 'password',
  PGPASSFILE: 'passfile',
  PGAPPNAME: 'application_name',
  PGOPTIONS: 'options',
  PGCONNECT_TIMEOUT: 'connect_timeout',
  PGTARGETSESSIONATTRS: 'target_session_attrs',
  PGCHANNELBINDING: 'channel_binding',
  PGSSLMODE: 'sslmode',
  PGSSLROOTCERT: 'sslrootcert',
  PGSSLCERT: 'sslcert',
  PGSSLKEY: 'sslkey',
  PGSSLCRL: 'sslcrl',
  PGSSLSNI: 'sslsni',
  PGSSLMINPROTOCOLVERSION: 'ssl_min_protocol_version',
  PGSSLMAXPROTOCOLVERSION: 'ssl_max_protocol_version',
} as const;

/**
 * All settings of one connection, in libpq's order: the connection string, then its service (or PGSERVICE), then the
 * PG variables.
 * @throws MsgdbError MSGDB_SERVICE_NOT_FOUND, MSGDB_CONFIG_INVALID (a bad line in a service file).
 */
export async function collectKeywords(
  keywords: Keywords,
  source: string,
  { env, home }: { readonly env: Environment; readonly home: string | undefined },
): Promise<GivenKeywords> {
  const given = new Map<string, Given>();
  addMissing(given, entriesOf(keywords, source));
  const service = given.get('service')?.value ?? env.PGSERVICE;
  if (service) {
    const file = given.get('servicefile')?.value;
    const ofService = await readService({ service, env, home, ...(file ? { file } : {}) });
    addMissing(given, entriesOf(ofService, `service ${service}`));
  }
  addMissing(
    given,
    Object.entries(PG_VARIABLES).map(([from, keyword]) => [keyword, { value: env[from] ?? '', from }]),
  );
  return given;
}

type Entry = readonly [keyword: string, given: Given];

function entriesOf(keywords: Keywords, from: string): readonly Entry[] {
  return Object.entries(keywords).map(([keyword, value]) => [keyword, { value, from }]);
}

/**
 * An address never replaces a host that an earlier source named: with `postgres://prod/shop`, libpq would go wherever a
 * left-over PGHOSTADDR points, and msgdb deletes rows.
 */
function addMissing(given: Map<string, Given>, entries: readonly Entry[]): void {
  const hostKnown = given.has('host');
  for (const [keyword, entry] of entries) {
    if (entry.value === '' || given.has(keyword) || (keyword === 'hostaddr' && hostKnown)) continue;
    given.set(keyword, entry);
  }
}
