import { fileURLToPath } from 'node:url';
import type { Context } from '../commands/context/context.ts';
import type { Config, Environment } from '../config/config.ts';
import { engineSettings } from '../config/settings/settings.ts';
import type { Listener } from '../model/event.ts';
import { limitTime } from './limit-time.ts';

/** What a context has besides the configuration. */
export interface Surroundings {
  readonly targetSchema?: string | undefined;
  readonly env: Environment;
  readonly workingDir: string;
  readonly signal: AbortSignal;
  readonly emit: Listener;
  readonly confirm: Context['confirm'];
}

/** What a command is given, out of what was configured. */
export function createContext(config: Config, surroundings: Surroundings): Context {
  return {
    database: config.database,
    settings: engineSettings(config),
    migrationsDir: config.migrationsDir,
    projectDir: config.projectDir,
    sources: config.sources,
    orms: config.orms,
    rules: config.rules,
    libraryEntry: libraryEntry(),
    now: () => new Date(),
    hiddenColumns: typeof config.redact === 'boolean' ? undefined : config.redact,
    ...surroundings,
    ...limitTime(surroundings, config.timeoutMs),
  };
}

/** The library lies beside the program: built as JavaScript, or in its sources when it is run from them. */
export function libraryEntry(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`../index.${extension}`, import.meta.url));
}
