import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { MsgdbError } from '../../model/errors.ts';
import type { Migration, MigrationFile } from '../../model/migration.ts';
import type { Operation } from '../../model/operations/index.ts';
import { type ScriptStatement, type SqlOperation, sql } from '../../model/operations/sql-operation.ts';
import { splitScript } from '../run/split-script.ts';
import { importMigrations } from './import-migrations.ts';
import { type ListedFile, listFiles } from './list-files.ts';
import { readMigration } from './read-migration.ts';

/** Where migrations lie, and what their `import … from 'msgdb'` stands for. */
export interface MigrationsFolder {
  readonly directory: string;
  /** Absolute path of the library's entry. */
  readonly libraryEntry: string;
  /** Ends the loading, also when a file never ends. */
  readonly signal?: AbortSignal;
}

/**
 * Loads all migrations of a folder, ordered by name. TypeScript needs no build step.
 * @throws MsgdbError MSGDB_CONFIG_INVALID when the folder cannot be read; MSGDB_MIGRATION_INVALID for a file that is
 * no migration.
 */
export async function loadMigrations(folder: MigrationsFolder): Promise<readonly MigrationFile[]> {
  const files = await listFiles(folder.directory);
  const contents = new Map<string, string>();
  for (const { file } of files) contents.set(file, await readMigration(join(folder.directory, file)));
  const ups = files.filter((file) => file.down === undefined);
  const written = ups.filter(({ type }) => type !== 'sql').map(({ file }) => join(folder.directory, file));
  const imported = await importMigrations(written, folder.libraryEntry, folder.signal);
  const loaded = ups.map((file) => assemble(folder.directory, file, contents, imported));
  const read: MigrationFile[] = [];
  for (const file of loaded) read.push(await readScripts(file));
  return read;
}

/** SQL that cannot be parsed is found before anything is done, and not when its turn comes. */
async function readScripts(file: MigrationFile): Promise<MigrationFile> {
  const up: Operation[] = [];
  for (const operation of file.migration.up) {
    up.push(operation.kind === 'sql' ? await readScript(operation, file.path) : operation);
  }
  return { ...file, migration: { ...file.migration, up } };
}

async function readScript(operation: SqlOperation, path: string): Promise<SqlOperation> {
  const up = await readStatements(operation.up, path);
  if (up.length === 0) throw located(nothingToRun(), path);
  if (operation.down === undefined) return { ...operation, statements: { up, down: [] } };
  const down = await readStatements(operation.down, path.replace(/\.sql$/, '.down.sql'));
  return { ...operation, statements: { up, down } };
}

async function readStatements(script: string, path: string): Promise<readonly ScriptStatement[]> {
  try {
    return await splitScript(script);
  } catch (error) {
    throw error instanceof MsgdbError ? located(error, path) : error;
  }
}

function assemble(
  directory: string,
  { file, name, type }: ListedFile,
  contents: ReadonlyMap<string, string>,
  imported: ReadonlyMap<string, Migration>,
): MigrationFile {
  const path = join(directory, file);
  const content = contents.get(file) ?? '';
  const down = type === 'sql' ? contents.get(`${name}.down.sql`) : undefined;
  const checksum = sha256([content, ...(down === undefined ? [] : [down])]);
  return {
    name,
    path,
    checksum,
    migration: imported.get(path) ?? sqlMigration(withoutMark(content), down && withoutMark(down), path),
  };
}

/** Some editors begin a file with a byte order mark, which is not SQL. */
function withoutMark(content: string): string {
  return content.replace(/^\uFEFF/, '');
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

function nothingToRun(): MsgdbError {
  return new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: 'The SQL does nothing.',
    why: 'There is no statement in it, only comments or semicolons.',
    fix: 'Write a statement, or remove the file.',
  });
}

function located(error: MsgdbError, path: string): MsgdbError {
  // In a file of code the line is one of the SQL in it, not of the file.
  const data = path.endsWith('.sql') ? { ...error.data, file: path } : { file: path };
  return new MsgdbError(error.code, {
    what: `${path}: ${error.message}`,
    why: error.why,
    fix: error.fix,
    data,
    cause: error,
  });
}

function sha256(contents: readonly string[]): string {
  // A checkout on Windows changes line ends, not the migration.
  return createHash('sha256')
    .update(contents.map((content) => content.replaceAll('\r\n', '\n')).join('\0'))
    .digest('hex');
}
