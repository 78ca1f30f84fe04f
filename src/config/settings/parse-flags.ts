import { MsgdbError } from '../../model/errors.ts';
import { EVERY_SETTING, flagName, readName, type Settings, type TypedSettings } from './settings.ts';

/** The flags that configure, as they were typed. */
export interface SettingFlags extends TypedSettings {
  /** The config file. */
  readonly config?: string | undefined;
}

/**
 * Parses the flags.
 * @throws MsgdbError MSGDB_USAGE for the first one that means nothing.
 */
export function parseFlags(flags: SettingFlags): Settings {
  if (flags.databaseUrl !== undefined && flags.embedded) throw twoDatabases();
  return Object.fromEntries(
    EVERY_SETTING.flatMap(([name, setting]) => {
      const typed = flags[name];
      if (typed === undefined || !setting.flag) return [];
      const value = setting.kind.parseFlag?.(flagName(setting.flag), typed === true ? '' : String(typed));
      return [[readName(name, setting), value]];
    }),
  );
}

/**
 * Parses what variables of the environment say. An empty one says nothing.
 * @throws MsgdbError MSGDB_USAGE for the first one that means nothing.
 */
export function parseVariables(env: Readonly<Record<string, string | undefined>>): Settings {
  return Object.fromEntries(
    EVERY_SETTING.flatMap(([name, setting]) => {
      const value = setting.variable && env[setting.variable];
      if (!value) return [];
      return [[readName(name, setting), setting.kind.parseFlag?.(`$${setting.variable}`, value)]];
    }),
  );
}

function twoDatabases(): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: '--database-url and --embedded are given together.',
    why: 'A command works on one database.',
    fix: 'Leave --embedded out to work on the server, or --database-url to work on the embedded one.',
  });
}
