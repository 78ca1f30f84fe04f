import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { MsgdbError } from '../../model/errors.ts';
import { type Language, languageOf } from '../languages.ts';
import { PassedOver } from './passed-over.ts';

/** A file, by its absolute path and by the one that is shown; `language` where it is of a known one. */
export interface FoundFile {
  readonly path: string;
  readonly shown: string;
  readonly language: Language | undefined;
}

/** Where files are looked for, and what is called for what is left out. */
export interface Walk {
  /** Absolute. Files are shown relative to it. */
  readonly root: string;
  readonly paths: readonly string[];
  /** The folder that the paths may not lead out of, where it was not a person that named them just now. */
  readonly within?: string | undefined;
  /** Called for each folder that is not entered, except hidden ones. */
  readonly onPassedOver: (folder: string) => void;
}

/**
 * Every file at or below the paths but those that programs write, each once, in a stable order. Symbolic links are not
 * followed: what they lead to within the root is met by its own name, and what is outside is not read.
 * @throws MsgdbError MSGDB_USAGE when a path is not there, MSGDB_CONFIG_INVALID when it leads out of `within`.
 */
export async function* walkFiles({ root, paths, within, onPassedOver }: Walk): AsyncGenerator<FoundFile> {
  const top = await realpath(root);
  const seen = new Set<string>();
  for (const path of paths) {
    const start = await startingPoint(resolve(root, path), path);
    if (within !== undefined) await assertWithin(within, start, path);
    const show = (full: string): string => (isBelow(top, start) ? relative(top, full).split(sep).join('/') : full);
    for await (const file of below(start, (folder) => onPassedOver(show(folder)))) {
      if (seen.has(file)) continue;
      seen.add(file);
      yield { path: file, shown: show(file), language: languageOf(file) };
    }
  }
}

/** A path that a person gives may be a link; below it none is followed. */
async function startingPoint(path: string, given: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    throw new MsgdbError('MSGDB_USAGE', {
      what: `There is no file or folder ${given}.`,
      why: `The path is ${path}.`,
      fix: 'Correct the path, or the `sources` of the configuration.',
      data: { path },
    });
  }
}

/**
 * A project's configuration is changed by whoever works on the project, and read by machines that hold more than it.
 */
async function assertWithin(folder: string, path: string, given: string): Promise<void> {
  if (isBelow(await realpath(folder), path)) return;
  throw new MsgdbError('MSGDB_CONFIG_INVALID', {
    what: `The \`sources\` of the configuration point outside its folder: ${given}.`,
    why: `It is ${path}, which is not in ${folder}. A configuration may name files of its own project only.`,
    fix: `Remove it from \`sources\`, or name it on the command line: msgdb check-upserts ${path}`,
    data: { path, folder },
  });
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function* below(path: string, onPassedOver: (folder: string) => void): AsyncGenerator<string> {
  const stats = await lstat(path);
  if (stats.isFile()) {
    yield path;
    return;
  }
  if (!stats.isDirectory()) return;
  const passedOver = await PassedOver.below(path);
  const waiting = [path];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    // A folder that may not be read, or is gone by now, is passed over like one without source.
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const folders: string[] = [];
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!(await passedOver.has(full))) folders.push(full);
        else if (!entry.name.startsWith('.')) onPassedOver(full);
      } else if (entry.isFile() && !isGenerated(entry.name)) yield full;
    }
    waiting.push(...folders.toReversed());
  }
}

function isGenerated(file: string): boolean {
  return /\.min\.[cm]?js$|\.d\.[cm]?ts$|\.bundle\.js$/.test(basename(file));
}
