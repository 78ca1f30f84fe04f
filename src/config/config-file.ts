import { access, readFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { loadModules } from '../loader/load-modules.ts';
import type { Place } from '../loader/messages.ts';
import { MsgdbError } from '../model/errors.ts';
import { redactSecrets, redactUrls } from './redact.ts';
import { parseUserConfig } from './settings/parse-user-config.ts';
import type { Settings } from './settings/settings.ts';

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
  /** Ends the loading, also when the file never ends. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The config file named, else the nearest one from the working directory upwards; undefined when it is absent.
 * @throws MsgdbError MSGDB_CONFIG_INVALID when a named file is missing, or a file does not load or has bad settings.
 */
export async function readConfigFile(request: ConfigFileRequest): Promise<ConfigFile | undefined> {
  const found = request.explicit === undefined ? await search(request) : await named(request.explicit, request.cwd);
  if (!found) return undefined;
  const exported = await load(found.path, request);
  const source = await readFile(found.path, 'utf8').catch(() => '');
  return { ...found, settings: parseUserConfig(exported, basename(found.path), source) };
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
    const before = position === undefined ? undefined : text.slice(0, Number(position)).split('\n');
    const place = before && { shown: basename(path), line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    throw doesNotLoad(path, 'it is not valid JSON', place);
  }
}

async function loadModule(path: string, { libraryEntry, secrets, cwd, signal }: ConfigFileRequest): Promise<unknown> {
  const result = await loadModules({ paths: [path], libraryEntry }, signal);
  if ('kind' in result) {
    const { reason, place, fix } = result;
    throw doesNotLoad(path, reasonOf(reason, secrets), place && { ...place, shown: shownAt(cwd, place) }, fix);
  }
  const [module] = result;
  if (module?.hasDefault) return module.exported;
  throw doesNotLoad(path, 'it has no default export', undefined);
}

interface Shown extends Pick<Place, 'line' | 'column'> {
  /** The file as a person at the working directory would write it. */
  readonly shown: string;
}

function shownAt(cwd: string, { file }: Place): string {
  const near = relative(cwd, file);
  return near.startsWith('..') ? file : near;
}

function doesNotLoad(path: string, reason: string, place: Shown | undefined, fix?: string): MsgdbError {
  const at = place && `${place.shown}:${place.line}:${place.column}`;
  return new MsgdbError('MSGDB_CONFIG_INVALID', {
    what: `${basename(path)} does not load: ${reason}.`,
    why: at ? `It happened at ${at}.` : `The file is ${path}.`,
    fix:
      fix ??
      (place
        ? `Correct line ${place.line} of ${basename(place.shown)}.`
        : `Correct ${basename(path)}; a TypeScript file ends with: export default defineConfig({ … }).`),
    data: { file: path, ...(place ? { line: place.line } : {}) },
  });
}

/** The first line of what was thrown; a parser writes file and line below it. */
function reasonOf(thrown: string, secrets: readonly string[]): string {
  const message = redactSecrets(redactUrls(thrown), secrets);
  return (message.split('\n')[0] ?? '').trim().replace(/\.$/, '');
}
