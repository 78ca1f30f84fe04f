import { loadMigrations } from '../engine/migrations/load-migrations.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { UniqueKey } from '../model/operations/unique-key.ts';
import { currentOperations } from '../plan/current-operations.ts';
import type { Context } from './context.ts';

/** All migrations of the project. */
export async function loadFiles(context: Context): Promise<readonly MigrationFile[]> {
  const { migrationsDir, libraryEntry, signal } = context;
  return await loadMigrations({ directory: migrationsDir, libraryEntry, signal });
}

/** The last line of a command that has found no rule to work on. */
export const NO_RULES = 'nothing was looked at: the migrations declare no rule; give --table and --key';

/** A rule to work on, and the migration it comes from. */
export interface NamedRule {
  readonly rule: UniqueKey;
  readonly migration: string | undefined;
}

/** The rule given by flags, or every rule of the migrations that no later migration takes back. */
export async function chooseRules(context: Context, rule: UniqueKey | undefined): Promise<readonly NamedRule[]> {
  if (rule) return [{ rule, migration: undefined }];
  return currentOperations(await loadFiles(context)).flatMap(({ operation, file }) =>
    operation.kind === 'unique-key' ? [{ rule: operation, migration: file.name }] : [],
  );
}
