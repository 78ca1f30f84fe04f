import { basename, dirname, resolve } from 'node:path';
import type { Config, Environment } from './config.ts';
import { readConfigFile } from './config-file.ts';
import { currentUser } from './current-user.ts';
import { type ResolvedDatabase, resolveDatabase } from './database-choice.ts';
import { chooseDatabase, type NamedDatabase } from './database-url.ts';
import { deepFreeze } from './deep-freeze.ts';
import { readDotenv } from './dotenv.ts';
import { mergeEnvironments, passwordsOf } from './environment.ts';
import { SOCKET_DIRECTORIES } from './hosts.ts';
import { mergeSettings } from './settings/merge-settings.ts';
import { parseFlags, parseVariables, type SettingFlags } from './settings/parse-flags.ts';

/** Everything outside that a configuration depends on. */
export interface LoadConfigInput {
  readonly cwd: string;
  readonly env: Environment;
  readonly home: string;
  readonly flags: SettingFlags;
  /** Path of the library's entry, which `import … from 'msgdb'` in a config file resolves to. */
  readonly libraryEntry?: string;
  /** Default user of a connection; the user of this process if left out. */
  readonly osUser?: string;
  /** Where a local server's socket is looked for. */
  readonly socketDirectories?: readonly string[];
  /** Ends the loading of a config file. */
  readonly signal?: AbortSignal;
}

/**
 * The configuration of one command: flag > environment > file > default.
 *
 * A database that is not named, or named in a way that cannot be read, is `database.kind: 'none'` with the error, so
 * that commands which need none still work.
 * @throws MsgdbError MSGDB_USAGE for a flag, MSGDB_CONFIG_INVALID for the config file.
 */
export async function loadConfig(input: LoadConfigInput): Promise<Config> {
  return (await prepareConfig(input)).config;
}

/** A configuration, and how another database gets one of the same settings. */
export interface LoadedConfig {
  readonly config: Config;
  /** The database that was named for `config`. */
  readonly named: NamedDatabase;
  /** @param schema goes before every other one. */
  configure(named: NamedDatabase, schema?: string): Promise<Config>;
}

/**
 * The same, and what it takes to configure further databases.
 * @throws MsgdbError as `loadConfig`
 */
export async function prepareConfig(input: LoadConfigInput): Promise<LoadedConfig> {
  const { cwd, home } = input;
  const flags = parseFlags(input.flags);
  const configFile = await readConfigFile({
    cwd,
    home,
    explicit: input.flags.config,
    libraryEntry: input.libraryEntry,
    secrets: passwordsOf(input.env),
    signal: input.signal,
  });
  const projectDir = configFile ? dirname(configFile.path) : resolve(cwd);
  const dotenv = await readDotenv([projectDir, resolve(cwd)]);
  const file = configFile?.settings ?? {};
  const fileName = configFile && basename(configFile.path);
  const surroundings = {
    env: mergeEnvironments(input.env, dotenv.values),
    home,
    osUser: input.osUser ?? currentUser(),
    socketDirectories: input.socketDirectories ?? SOCKET_DIRECTORIES,
  };
  const variables = parseVariables(surroundings.env);

  function decide({ database, urlSchema, warnings, secrets }: ResolvedDatabase, own: { schema?: string }): Config {
    return deepFreeze({
      database,
      ...mergeSettings({ ...variables, ...flags, ...own }, file, { cwd, projectDir, urlSchema }),
      ...(configFile ? { configFile: configFile.path } : {}),
      projectDir,
      warnings: [...(configFile?.warnings ?? []), ...dotenv.warnings, ...warnings],
      secrets,
    });
  }

  const named = chooseDatabase({ flags, env: input.env, dotenv, file, fileName, cwd, projectDir });
  return {
    config: decide(await resolveDatabase(named, surroundings), {}),
    named,
    configure: async (other, schema) => {
      const resolved = await resolveDatabase(other, surroundings);
      // The URL of one among many says more of it than what was written for all of them.
      const own = schema ?? resolved.urlSchema;
      return decide(resolved, own === undefined ? {} : { schema: own });
    },
  };
}
