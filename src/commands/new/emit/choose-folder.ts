import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { MsgdbError } from '../../../model/errors.ts';
import type { Context } from '../../context/context.ts';
import { foldersInConfig, listFolder } from '../../runners/find-migrations.ts';
import type { Folder, Writer } from './writer.ts';

/**
 * The folder of a runner's migrations: the one that is named, else the first that has some, else the first by convention.
 * @throws MsgdbError MSGDB_USAGE where there is no convention.
 */
export async function chooseFolder(
  { workingDir, projectDir, migrationsDir }: Pick<Context, 'workingDir' | 'projectDir' | 'migrationsDir'>,
  writer: Writer,
  named: string | undefined,
): Promise<string> {
  if (named !== undefined) return resolve(workingDir, named);
  const configured = (await foldersInConfig(projectDir)).map((each) => join(projectDir, each));
  const usual = writer.folders.map((each) => join(projectDir, each));
  for (const folder of [...configured, ...usual]) {
    if ((await listFolder(folder)).some((path) => writer.own.test(path))) return folder;
  }
  // A folder of msgdb's own migrations is not another runner's.
  const [first] = usual.filter((each) => each !== migrationsDir);
  const only = usual[0];
  const chosen = only === migrationsDir && (await listFolder(migrationsDir)).length === 0 ? only : first;
  if (chosen !== undefined) return chosen;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `--emit ${writer.name} is given without a folder.`,
    why: 'There is none where such migrations are by convention.',
    fix: `Name it: --emit ${writer.name} --dir FOLDER.`,
  });
}

export async function openFolder(directory: string): Promise<Folder> {
  return {
    listing: await listFolder(directory),
    read: async (path) => readFile(join(directory, path), 'utf8'),
    modules: await isModule(directory),
    now: new Date(),
  };
}

async function isModule(directory: string): Promise<boolean> {
  const text = await readFile(join(directory, 'package.json'), 'utf8').catch(() => undefined);
  if (text !== undefined) return /"type"\s*:\s*"module"/.test(text);
  const above = dirname(directory);
  return above === directory ? false : await isModule(above);
}
