import type { Environment } from './config.ts';
import type { Dotenv } from './dotenv.ts';
import type { Settings } from './settings/settings.ts';

/** Which database is meant, and who said so. */
export type NamedDatabase =
  | (AnotherDatabase & {
      readonly kind: 'url';
      readonly url: string;
      readonly source: string;
      readonly baseDir: string;
    })
  | (AnotherDatabase & { readonly kind: 'variables'; readonly source: string; readonly baseDir: string })
  | { readonly kind: 'embedded'; readonly directory: string | true; readonly baseDir: string }
  | { readonly kind: 'none'; readonly variables: readonly string[] };

interface AnotherDatabase {
  /** Name of a database of the same server that takes the place of the one that is named. */
  readonly database?: string | undefined;
}

export interface Sources {
  readonly flags: Settings;
  readonly env: Environment;
  readonly dotenv: Dotenv;
  readonly file: Settings;
  /** Its name, for people. */
  readonly fileName: string | undefined;
  readonly cwd: string;
  readonly projectDir: string;
}

/** Variables that hold a whole URL, the more specific one first. */
export const URL_VARIABLES = ['MSGDB_DATABASE_URL', 'MIGRATION_DATABASE_URL', 'DATABASE_URL'] as const;

/** The PG variables that say which database; PGUSER or PGSSLMODE alone name none. */
const NAMING_VARIABLES = ['PGSERVICE', 'PGHOST', 'PGHOSTADDR', 'PGDATABASE'] as const;

/** Chooses by flag > environment (the real one, then `.env`) > config file. */
export function chooseDatabase(sources: Sources): NamedDatabase {
  return (
    fromFlags(sources) ??
    fromEnvironment(sources) ??
    fromFile(sources) ?? { kind: 'none', variables: variablesOf(sources.file) }
  );
}

function fromFlags({ flags, cwd, projectDir }: Sources): NamedDatabase | undefined {
  if (flags.databaseUrl) return { kind: 'url', url: flags.databaseUrl, source: '--database-url', baseDir: cwd };
  if (flags.embedded === true) return { kind: 'embedded', directory: true, baseDir: projectDir };
  return flags.embedded ? { kind: 'embedded', directory: flags.embedded, baseDir: cwd } : undefined;
}

function fromEnvironment(sources: Sources): NamedDatabase | undefined {
  const holder = variablesOf(sources.file).find((name) => variable(name, sources) !== '');
  if (holder) return { kind: 'url', url: variable(holder, sources), ...origin(holder, sources) };
  const naming = NAMING_VARIABLES.find((name) => variable(name, sources) !== '');
  return naming ? { kind: 'variables', ...origin(naming, sources) } : undefined;
}

/** One that the project names is meant for its database, as no other is but ours. */
function variablesOf({ databaseUrlVariable }: Settings): readonly string[] {
  const [own, ...others] = URL_VARIABLES;
  return [own, ...(databaseUrlVariable === undefined ? [] : [databaseUrlVariable]), ...others];
}

/** The real environment goes before `.env`; an empty variable counts as unset. */
function variable(name: string, { env, dotenv }: Sources): string {
  return [env[name], dotenv.values[name]].find((value) => value?.trim()) ?? '';
}

function origin(
  name: string,
  { env, cwd, projectDir }: Sources,
): { readonly source: string; readonly baseDir: string } {
  return env[name]?.trim() ? { source: name, baseDir: cwd } : { source: `.env: ${name}`, baseDir: projectDir };
}

function fromFile({ file, fileName, projectDir }: Sources): NamedDatabase | undefined {
  const source = fileName ?? 'the config file';
  if (file.databaseUrl) return { kind: 'url', url: file.databaseUrl, source, baseDir: projectDir };
  return file.embedded ? { kind: 'embedded', directory: file.embedded, baseDir: projectDir } : undefined;
}
