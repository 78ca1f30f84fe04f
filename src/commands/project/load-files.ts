import { loadMigrations, loadUnread, type MigrationsFolder } from '../../engine/migrations/load-migrations.ts';
import { readScripts } from '../../engine/migrations/read-scripts.ts';
import type { Change } from '../../engine/pipeline.ts';
import type { Inspected } from '../../inspect/inspect-operation.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { MigrationFile } from '../../model/migration.ts';
import { parseName } from '../../model/name.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { UniqueKey } from '../../model/operations/unique-key.ts';
import { currentOperations } from '../../plan/current-operations.ts';
import type { MigrationOrder } from '../../plan/order-migrations.ts';
import type { ResolvedRule } from '../../resolve/resolve-rule.ts';
import type { Context } from '../context/context.ts';
import { nameOtherRunner } from './name-other-runner.ts';

/** All migrations of the project. */
export async function loadFiles(context: Context): Promise<readonly MigrationFile[]> {
  return await loadBy(context, loadMigrations);
}

/** All of them, without their SQL taken apart: with a thousand that are applied, that takes longer than all the rest. */
export async function loadFilesUnread(context: Context): Promise<readonly MigrationFile[]> {
  return await loadBy(context, loadUnread);
}

/** All of them again, with the SQL of those taken apart that are not applied: SQL that cannot be run is refused here. */
export async function readUnapplied(
  context: Context,
  files: readonly MigrationFile[],
  { pending, later }: MigrationOrder,
): Promise<readonly MigrationFile[]> {
  return await orNameOther(context, readScripts(files, new Set([...pending, ...later])));
}

async function loadBy(
  context: Context,
  load: (folder: MigrationsFolder) => Promise<readonly MigrationFile[]>,
): Promise<readonly MigrationFile[]> {
  const { migrationsDir, libraryEntry, signal } = context;
  const files = await orNameOther(context, load({ directory: migrationsDir, libraryEntry, signal }));
  const foreign = files.length === 0 ? await nameOtherRunner(context, undefined) : undefined;
  if (foreign) throw foreign;
  return files;
}

/** SQL that is not as msgdb's may be another runner's. */
async function orNameOther<Read>(context: Context, reading: Promise<Read>): Promise<Read> {
  return await reading.catch(async (error) => {
    throw (await nameOtherRunner(context, error)) ?? error;
  });
}

/** A rule to work on, and the migration it comes from. */
export interface NamedRule {
  readonly rule: UniqueKey;
  readonly migration: string | undefined;
  /** What is done for it; its copies go, if left out. */
  readonly change?: Change<Inspected<ResolvedRule>>;
}

/**
 * The rule given by flags, or every rule of the migrations that no later migration takes back.
 * @throws MsgdbError MSGDB_USAGE without a rule: a check that looks at nothing must not pass.
 */
export async function chooseRules(context: Context, rule: UniqueKey | undefined): Promise<readonly NamedRule[]> {
  if (rule) {
    refuseOtherSchema(context, rule);
    return [{ rule, migration: undefined }];
  }
  const declared = await declaredRules(context);
  const rules = declared.filter((each) => belongsToTarget(context, each.rule));
  if (declared.length > rules.length) {
    context.emit({ kind: 'note', message: 'rules of tables that are named with a schema are passed over' });
  }
  if (rules.length > 0) return rules;
  throw new MsgdbError('MSGDB_USAGE', {
    what:
      declared.length > 0
        ? 'There is no rule to look at: all those of the migrations name their table with a schema.'
        : `There is no rule to look at: the migrations in ${context.migrationsDir} declare no uniqueKey.`,
    why: 'Without a rule nothing says which rows are copies of each other.',
    fix: 'Name one with --table T --key A,B, or point --migrations-dir at the folder that declares them.',
  });
}

/** Is it about a table of the schema that is worked on? Where that is one of many, a table with a schema is of all or none. */
export function belongsToTarget({ targetSchema }: Context, operation: Operation): boolean {
  if (targetSchema === undefined || !('table' in operation)) return true;
  return parseName(operation.table).length === 1;
}

/** @throws MsgdbError MSGDB_USAGE */
export function refuseOtherSchema(context: Context, rule: UniqueKey): void {
  if (belongsToTarget(context, rule)) return;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `The table ${rule.table} is named with a schema, and the target is the schema ${context.targetSchema}.`,
    why: 'It would be the same table for each target.',
    fix: 'Name the table without a schema: it is looked for in the schema of each target.',
  });
}

/** Every rule of the migrations that no later migration takes back. */
export async function declaredRules(context: Context): Promise<readonly NamedRule[]> {
  return currentOperations(await loadFiles(context)).flatMap(({ operation, file }) =>
    operation.kind === 'unique-key' ? [{ rule: operation, migration: file.name }] : [],
  );
}
