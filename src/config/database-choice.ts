import { join, resolve } from 'node:path';
import type { DatabaseChoice } from '../model/connection.ts';
import { MsgdbError } from '../model/errors.ts';
import { resolveTarget, type Surroundings } from './connection-target.ts';
import type { NamedDatabase } from './database-url.ts';
import { type ParsedUrl, parseUrl } from './parse-url.ts';

/** What comes with the choice of a database. */
export interface ResolvedDatabase {
  readonly database: DatabaseChoice;
  /** Prisma's `?schema=`. */
  readonly urlSchema?: string;
  readonly warnings: readonly string[];
  readonly secrets: readonly string[];
}

/** Turns the database that was named into one that can be connected to; what prevents it becomes a value. */
export async function resolveDatabase(
  named: NamedDatabase,
  surroundings: Omit<Surroundings, 'baseDir'>,
): Promise<ResolvedDatabase> {
  if (named.kind === 'none') return none(noDatabase(named.variables));
  if (named.kind === 'embedded') {
    const directory = named.directory === true ? join('.msgdb', 'postgres') : named.directory;
    return { database: { kind: 'embedded', directory: resolve(named.baseDir, directory) }, warnings: [], secrets: [] };
  }
  try {
    const parsed: ParsedUrl = named.kind === 'url' ? parseUrl(named.url, named.source) : { keywords: {}, warnings: [] };
    const { target, warnings, secrets } = await resolveTarget(inDatabase(parsed, named.database), named.source, {
      ...surroundings,
      baseDir: named.baseDir,
    });
    const urlSchema = parsed.schema === undefined ? {} : { urlSchema: parsed.schema };
    return { database: { kind: 'url', target }, ...urlSchema, warnings, secrets };
  } catch (error) {
    if (error instanceof MsgdbError) return none(error);
    throw error;
  }
}

function inDatabase(parsed: ParsedUrl, database: string | undefined): ParsedUrl {
  return database === undefined ? parsed : { ...parsed, keywords: { ...parsed.keywords, dbname: database } };
}

function none(error: MsgdbError): ResolvedDatabase {
  return { database: { kind: 'none', error }, warnings: [], secrets: [] };
}

function noDatabase(variables: readonly string[]): MsgdbError {
  return new MsgdbError('MSGDB_NO_DATABASE', {
    what: 'No database is named.',
    why: `Neither --database-url nor ${variables.join(', ')} nor PGSERVICE, PGHOST or PGDATABASE is set, in the environment or in .env, and no msgdb.config file has a databaseUrl.`,
    fix: 'Set MSGDB_DATABASE_URL=postgresql://user:password@host:5432/database, or try it with --embedded.',
  });
}
