import { join } from 'node:path';
import { checksumOf, formerChecksumOf } from '../../model/checksum.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Migration, MigrationFile } from '../../model/migration.ts';
import { sql } from '../../model/operations/sql-operation.ts';
import { hasUpPart, isMarker, readParts, readWay } from '../../sql/script-file/read-parts.ts';
import { importMigrations } from './import-migrations.ts';
import { inFile, located, nothingToRun } from './in-file.ts';
import { type ListedFile, listFiles } from './list-files.ts';
import { readMigration } from './read-migration.ts';
import { readScripts } from './read-scripts.ts';

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
  return await readScripts(await loadUnread(folder), 'all');
}

/**
 * The same without their SQL taken apart: of the many that are applied nobody asks for it. `readScripts` does it for those
 * that are to be run.
 */
export async function loadUnread(folder: MigrationsFolder): Promise<readonly MigrationFile[]> {
  const files = await listFiles(folder.directory);
  const contents = new Map<string, string>();
  for (const { file } of files) contents.set(file, await readMigration(join(folder.directory, file)));
  const ups = files.filter((file) => file.down === undefined);
  const written = ups.filter(({ type }) => type !== 'sql').map(({ file }) => join(folder.directory, file));
  const imported = await importMigrations(written, folder.libraryEntry, folder.signal);
  const read: MigrationFile[] = [];
  for (const file of ups) read.push(await assemble(folder.directory, file, contents, imported));
  return read;
}

async function assemble(
  directory: string,
  { file, name, type }: ListedFile,
  contents: ReadonlyMap<string, string>,
  imported: ReadonlyMap<string, Migration>,
): Promise<MigrationFile> {
  const path = join(directory, file);
  const content = contents.get(file) ?? '';
  const down = type === 'sql' ? contents.get(`${name}.down.sql`) : undefined;
  const texts = [content, ...(down === undefined ? [] : [down])];
  const checksums = { checksum: checksumOf(texts), formerChecksum: formerChecksumOf(texts) };
  const migration = imported.get(path) ?? (await sqlMigration(withoutMark(content), down && withoutMark(down), path));
  return { name, path, ...checksums, migration };
}

/** Some editors begin a file with a byte order mark, which is not SQL. */
function withoutMark(content: string): string {
  return content.replace(/^\uFEFF/, '');
}

async function sqlMigration(content: string, undo: string | undefined, path: string): Promise<Migration> {
  if (content.trim() === '') {
    throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
      what: `${path} is empty.`,
      why: 'Recorded as applied, it would do nothing for good, whatever is written into it later.',
      fix: 'Write SQL into it, or remove it.',
      data: { file: path },
    });
  }
  const { up, down: within, way, downWay: wayWithin } = await inFile(path, async () => readParts(content));
  if (up.trim() === '') throw located(nothingToRun(), path);
  const undoPath = path.replace(/\.sql$/, '.down.sql');
  if (undo !== undefined) await refuseSecondUndo(undoPath, undo, within);
  const down = undo ?? within;
  const downWay = undo === undefined ? wayWithin : await inFile(undoPath, async () => readWay(undo));
  return {
    summary: summaryOf(content),
    up: [
      {
        ...sql({ up, ...(down?.trim() ? { down } : {}) }),
        ...way,
        downWay,
        files: { up: path, down: undo === undefined ? path : undoPath },
      },
    ],
  };
}

/** The first comment that is meant for people. */
function summaryOf(content: string): string {
  for (const [line, text] of content.matchAll(/^--[ \t]*(\S.*)$/gm)) {
    if (text !== undefined && !isMarker(line.trimEnd())) return text.trim();
  }
  return '';
}

async function refuseSecondUndo(path: string, undo: string, within: string | undefined): Promise<void> {
  if (within !== undefined) {
    throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
      what: `${path} is a second undo: ${path.replace(/\.down\.sql$/, '.sql')} has a part of its own that undoes it.`,
      why: 'Which of them a rollback is to run is not known.',
      fix: 'Keep one of them.',
      data: { file: path },
    });
  }
  if (!(await hasUpPart(undo))) return;
  throw new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: `${path} has an up part.`,
    why: 'A .down.sql file is the undo alone, and is run from its beginning to its end.',
    fix: 'Leave in it only what undoes the migration.',
    data: { file: path },
  });
}
