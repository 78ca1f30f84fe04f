import { startEmbedded } from '../src/embedded/index.ts';
import { statement } from '../src/model/statement.ts';
import { openSession, type Session } from '../src/session/open-session.ts';
import { clearingAway } from './clear-away.ts';

/** A throw-away server. */
export type Server = Awaited<ReturnType<typeof startEmbedded>>;

/** How the texts of a database are sorted: by a language of ICU (`en-US`), or by a locale of the system (`en_US.utf8`). */
export type Locale = string;

/** As initdb has it on most servers. */
export const USUAL_LOCALE: Locale = 'en-US';

/** The database that measurements begin with copies of. */
export const ORIGINAL = 'original';
/** Each of these copies. */
export const COPY = 'copy';

/** Works with a server that has memory for the tables, and no checkpoint in the middle of a measurement. */
export async function withServer<Result>(
  settings: Readonly<Record<string, string>>,
  work: (server: Server) => Promise<Result>,
): Promise<Result> {
  const server = await startEmbedded({
    settings: { shared_buffers: '1GB', max_wal_size: '16GB', checkpoint_timeout: '1h', ...settings },
  });
  return await clearingAway(
    () => server.stop(),
    () => work(server),
  );
}

/** Makes a fresh database: an empty one, or a copy of another, file by file (which writes no WAL). */
export async function recreate(server: Server, name: string, from: { locale: Locale } | { copyOf: string }) {
  const how = 'copyOf' in from ? `${from.copyOf} strategy file_copy` : empty(from);
  await within(server, 'postgres', async (session) => {
    await session.query(statement(`drop database if exists ${name}`));
    await session.query(statement(`create database ${name} template ${how}`));
  });
}

function empty({ locale }: { readonly locale: Locale }): string {
  return locale.includes('_')
    ? `template0 locale_provider libc locale '${locale}'`
    : `template0 locale_provider icu icu_locale '${locale}'`;
}

export async function within<Result>(
  { target }: Server,
  database: string,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await openSession({ ...target, database }, { purpose: 'bench' });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** How the program gets the URL of a database. */
export function at({ url }: Server, database: string): readonly string[] {
  return ['-u', url.replace('/postgres?', `/${database}?`)];
}

/** The same for the driver, where an application is played. */
export function socketOf({ target }: Server, database: string) {
  const [host] = target.hosts;
  return { host: host?.host ?? '', port: host?.port ?? 0, database, user: 'postgres', max: 1, onnotice: () => {} };
}
