import { resolve } from 'node:path';
import { MsgdbError } from '../../model/errors.ts';
import type { Context } from '../context/context.ts';
import { type FoundRunner, findRunners } from '../runners/find-runners.ts';
import { checkOf } from '../runners/project-check.ts';

/**
 * The error for a migrations folder that is another runner's, or is not there because the project has another runner.
 * Undefined where the error (none, of a folder without migrations) says all that can be said.
 */
export async function nameOtherRunner(context: Context, error: unknown): Promise<MsgdbError | undefined> {
  const known = error instanceof MsgdbError ? error : undefined;
  const missing = known?.code === 'MSGDB_CONFIG_INVALID' && known.data.folder !== undefined;
  if (error !== undefined && !missing && known?.code !== 'MSGDB_MIGRATION_INVALID') return undefined;
  const found = await findRunners(context.projectDir);
  const owner = found.find((each) => isIn(context, each));
  // SQL with other names may be meant for msgdb: its own error says how to name it.
  if (owner && owner.runner.name !== 'sql') return foreignFolder(context, owner, known);
  const [other] = found;
  return missing && other ? noFolderBeside(context, other, known) : undefined;
}

/** The command that looks at the migrations of the project's own runner, where msgdb has none. */
export async function nextBeside(context: Context): Promise<string | undefined> {
  const check = checkOf(await findRunners(context.projectDir));
  return check.name === 'preflight' ? check.command.split(' && ')[0] : undefined;
}

function isIn({ projectDir, migrationsDir }: Context, { folder }: FoundRunner): boolean {
  if (folder === undefined) return false;
  const directory = resolve(projectDir, folder);
  return directory === migrationsDir || directory.startsWith(`${migrationsDir}/`);
}

function foreignFolder(context: Context, found: FoundRunner, cause: MsgdbError | undefined): MsgdbError {
  return new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: `${context.migrationsDir} has migrations of ${found.runner.title}, not of msgdb.`,
    why: `They are run by \`${found.runner.deploy}\`, which notes in its own history what it has run.`,
    fix: `${looksAtThem(found)} Rules of msgdb need a folder of their own: \`msgdb init\`, or --migrations-dir.`,
    ...(cause ? { cause } : {}),
  });
}

function noFolderBeside(context: Context, found: FoundRunner, cause: MsgdbError | undefined): MsgdbError {
  const { runner, folder, sign } = found;
  return new MsgdbError('MSGDB_CONFIG_INVALID', {
    what: `There is no migrations folder ${context.migrationsDir}; the project's migrations are of ${runner.title} (${folder ?? sign}).`,
    why: `\`${runner.deploy}\` runs those. Only migrations of msgdb are files of that folder.`,
    fix: `${looksAtThem(found)} For rules of msgdb make the folder with \`msgdb init\`; with --table and --key none is needed.`,
    ...(cause ? { data: cause.data, cause } : {}),
  });
}

function looksAtThem(found: FoundRunner): string {
  const { name, command } = checkOf([found]);
  return name === 'preflight'
    ? `\`${command}\` says which of the pending ones will fail on the rows that are there.`
    : 'Before it adds a unique index, `msgdb find-duplicates --table TABLE --key COLUMNS` says whether rows are in its way.';
}
