import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createJiti } from 'jiti';
import { MsgdbError } from '../../model/errors.ts';
import { type Migration, type MigrationFile, parseMigration } from '../../model/migration.ts';
import { sql } from '../../model/operations/sql-operation.ts';
import { splitScript } from './split-script.ts';

const FILE = /^(?<name>\d{1,14}-[a-z0-9]+(?:-[a-z0-9]+)*)(?<down>\.down)?\.(?<type>ts|js|mts|mjs|sql)$/;

const LONGEST_LOAD_MS = 30_000;

/** Where migrations lie, and what their `import … from 'msgdb'` stands for. */
export interface MigrationsFolder {
  readonly directory: string;
  /** Absolute path of the library's entry. */
  readonly libraryEntry: string;
}

/**
 * Loads all migrations of a folder, ordered by name. TypeScript needs no build step.
 * @throws MsgdbError MSGDB_CONFIG_INVALID when the folder cannot be read; MSGDB_MIGRATION_INVALID for a file that is
 * no migration.
 */
export async function loadMigrations(folder: MigrationsFolder): Promise<readonly MigrationFile[]> {
  const files = await listFiles(folder.directory);
  const ups = files.filter((file) => file.down === undefined);
  refuseTwins(ups);
  const loaded = await Promise.all(ups.map(async (file) => loadFile(folder, file, files)));
  for (const file of loaded) await checkScripts(file);
  return loaded;
}

/** SQL that cannot be parsed is found before anything is done, and not when its turn comes. */
async function checkScripts({ migration, path }: MigrationFile): Promise<void> {
  for (const operation of migration.up) {
    if (operation.kind !== 'sql') continue;
    try {
      await splitScript(operation.up);
      if (operation.down !== undefined) await splitScript(operation.down);
    } catch (error) {
      throw isMsgdbError(error) ? located(error, path) : error;
    }
  }
}

interface ListedFile {
  readonly file: string;
  readonly name: string;
  readonly down: string | undefined;
  readonly type: string;
}

async function listFiles(directory: string): Promise<readonly ListedFile[]> {
  const names = await readFolder(directory);
  return names
    .toSorted()
    .filter((file) => /^\d/.test(file) && /\.(ts|js|mts|mjs|sql)$/.test(file) && !file.endsWith('.d.ts'))
    .map((file) => {
      const groups = FILE.exec(file)?.groups;
      if (!groups?.name || !groups.type) throw badName(directory, file);
      return { file, name: groups.name, down: groups.down, type: groups.type };
    });
}

async function readFolder(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    throw new MsgdbError('MSGDB_CONFIG_INVALID', {
      what: `The migrations folder ${directory} cannot be read.`,
      why: whyUnreadable(error),
      fix: 'Make it with `msgdb init`, or name another with --migrations-dir. A rule of its own needs none: find-duplicates, dedupe and verify take --table and --key.',
      cause: error,
    });
  }
}

function whyUnreadable(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'ENOENT' ? 'It does not exist.' : error.message;
}

function badName(directory: string, file: string): MsgdbError {
  return new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: `${join(directory, file)} does not have a migration's name.`,
    why: 'Migrations run in the order of their names, so each is a number, a hyphen and kebab-case words.',
    fix: 'Rename it like 0001-chat-messages.ts, or let it not begin with a digit.',
  });
}

function refuseTwins(files: readonly ListedFile[]): void {
  for (const [place, file] of files.entries()) {
    const twin = files.slice(place + 1).find((other) => other.name === file.name);
    if (!twin) continue;
    throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
      what: `Two files are the migration ${file.name}: ${file.file} and ${twin.file}.`,
      fix: 'Remove or rename one of them.',
    });
  }
}

async function loadFile(
  folder: MigrationsFolder,
  file: ListedFile,
  all: readonly ListedFile[],
): Promise<MigrationFile> {
  const path = join(folder.directory, file.file);
  const content = await readFile(path, 'utf8');
  if (file.type === 'sql') {
    const downFile = all.find((other) => other.name === file.name && other.down !== undefined);
    const down = downFile && (await readFile(join(folder.directory, downFile.file), 'utf8'));
    const checksum = sha256([content, ...(down === undefined ? [] : [down])]);
    return { name: file.name, path, checksum, migration: sqlMigration(content, down, path) };
  }
  return { name: file.name, path, checksum: sha256([content]), migration: await importMigration(folder, path) };
}

function sqlMigration(up: string, down: string | undefined, path: string): Migration {
  if (up.trim() === '') {
    throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
      what: `${path} is empty.`,
      fix: 'Write SQL into it, or remove it.',
    });
  }
  const summary = /^--\s*(.+)$/m.exec(up)?.[1]?.trim() ?? '';
  return { summary, up: [sql({ up, ...(down?.trim() ? { down } : {}) })] };
}

async function importMigration(folder: MigrationsFolder, path: string): Promise<Migration> {
  const jiti = createJiti(path, { alias: { msgdb: folder.libraryEntry }, moduleCache: false, fsCache: false });
  try {
    return parseMigration(await settled(jiti.import(path, { default: true })), path);
  } catch (error) {
    if (isMsgdbError(error)) throw located(error, path);
    throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
      what: `${path} cannot be loaded.`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Correct the file.',
      cause: error,
    });
  }
}

/** A file that waits for ever would let the process end, with nothing said and exit code 0: the timer keeps it going. */
async function settled<Result>(loading: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`it did not finish loading within ${LONGEST_LOAD_MS / 1000} s`)),
      LONGEST_LOAD_MS,
    );
  });
  try {
    return await Promise.race([loading, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** The file may have been given another instance of the library, whose errors are of another class. */
function isMsgdbError(error: unknown): error is MsgdbError {
  return error instanceof Error && error.name === 'MsgdbError';
}

function located(error: MsgdbError, path: string): MsgdbError {
  const what = error.message.includes(path) ? error.message : `${path}: ${error.message}`;
  return new MsgdbError(error.code, { what, why: error.why, fix: error.fix, cause: error });
}

function sha256(contents: readonly string[]): string {
  // A checkout on Windows changes line ends, not the migration.
  return createHash('sha256')
    .update(contents.map((content) => content.replaceAll('\r\n', '\n')).join('\0'))
    .digest('hex');
}
