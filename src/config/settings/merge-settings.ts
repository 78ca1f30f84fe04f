import { resolve } from 'node:path';
import { type DecidedSettings, EVERY_SETTING, readName, type Settings } from './settings.ts';

/** Where relative folders start, and what the database URL says. */
export interface SettingsOrigin {
  readonly cwd: string;
  readonly projectDir: string;
  /** The schema that the database URL names. */
  readonly urlSchema: string | undefined;
}

/** Flags, then the file, then the defaults; folders become absolute, each from where it was written. */
export function mergeSettings(
  flags: Settings,
  file: Settings,
  { cwd, projectDir, urlSchema }: SettingsOrigin,
): DecidedSettings {
  const migrationsDir = flags.migrationsDir && resolve(cwd, flags.migrationsDir);
  const decided = firstOf([{ ...flags, migrationsDir }, file, { schema: urlSchema }, DEFAULTS]);
  return {
    ...decided,
    migrationsDir: resolve(projectDir, decided.migrationsDir),
    sources: decided.sources.map((source) => resolve(projectDir, source)),
  };
}

/** Each setting of the first that has it. */
function firstOf(all: readonly Settings[]): DecidedSettings {
  const names = EVERY_SETTING.filter(([name]) => name !== 'databaseUrl' && name !== 'embedded').map(
    ([name, setting]) => readName(name, setting) as keyof Settings,
  );
  const values = names.map((name) => [name, all.find((each) => each[name] !== undefined)?.[name]]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as unknown as DecidedSettings;
}

const DEFAULTS: Settings = Object.fromEntries(
  EVERY_SETTING.filter(([, setting]) => setting.default !== undefined).map(([name, setting]) => [
    readName(name, setting),
    setting.kind.schema.parse(setting.default),
  ]),
);
