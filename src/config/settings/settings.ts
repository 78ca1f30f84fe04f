import type { Kind } from './setting-kinds.ts';
import { SETTINGS, type Setting } from './settings-table.ts';

type Table = typeof SETTINGS;

export type SettingName = keyof Table;

type Read<Name extends SettingName> =
  Table[Name]['kind'] extends Kind<infer Written, infer Value, infer Unit>
    ? { readonly written: Written; readonly value: Value; readonly name: `${Name}${Unit}` }
    : never;

/** Settings as they were typed after flags: one that takes no value is true. */
export type TypedSettings = {
  readonly [Name in SettingName]?: (boolean extends Read<Name>['written'] ? string | boolean : string) | undefined;
};

/** What flags or a config file say, once read: both have this shape, and flags go first. */
export type Settings = { readonly [Name in SettingName as Read<Name>['name']]?: Read<Name>['value'] | undefined };

type WithDefault = {
  readonly [Name in SettingName]: Table[Name] extends { readonly default: unknown } ? Name : never;
}[SettingName];

/** What holds, whoever said it: settings with a default always have a value. Which database is decided by itself. */
export type DecidedSettings = {
  readonly [Name in WithDefault as Read<Name>['name']]: Read<Name>['value'];
} & {
  readonly [Name in Exclude<SettingName, WithDefault | 'databaseUrl' | 'embedded'> as Read<Name>['name']]?:
    | Read<Name>['value']
    | undefined;
};

type OfEngine = {
  readonly [Name in SettingName]: Table[Name] extends { readonly engine: true } ? Read<Name>['name'] : never;
}[SettingName];

/** Those that decide how the engine works. */
export type EngineSettings = Pick<DecidedSettings, OfEngine>;

/** The same, of all. */
export function engineSettings(decided: DecidedSettings): EngineSettings {
  const names = EVERY_SETTING.filter(([, { engine }]) => engine).map(([name, setting]) => readName(name, setting));
  const values = names.map((name) => [name, decided[name as keyof DecidedSettings]]);
  return Object.fromEntries(values) as EngineSettings;
}

/** All settings by name, seen alike. */
export const EVERY_SETTING: readonly (readonly [SettingName, Setting])[] = Object.entries(SETTINGS) as [
  SettingName,
  Setting,
][];

/** The name of a setting once it is read: `lockWait` is `lockWaitMs`. */
export function readName(name: string, { kind }: Setting): string {
  return `${name}${kind.unit}`;
}

/** `--lock-wait` of `--lock-wait <TIME>`. */
export function flagName(usage: string): string {
  return /--[\w-]+/.exec(usage)?.[0] ?? usage;
}
