import type { DatabaseChoice } from '../model/connection.ts';
import type { DecidedSettings } from './settings/settings.ts';

/** All settings of a command, parsed once. Frozen, deeply. */
export type Config = DecidedSettings & {
  readonly database: DatabaseChoice;
  /** Absolute; absent when there is no config file. */
  readonly configFile?: string;
  /** The config file's folder, else the working directory. */
  readonly projectDir: string;
  /** Things worth telling a person, without secrets. */
  readonly warnings: readonly string[];
  /** Passwords that must never be shown, for `redactSecrets`. */
  readonly secrets: readonly string[];
};

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;
