import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { MsgdbError } from '../../model/errors.ts';
import { languageOf } from '../languages.ts';

/** Folders that hold other people's code, or what a build has made of this one. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  'vendor',
  'third_party',
  'Pods',
  'dist',
  'build',
  'out',
  'target',
  'obj',
  'coverage',
  'venv',
  'site-packages',
  '__pycache__',
  'deps',
  '_build',
]);

/** A file of source code, by its absolute path and by the one that is shown. */
export interface FoundFile {
  readonly path: string;
  readonly shown: string;
}

/**
 * Every file of a known language at or below the paths, each once, in a stable order. Symbolic links are not followed:
 * what they lead to within the root is met by its own name, and what is outside is nobody's to read.
 * @throws MsgdbError MSGDB_USAGE when a path is not there, or lies outside the root.
 */
export async function* walkFiles(root: string, paths: readonly string[]): AsyncGenerator<FoundFile> {
  const top = await realpath(root);
  const seen = new Set<string>();
  for (const path of paths) {
    const start = await startingPoint(resolve(root, path), path);
    const shownFrom = start === top || start.startsWith(top + sep) ? top : undefined;
    for await (const file of below(start)) {
      if (seen.has(file)) continue;
      seen.add(file);
      yield { path: file, shown: shownFrom === undefined ? file : relative(shownFrom, file).split(sep).join('/') };
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
      why: `It would be ${path}.`,
      fix: 'Correct the path, or the `sources` of the configuration.',
      data: { path },
    });
  }
}

async function* below(path: string): AsyncGenerator<string> {
  const stats = await lstat(path);
  if (stats.isFile()) {
    if (languageOf(path)) yield path;
    return;
  }
  if (!stats.isDirectory()) return;
  const waiting = [path];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    // A folder that may not be read, or is gone by now, is passed over like one without source.
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const folders: string[] = [];
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!isPassedOver(entry.name)) folders.push(full);
      } else if (entry.isFile() && languageOf(entry.name) && !isGenerated(entry.name)) yield full;
    }
    waiting.push(...folders.toReversed());
  }
}

function isPassedOver(folder: string): boolean {
  return PASSED_OVER.has(folder) || folder.startsWith('.');
}

function isGenerated(file: string): boolean {
  return /\.min\.[cm]?js$|\.d\.[cm]?ts$|\.bundle\.js$/.test(basename(file));
}
