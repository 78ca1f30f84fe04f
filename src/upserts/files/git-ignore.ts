import { lstat, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** Whether git takes a folder for one that is not source, by the `.gitignore` files of its repository. */
export type IsIgnored = (folder: string) => Promise<boolean>;

/** Larger ones are not written by people. */
const LARGEST = 100_000;
/** A pattern becomes a regular expression, which takes a power of the path's length, as many as it has stars. */
const MOST_STARS = 4;

/** The rules of the repository that the path is in; undefined where it is in none. */
export async function readGitIgnore(path: string): Promise<IsIgnored | undefined> {
  const top = await repositoryAround(path);
  if (top === undefined) return undefined;
  const files = new Map<string, Promise<Ignore>>();
  const rulesOf = (folder: string): Promise<Ignore> => {
    const known = files.get(folder) ?? readRules(join(folder, '.gitignore'));
    files.set(folder, known);
    return known;
  };
  return async (folder) => {
    // The file that is nearest has the last word.
    for (let from = dirname(folder); ; from = dirname(from)) {
      const { ignored, unignored } = (await rulesOf(from)).test(`${relative(from, folder).split(sep).join('/')}/`);
      if (ignored || unignored) return ignored;
      if (from === top || from === dirname(from)) return false;
    }
  };
}

async function repositoryAround(path: string): Promise<string | undefined> {
  const start = (await stat(path)).isDirectory() ? path : dirname(path);
  for (let folder = start; ; folder = dirname(folder)) {
    if (await isRepository(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Of a worktree or a submodule it is a file. */
async function isRepository(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isFile()) return true;
  return (await lstat(join(path, 'HEAD')).catch(() => undefined)) !== undefined;
}

async function readRules(file: string): Promise<Ignore> {
  // As for git, a link is not followed: it may lead in a circle.
  const stats = await lstat(file).catch(() => undefined);
  if (!stats?.isFile() || stats.size > LARGEST) return noRules();
  const text = await readFile(file, 'utf8').catch(() => '');
  return noRules().add(text.split('\n').filter((line) => line.split('*').length - 1 <= MOST_STARS));
}

/** Git distinguishes small letters and capitals, where a repository does not say otherwise. */
function noRules(): Ignore {
  return ignore({ ignorecase: false });
}
