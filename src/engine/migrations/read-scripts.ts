import type { MigrationFile } from '../../model/migration.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { ScriptStatement, SqlOperation } from '../../model/operations/sql-operation.ts';
import { refuseDirectives } from '../../sql/script-file/read-parts.ts';
import { splitScript } from '../run/split-script.ts';
import { inFile, located, nothingToRun } from './in-file.ts';

/**
 * Takes the SQL of migrations apart, of those that are named: SQL that cannot be run is found before anything is done, and
 * not when its turn comes. What was taken apart before stays as it is.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID with the file and the line.
 */
export async function readScripts(
  files: readonly MigrationFile[],
  names: ReadonlySet<string> | 'all',
): Promise<readonly MigrationFile[]> {
  const read: MigrationFile[] = [];
  for (const file of files) read.push(names === 'all' || names.has(file.name) ? await readAll(file) : file);
  return read;
}

async function readAll(file: MigrationFile): Promise<MigrationFile> {
  const up: Operation[] = [];
  for (const operation of file.migration.up) {
    const unread = operation.kind === 'sql' && operation.statements === undefined;
    up.push(unread ? await readScript(operation, file.path) : operation);
  }
  return { ...file, migration: { ...file.migration, up } };
}

async function readScript(operation: SqlOperation, path: string): Promise<SqlOperation> {
  if (operation.files === undefined) {
    for (const script of [operation.up, operation.down ?? '']) await inFile(path, async () => refuseDirectives(script));
  }
  const up = await readStatements(operation.up, path);
  if (up.length === 0) throw located(nothingToRun(), path);
  if (operation.down === undefined) return { ...operation, statements: { up, down: [] } };
  const down = await readStatements(operation.down, operation.files?.down ?? path);
  return { ...operation, statements: { up, down } };
}

async function readStatements(script: string, path: string): Promise<readonly ScriptStatement[]> {
  return await inFile(path, async () => splitScript(script));
}
