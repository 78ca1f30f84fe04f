import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findEveryFolder, folderOf, listFolder } from './find-migrations.ts';
import { KNOWN_RUNNERS, type KnownRunner, knownRunner, type Signs } from './known-runners.ts';

/** A runner whose migrations a project has. */
export interface FoundRunner {
  readonly runner: KnownRunner;
  /** Of its migrations, from the project's folder, with slashes; undefined where they are spread, or not there yet. */
  readonly folder: string | undefined;
  readonly migrations: number;
  /** What it was known by. */
  readonly sign: string;
}

/** Every runner whose project this is; those first whose migrations are SQL. */
export async function findRunners(projectDir: string): Promise<readonly FoundRunner[]> {
  const inFolders = await findEveryFolder(projectDir);
  const read = inFolders.flatMap(({ runner, directory, listed }): readonly FoundRunner[] => {
    const known = knownRunner(runner.name);
    const folder = folderOf(projectDir, directory);
    return known ? [{ runner: known, folder, migrations: listed.length, sign: folder }] : [];
  });
  const packages = await packagesOf(projectDir);
  const written: FoundRunner[] = [];
  for (const runner of KNOWN_RUNNERS) {
    const found = runner.signs && (await findBySigns(projectDir, runner, runner.signs, packages));
    if (found) written.push(found);
  }
  const taken = new Set(written.map(({ folder }) => folder));
  const all = [...read.filter(({ folder }) => !taken.has(folder)), ...written];
  return all.length > 0 ? all : await findPlainSql(projectDir);
}

async function findBySigns(
  projectDir: string,
  runner: KnownRunner,
  signs: Signs,
  packages: ReadonlySet<string>,
): Promise<FoundRunner | undefined> {
  const present: string[] = [];
  for (const file of signs.files) if (await isFile(join(projectDir, file))) present.push(file);
  const named = signs.folder && (await folderNamedIn(projectDir, present, signs.folder));
  const folders = [...(named === undefined ? [] : [named]), ...signs.folders];
  const own = await folderWith(projectDir, folders, signs.migration);
  const [sign] = present;
  if (sign !== undefined) {
    return { runner, folder: own?.folder ?? named, migrations: own?.migrations ?? 0, sign };
  }
  if (signs.package === undefined || !packages.has(signs.package) || !own) return undefined;
  return { runner, ...own, sign: `${signs.package} in package.json` };
}

async function folderNamedIn(
  projectDir: string,
  files: readonly string[],
  pattern: RegExp,
): Promise<string | undefined> {
  for (const file of files) {
    const folder = pattern.exec(await readFile(join(projectDir, file), 'utf8').catch(() => ''))?.[1];
    if (folder !== undefined) return folder.replace(/^\.\//, '').replace(/\/$/, '');
  }
  return undefined;
}

async function folderWith(
  projectDir: string,
  folders: readonly string[],
  migration: RegExp,
): Promise<{ readonly folder: string; readonly migrations: number } | undefined> {
  for (const folder of folders) {
    const names = await readdir(join(projectDir, folder)).catch(() => []);
    const migrations = names.filter((name) => migration.test(name)).length;
    if (migrations > 0) return { folder, migrations };
  }
  return undefined;
}

const OWN = /^\d{1,14}-[a-z0-9]+(?:-[a-z0-9]+)*(?:\.down)?\.sql$/;

/** Folders that are known to hold SQL for one runner or another. */
const SQL_FOLDERS = ['migrations', 'db/migrations', 'db/migrate', 'sql/migrations', 'database/migrations', 'sql'];

/** SQL of a runner that is not known: none of it has the name of a migration of msgdb. */
async function findPlainSql(projectDir: string): Promise<readonly FoundRunner[]> {
  const runner = knownRunner('sql');
  for (const folder of runner ? SQL_FOLDERS : []) {
    const names = (await listFolder(join(projectDir, folder))).filter((path) => /^[^/]*\d[^/]*\.sql$/.test(path));
    if (!runner || names.length === 0 || names.some((name) => OWN.test(name))) continue;
    return [{ runner, folder, migrations: names.length, sign: folder }];
  }
  return [];
}

/** Packages that package.json names. */
export async function packagesOf(projectDir: string): Promise<ReadonlySet<string>> {
  const text = await readFile(join(projectDir, 'package.json'), 'utf8').catch(() => '{}');
  try {
    const { dependencies, devDependencies } = JSON.parse(text.replace(/^\uFEFF/, ''));
    return new Set([...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})]);
  } catch {
    return new Set();
  }
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
