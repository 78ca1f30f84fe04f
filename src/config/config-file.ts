import { access, readFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MsgdbError } from '../model/errors.ts';
import { redactSecrets, redactUrls } from './redact.ts';
import type { Settings } from './settings.ts';
import { parseUserConfig } from './settings-schema.ts';

const NAMES = ['ts', 'mts', 'js', 'mjs', 'json'].map((extension) => `msgdb.config.${extension}`);

/** A config file that was found and read. */
export interface ConfigFile {
  /** Absolute. */
  readonly path: string;
  readonly settings: Settings;
  readonly warnings: readonly string[];
}

export interface ConfigFileRequest {
  readonly cwd: string;
  readonly home: string;
  /** `--config FILE`; without it the file is searched for. */
  readonly explicit: string | undefined;
  /** What `import … from 'msgdb'` in a config file means: the path of the library's entry. */
  readonly libraryEntry: string | undefined;
  /** Passwords that a message thrown by the file must not show. */
  readonly secrets: readonly string[];
}

/**
 * The config file named, else the nearest one from the working directory upwards; undefined when there is none.
 * @throws MsgdbError MSGDB_CONFIG_INVALID when a named file is missing, or a file does not load or has bad settings.
 */
export async function readConfigFile(request: ConfigFileRequest): Promise<ConfigFile | undefined> {
  const found = request.explicit === undefined ? await search(request) : await named(request.explicit, request.cwd);
  if (!found) return undefined;
  const exported = await load(found.path, request);
  return { ...found, settings: parseUserConfig(exported, basename(found.path)) };
}

type Found = Pick<ConfigFile, 'path' | 'warnings'>;

async function named(explicit: string, cwd: string): Promise<Found> {
  const path = resolve(cwd, explicit);
  if (await exists(path)) return { path, warnings: [] };
  throw new MsgdbError('MSGDB_CONFIG_INVALID', {
    what: `The config file ${path} does not exist.`,
    why: 'It is named by --config, so no other file is searched for.',
    fix: 'Correct the path after --config, or leave the flag out.',
    data: { file: path },
  });
}

/** A repository and a home directory are as far as a project reaches. */
async function search({ cwd, home }: ConfigFileRequest): Promise<Found | undefined> {
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    const [path, ...others] = await present(NAMES.map((name) => join(directory, name)));
    if (path) {
      const ignored = others.map((other) => basename(other)).join(', ');
      return { path, warnings: ignored ? [`${basename(path)} is used; ${ignored} beside it is ignored.`] : [] };
    }
    const last = directory === dirname(directory) || directory === resolve(home);
    if (last || (await exists(join(directory, '.git')))) return undefined;
  }
}

async function present(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map(exists));
  return paths.filter((_, index) => found[index]);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function load(path: string, request: ConfigFileRequest): Promise<unknown> {
  return extname(path) === '.json' ? loadJson(path) : loadModule(path, request);
}

async function loadJson(path: string): Promise<unknown> {
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw doesNotLoad(path, `it cannot be read (${error.code ?? 'unknown error'})`, undefined);
  });
  const text = content.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(text);
  } catch (error) {
    // The engine's message quotes the file, and with it perhaps a password; only the position is taken from it.
    const position = /at position (\d+)/.exec(String(error))?.[1];
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length;
    throw doesNotLoad(path, 'it is not valid JSON', line === undefined ? undefined : { shown: basename(path), line });
  }
}

async function loadModule(path: string, { libraryEntry, secrets, cwd }: ConfigFileRequest): Promise<unknown> {
  const { createJiti } = await import('jiti');
  // No caches: a config file is read once, and reading must not write.
  const jiti = createJiti(path, {
    fsCache: false,
    moduleCache: false,
    ...(libraryEntry === undefined ? {} : { alias: { msgdb: libraryEntry } }),
  });
  const module: unknown = await jiti.import(path).catch((error: unknown) => {
    throw doesNotLoad(path, reasonOf(error, secrets), placeOf(error, path, cwd));
  });
  if (typeof module === 'object' && module !== null && 'default' in module) return module.default;
  throw doesNotLoad(path, 'it has no default export', undefined);
}

interface Place {
  /** The file as a person at the working directory would write it. */
  readonly shown: string;
  readonly line: number;
}

function doesNotLoad(path: string, reason: string, place: Place | undefined): MsgdbError {
  return new MsgdbError('MSGDB_CONFIG_INVALID', {
    what: `${basename(path)} does not load: ${reason}.`,
    why: place ? `It happened at ${place.shown}:${place.line}.` : `The file is ${path}.`,
    fix: place
      ? `Correct line ${place.line} of ${basename(place.shown)}.`
      : `Correct ${basename(path)}; a TypeScript file ends with: export default defineConfig({ … }).`,
    data: { file: path, ...(place ? { line: place.line } : {}) },
  });
}

/** The first line of what was thrown; a parser writes file and line below it. */
function reasonOf(error: unknown, secrets: readonly string[]): string {
  const message = redactSecrets(redactUrls(error instanceof Error ? error.message : String(error)), secrets);
  return (message.split('\n')[0] ?? '').trim().replace(/\.$/, '');
}

/** The innermost line within the config file's folder; for a syntax error, the line that the parser's message names. */
function placeOf(error: unknown, path: string, cwd: string): Place | undefined {
  const text = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : '';
  for (const [, written = '', line] of text.matchAll(
    /(?:^|[\s(])((?:file:\/\/|\/|[A-Za-z]:\\)[^()\n]*?):(\d+):\d+\)?$/gm,
  )) {
    const file = written.startsWith('file://') ? fileURLToPath(written) : written;
    if (!file.startsWith(dirname(path) + sep) || file.includes('node_modules')) continue;
    const near = relative(cwd, file);
    return { shown: near.startsWith('..') ? file : near, line: Number(line) };
  }
  return undefined;
}
