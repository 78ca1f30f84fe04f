import postgres from 'postgres';

/** scheme://user:password@, host:port, database, parameters: `new URL` rejects libpq's empty host. */
const DATABASE_URL = /^(postgres(?:ql)?:\/\/)(?:([^@/?]*)@)?([^/?]*)(?:\/([^?]*))?(\?.*)?$/;

/** A client for assertions, for a URL as libpq takes it, unix sockets included. */
export function connect(url: string, options: postgres.Options<Record<string, never>> = {}): postgres.Sql {
  const all = { max: 1, onnotice: () => {}, ...options };
  const { host, params } = parse(url);
  const socket = new URLSearchParams(params).get('host');
  if (host !== '' || socket === null) return postgres(url, all);
  const { user, password, database } = parse(url);
  return postgres({
    ...all,
    host: socket,
    port: Number(new URLSearchParams(params).get('port') ?? 5432),
    user,
    ...(password === undefined ? {} : { password }),
    database,
  });
}

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const { scheme, credentials, host, params } = parse(url);
  return `${scheme}${credentials}${host}/${encodeURIComponent(database)}${params}`;
}

/** The same database, another login. */
export function withLogin(url: string, user: string, password: string): string {
  const { scheme, host, database, params } = parse(url);
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
  return `${scheme}${login}${host}/${encodeURIComponent(database)}${params}`;
}

function parse(url: string) {
  const match = DATABASE_URL.exec(url);
  if (match === null) throw new Error('not a PostgreSQL URL (postgresql://user@host/database)');
  const [, scheme = '', login, host = '', database = '', params = ''] = match;
  const [user, password] = (login ?? 'postgres').split(':').map(decodeURIComponent);
  return {
    scheme,
    credentials: login === undefined ? '' : `${login}@`,
    user: user ?? 'postgres',
    password,
    host,
    database: decodeURIComponent(database) || 'postgres',
    params,
  };
}
