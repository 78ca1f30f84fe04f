import { type HistoryRow, isHalfUndone, readHistory } from '../../catalog/read-history.ts';
import { findLost, type LostIndex } from '../../engine/migrations/lost-indexes.ts';
import { findInterrupted } from '../../inspect/find-interrupted.ts';
import { countOf } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { StatusReport } from '../../model/report.ts';
import type { MigrationState, MigrationStatus } from '../../model/status-report.ts';
import { orderMigrations } from '../../plan/order-migrations.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Workplace } from '../../session/workplace.ts';
import type { Context } from '../context/context.ts';
import { connectToRead } from '../context/with-database.ts';
import { loadFilesUnread, readUnapplied } from '../project/load-files.ts';
import { nextBeside } from '../project/name-other-runner.ts';
import { conclude } from '../reports/conclude.ts';
import { findingOfError } from '../reports/finding-of-error.ts';
import { makeReport } from '../reports/make-report.ts';
import { listRuns } from './list-runs.ts';

export interface StatusOptions {
  /**
   * Make pending migrations findings that end with 1, for CI. Failed and interrupted ones and lost indexes always are.
   */
  readonly exitCode: boolean;
  /** How many runs to list, the newest first; none if left out. */
  readonly runs?: number | undefined;
}

/**
 * Says of every migration, in the files or in the history, where it stands, and which indexes of applied ones are
 * gone.
 */
export async function status(context: Context, options: StatusOptions): Promise<StatusReport> {
  return await makeReport(context, async () => {
    const { files, absent } = await loadWhatIsThere(context);
    const { history, interrupted, order, lost, runs } = await connectToRead(context, 'status', async (workplace) => {
      const read = await readOnly(workplace, readHistory);
      const found = orderMigrations(files, read, { to: undefined, allowOutOfOrder: false });
      const dead = await findInterrupted(workplace, read);
      return {
        history: read,
        interrupted: dead,
        order: found,
        runs:
          options.runs === undefined
            ? {}
            : { runs: await readOnly(workplace, async (db) => listRuns(db, options.runs ?? 0)) },
        lost: await findLostIndexes(context, workplace, files, read),
      };
    });
    await readUnapplied(context, files, order);
    const migrations = stateMigrations(files, history, interrupted);
    const { pending, refusals } = order;
    const findings: Finding[] = [
      // Without the folder every migration would be missing, for that one reason.
      ...(absent ? [findingOfError(absent)] : refusals),
      ...(options.exitCode ? migrations.filter((each) => isStillPending(each, pending)).map(pendingFinding) : []),
      ...migrations.filter(({ state }) => state === 'failed').map(({ name }) => failureOf(name, files, history)),
      ...migrations
        .filter(({ state }) => state === 'interrupted')
        .map(({ name }) => interruptionOf(name, files, history)),
      ...(lost === 'unseen' ? [] : lost.map(lostFinding)),
    ];
    return {
      command: 'status',
      migrations,
      ...runs,
      ...conclude({
        findings,
        summary: summarize(context, migrations, absent, lost),
        next: history.some((row) => isHalfUndone(row) && isOver(row, interrupted))
          ? 'msgdb rollback'
          : ((migrations.length === 0 ? await nextBeside(context) : undefined) ??
            nextRepair(refusals) ??
            nextCommand(migrations, pending, absent, lost)),
      }),
    };
  });
}

/** The migrations of the project; where their folder is not there, none, and the error that says so. */
async function loadWhatIsThere(
  context: Context,
): Promise<{ readonly files: readonly MigrationFile[]; readonly absent: MsgdbError | undefined }> {
  try {
    return { files: await loadFilesUnread(context), absent: undefined };
  } catch (error) {
    if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_CONFIG_INVALID') throw error;
    if (error.data.folder === undefined) throw error;
    return { files: [], absent: error };
  }
}

/** Every migration that the files or the history know, in order of name. */
function stateMigrations(
  files: readonly MigrationFile[],
  history: readonly HistoryRow[],
  interrupted: ReadonlySet<string>,
): readonly MigrationStatus[] {
  const summaries = new Map(files.map(({ name, migration }) => [name, migration.summary]));
  const rows = new Map(history.map((row) => [row.name, row]));
  return [...new Set([...summaries.keys(), ...rows.keys()])].toSorted().map((name): MigrationStatus => {
    const row = rows.get(name);
    return {
      name,
      summary: summaries.get(name) ?? '',
      state: interrupted.has(name) ? 'interrupted' : (row?.state ?? 'pending'),
      at: row?.at ?? null,
      by: row?.by ?? null,
      durationMs: row?.durationMs ?? null,
      error: row?.error ?? null,
    };
  });
}

const UNSEEN = new Set<string>(['MSGDB_PERMISSION_DENIED', 'MSGDB_LOCK_TIMEOUT']);

/** Where the tables may not be read, or are locked, the applied migrations can still be listed. */
async function findLostIndexes(
  context: Context,
  workplace: Workplace,
  files: readonly MigrationFile[],
  history: readonly HistoryRow[],
): Promise<readonly LostIndex[] | 'unseen'> {
  try {
    return await findLost({ ...workplace, settings: { ...workplace.settings, lockRetries: 0 } }, files, history);
  } catch (error) {
    if (!(error instanceof MsgdbError) || !UNSEEN.has(error.code)) throw error;
    context.emit({ kind: 'note', message: `indexes of applied migrations were not looked at: ${error.message}` });
    return 'unseen';
  }
}

function isStillPending({ name, state }: MigrationStatus, pending: readonly string[]): boolean {
  return pending.includes(name) && state !== 'failed' && state !== 'interrupted';
}

function pendingFinding({ name }: MigrationStatus): Finding {
  return finding('MSGDB_MIGRATION_PENDING', `${name} has not been applied.`, { migration: name });
}

/** Does no run work on it any more? */
function isOver({ name, state }: HistoryRow, interrupted: ReadonlySet<string>): boolean {
  return state === 'failed' || interrupted.has(name);
}

/** Why it failed is in the table of migrations. */
function failureOf(name: string, files: readonly MigrationFile[], history: readonly HistoryRow[]): Finding {
  if (isUndo(name, history)) return undoFinding(name, files, 'failed');
  const fix = files.some((file) => file.name === name)
    ? 'Correct the cause, then run `msgdb migrate` again; or undo what was done with `msgdb rollback`.'
    : `Restore its file from version control; or, where it left nothing, forget it with \`msgdb repair ${name}\`.`;
  return finding('MSGDB_MIGRATION_PENDING', `${name} failed, and is not applied.`, { migration: name, fix });
}

function interruptionOf(name: string, files: readonly MigrationFile[], history: readonly HistoryRow[]): Finding {
  if (isUndo(name, history)) return undoFinding(name, files, 'was interrupted');
  const fix = files.some((file) => file.name === name)
    ? 'Run `msgdb migrate`: it does what is left; or undo what was done with `msgdb rollback`.'
    : 'Restore its file from version control, then run `msgdb migrate`.';
  const what = `${name} was interrupted and is not applied: it is recorded as running, but no run is working.`;
  return finding('MSGDB_MIGRATION_PENDING', what, { migration: name, fix });
}

function isUndo(name: string, history: readonly HistoryRow[]): boolean {
  return history.some((row) => row.name === name && isHalfUndone(row));
}

function undoFinding(name: string, files: readonly MigrationFile[], ended: 'failed' | 'was interrupted'): Finding {
  const how = ended === 'failed' ? 'Correct the cause, then run `msgdb rollback` again' : 'Run `msgdb rollback`';
  const fix = files.some((file) => file.name === name)
    ? `${how}: it undoes what is left; or apply the migration again with \`msgdb migrate\`.`
    : 'Restore its file from version control, then run `msgdb rollback`.';
  return finding('MSGDB_MIGRATION_PENDING', `The rollback of ${name} ${ended}: a part of it may be undone.`, {
    migration: name,
    fix,
  });
}

function lostFinding({ index, file, operation }: LostIndex): Finding {
  return finding('MSGDB_INDEX_MISSING', `The index ${index} of ${file.name} is missing.`, {
    migration: file.name,
    table: operation.table,
    fix: 'Run `msgdb migrate`: it builds the index again.',
  });
}

function countLost(lost: readonly LostIndex[] | 'unseen'): string {
  if (lost === 'unseen') return '; whether their indexes are there could not be looked at';
  return lost.length === 0 ? '' : `, ${countOf(lost.length, 'lost index', 'lost indexes')}`;
}

/** A folder that is the wrong one must not look like one in which all is done. */
function summarize(
  { migrationsDir }: Context,
  migrations: readonly MigrationStatus[],
  absent: MsgdbError | undefined,
  lost: readonly LostIndex[] | 'unseen',
): string {
  if (absent) {
    return migrations.length === 0
      ? 'there is no migrations folder, and none was applied to this database'
      : `${countOf(migrations.length, 'migration')} in the history of this database, without a migrations folder`;
  }
  if (migrations.length === 0) return `there are no migrations in ${migrationsDir}, and none was applied`;
  return `${countStates(migrations)}${countLost(lost)}`;
}

/** Until the history has the new names, nothing is applied. */
function nextRepair(refusals: readonly Finding[]): string | undefined {
  const renamed = refusals.filter(({ code }) => code === 'MSGDB_MIGRATION_RENAMED');
  const [only, ...more] = renamed;
  return only && (more.length > 0 ? 'msgdb repair' : `msgdb repair ${only.migration}`);
}

function nextCommand(
  migrations: readonly MigrationStatus[],
  pending: readonly string[],
  absent: MsgdbError | undefined,
  lost: readonly LostIndex[] | 'unseen',
): string | undefined {
  if (absent) return migrations.length === 0 ? 'msgdb init' : undefined;
  if (migrations.length === 0) return 'msgdb new "what it is about" --table TABLE --key COLUMN';
  return pending.length > 0 || (lost !== 'unseen' && lost.length > 0) ? 'msgdb migrate --dry-run' : undefined;
}

/** `1 of 3 migrations applied, 1 pending, 1 failed`: the states that the table shows. */
function countStates(migrations: readonly MigrationStatus[]): string {
  const count = (state: MigrationState): number => migrations.filter((each) => each.state === state).length;
  const others = (['running', 'interrupted', 'failed', 'rolled back'] as const).flatMap((state) =>
    count(state) > 0 ? [`${count(state)} ${state}`] : [],
  );
  return [
    `${count('done')} of ${countOf(migrations.length, 'migration')} applied`,
    `${count('pending')} pending`,
    ...others,
  ].join(', ');
}
