import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MsgdbError } from '../model/errors.ts';
import type { Config, Environment } from './config.ts';
import { currentUser } from './current-user.ts';
import { resolveDatabase } from './database-choice.ts';
import { chooseDatabase } from './database-url.ts';
import { deepFreeze } from './deep-freeze.ts';
import { SOCKET_DIRECTORIES } from './hosts.ts';
import { mergeSettings } from './settings/merge-settings.ts';
import { parseUserConfig } from './settings/parse-user-config.ts';
import type { Settings } from './settings/settings.ts';

/** What a program has given the library. */
export interface GivenOptions {
  /** As a config file would export them. */
  readonly settings: unknown;
  readonly url: string | undefined;
  readonly cwd: string | URL | undefined;
  /** Undefined: the connection is completed from nothing. */
  readonly env: Environment | undefined;
}

/** Where no folder is given, relative names would start here; those are refused. */
const NOWHERE = '/';

const SOURCE = 'createMsgdb';

/**
 * The configuration of one call of the library: `url` > the environment that was given > settings > default. No file is
 * searched for, and nothing of the process is read that was not given.
 * @throws MsgdbError MSGDB_CONFIG_INVALID
 */
export async function configureLibrary({ settings: given, url, cwd, env }: GivenOptions): Promise<Config> {
  const settings = parseUserConfig(given, SOURCE);
  const base = baseOf(cwd);
  if (base === undefined) refuseRelative(settings);
  const projectDir = base ?? NOWHERE;
  const named = chooseDatabase({
    flags: url === undefined ? {} : { databaseUrl: url },
    env: env ?? {},
    dotenv: { values: {}, warnings: [] },
    file: settings,
    fileName: SOURCE,
    cwd: projectDir,
    projectDir,
  });
  const { database, urlSchema, warnings, secrets } = await resolveDatabase(
    named.kind === 'url' && url !== undefined ? { ...named, source: `the url of ${SOURCE}` } : named,
    {
      env: env ?? {},
      home: env && (env.HOME || homedir()),
      osUser: currentUser(),
      socketDirectories: SOCKET_DIRECTORIES,
    },
  );
  return deepFreeze({
    database: database.kind === 'none' && named.kind === 'none' ? { kind: 'none', error: noDatabase() } : database,
    ...mergeSettings({}, settings, { cwd: projectDir, projectDir, urlSchema }),
    projectDir,
    warnings,
    secrets,
  });
}

function baseOf(cwd: string | URL | undefined): string | undefined {
  if (cwd === undefined) return undefined;
  const path = cwd instanceof URL || cwd.startsWith('file:') ? fileURLToPath(cwd) : cwd;
  if (isAbsolute(path)) return path;
  throw new MsgdbError('MSGDB_CONFIG_INVALID', {
    what: `cwd of ${SOURCE} is "${path}", which is not an absolute path.`,
    why: 'Relative paths of the other options start there; the library does not read process.cwd() by itself.',
    fix: `Write cwd: process.cwd(), or cwd: new URL('.', import.meta.url).`,
    data: { keys: ['cwd'] },
  });
}

function refuseRelative({ migrationsDir, embedded, sources = [] }: Settings): void {
  const paths = { migrationsDir, embedded: embedded === true ? '.msgdb/postgres' : embedded, sources: sources[0] };
  const [name] = Object.entries(paths).find(([, path]) => typeof path === 'string' && !isAbsolute(path)) ?? [];
  if (name === undefined) return;
  throw new MsgdbError('MSGDB_CONFIG_INVALID', {
    what: `${name} of ${SOURCE} is a relative path, and there is no cwd.`,
    why: 'The library does not read process.cwd() by itself.',
    fix: `Add cwd: process.cwd() or cwd: new URL('.', import.meta.url), or write an absolute path.`,
    data: { keys: [name] },
  });
}

function noDatabase(): MsgdbError {
  return new MsgdbError('MSGDB_NO_DATABASE', {
    what: 'No database is named.',
    why: `${SOURCE} has no url, and reads no environment variables unless it is given them.`,
    fix: `Write ${SOURCE}({ url: 'postgresql://user:password@host:5432/database' }), or add env: process.env.`,
  });
}
