import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { MsgdbError } from '../../model/errors.ts';
import type { Context } from '../context/context.ts';
import type { Listed, Runner } from './runner.ts';
import { RUNNERS, SQL_FOLDER } from './runners.ts';

/** Migrations of one runner, and where they are. */
export interface FoundMigrations {
  readonly runner: Runner;
  /** Absolute; undefined where files were named one by one. */
  readonly directory: string | undefined;
  readonly listed: readonly Listed[];
}

/**
 * Finds the migrations of another runner: in the folder that is named, else in those that runners use.
 * @throws MsgdbError MSGDB_USAGE where there are none, or those of more than one runner.
 */
export async function findMigrations(
  { workingDir, projectDir }: Context,
  { paths, runner: named }: { readonly paths: readonly string[]; readonly runner: string | undefined },
): Promise<FoundMigrations> {
  const wanted = named === undefined ? undefined : runnerOf(named);
  const given = paths.map((path) => resolve(workingDir, path));
  const [first] = given;
  if (first === undefined) return await findInProject(projectDir, wanted);
  const isFolder = await stat(first).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return { runner: wanted ?? SQL_FOLDER, directory: undefined, listed: filesOf(given, workingDir) };
  if (given.length > 1) throw new MsgdbError('MSGDB_USAGE', TWO_FOLDERS);
  const found = await recognise(first, wanted ? [wanted] : RUNNERS);
  if (found) return found;
  throw noMigrations(first, wanted);
}

const TWO_FOLDERS = {
  what: 'More than one folder is named.',
  why: 'The migrations of one runner are followed in their order.',
  fix: 'Run preflight once for each folder.',
} as const;

function runnerOf(name: string): Runner {
  const runner = RUNNERS.find((each) => each.name === name);
  if (runner) return runner;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `--runner ${name} is not a runner that is known.`,
    fix: `Name one of ${RUNNERS.map((each) => each.name).join(', ')}; other runners can print their SQL: \`… | msgdb preflight -\`.`,
  });
}

/** Files that are named are looked at, whatever a history says. */
function filesOf(paths: readonly string[], workingDir: string): readonly Listed[] {
  return paths.map((path) => {
    const name = relative(workingDir, path);
    return { name, path, version: name };
  });
}

async function findInProject(projectDir: string, wanted: Runner | undefined): Promise<FoundMigrations> {
  const found = await findEveryFolder(projectDir, wanted ? [wanted] : undefined);
  const [first, second] = found;
  if (!first) throw noMigrations(projectDir, wanted);
  if (!second) return first;
  const named = found.map(({ runner, directory }) => `${runner.name} in ${folderOf(projectDir, directory)}`);
  throw new MsgdbError('MSGDB_USAGE', {
    what: `There are migrations of more than one runner: ${named.join(', ')}.`,
    why: 'Which of them are run next is not known.',
    fix: 'Name one with --runner, or its folder: `msgdb preflight FOLDER`.',
  });
}

/** Every folder of a project with migrations of a runner that is known. */
export async function findEveryFolder(
  projectDir: string,
  runners: readonly Runner[] = RUNNERS.filter((each) => each !== SQL_FOLDER),
): Promise<readonly FoundMigrations[]> {
  const configured = await foldersInConfig(projectDir);
  const folders = [...new Set([...configured, ...runners.flatMap((each) => each.folders)])];
  const found: FoundMigrations[] = [];
  for (const folder of folders) {
    const of = configured.includes(folder) ? runners : runners.filter((each) => each.folders.includes(folder));
    const each = await recognise(join(projectDir, folder), of);
    if (each) found.push(each);
  }
  return found;
}

/** From the project's folder, with slashes; a dot is that folder itself. */
export function folderOf(projectDir: string, directory = projectDir): string {
  return relative(projectDir, directory).split(sep).join('/') || '.';
}

/** Folders that the configuration of a runner names. */
export async function foldersInConfig(projectDir: string): Promise<readonly string[]> {
  const names = await readdir(projectDir).catch(() => []);
  const texts = await Promise.all(
    names
      .filter((name) => /^(?:drizzle|prisma)\.config\.[cm]?[jt]s(?:on)?$|^flyway\.(?:conf|toml)$|^\.env$/.test(name))
      .map(async (name) => ({ name, text: await readFile(join(projectDir, name), 'utf8').catch(() => '') })),
  );
  return texts.flatMap(({ name, text }) => {
    const pattern = name.startsWith('drizzle')
      ? /["']?\bout["']?\s*:\s*["'`]([^"'`]+)["'`]/
      : name.startsWith('prisma')
        ? /migrations\s*:\s*\{[^}]*\bpath\s*:\s*["'`]([^"'`]+)["'`]/
        : name.startsWith('flyway')
          ? /locations\s*=\s*\[?\s*["']?filesystem:([^"',\]\s]+)/
          : /^DBMATE_MIGRATIONS_DIR=["']?([^"'\s]+)/m;
    const folder = pattern.exec(text)?.[1];
    return folder === undefined ? [] : [join(folder, '.')];
  });
}

async function recognise(directory: string, runners: readonly Runner[]): Promise<FoundMigrations | undefined> {
  const listing = await listFolder(directory);
  const read = async (path: string): Promise<string> => readFile(join(directory, path), 'utf8');
  for (const runner of runners) {
    const own = runners.length === 1 || runner.folders.some((folder) => endsWith(directory, folder));
    const found = (await runner.recognises(listing, read)) || (own && runner.takes?.(listing) === true);
    if (found) return { runner, directory, listed: await runner.list(listing, read) };
  }
  return undefined;
}

function endsWith(directory: string, folder: string): boolean {
  return `/${directory.split(sep).join('/')}`.endsWith(`/${folder}`);
}

/** Files of a folder and of those in it, as paths with slashes. */
export async function listFolder(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function noMigrations(place: string, wanted: Runner | undefined): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `${place} has no migrations ${wanted ? `of ${wanted.name}` : 'of a runner that is known'}.`,
    why: `Looked for those of ${RUNNERS.map((each) => each.name).join(', ')}, in the folders that they use.`,
    fix: 'Name the folder (`msgdb preflight FOLDER --runner sql` takes any folder of .sql files), or give the SQL on standard input: `… | msgdb preflight -`.',
  });
}
