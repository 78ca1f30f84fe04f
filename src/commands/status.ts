import { type HistoryRow, readHistory } from '../engine/history/migration-history.ts';
import { findLost, type LostIndex } from '../engine/migrations/lost-indexes.ts';
import { lookOnly } from '../engine/run/look-only.ts';
import type { Workplace } from '../engine/run/workplace.ts';
import { countOf } from '../model/count-of.ts';
import { MsgdbError } from '../model/errors.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { MigrationFile } from '../model/migration.ts';
import type { MigrationStatus, StatusReport } from '../model/report.ts';
import { orderMigrations } from '../plan/order-migrations.ts';
import type { Context } from './context.ts';
import { loadFiles } from './load-files.ts';
import { reportCommon } from './report-common.ts';
import { lookAt } from './with-database.ts';

export interface StatusOptions {
  /** Make pending migrations and lost indexes findings that end with 1, for CI. */
  readonly exitCode: boolean;
}

/** Says of every migration, in the files or in the history, where it stands, and which indexes of applied ones are gone. */
export async function status(context: Context, options: StatusOptions): Promise<StatusReport> {
  const started = performance.now();
  const files = await loadFiles(context);
  const { history, order, lost } = await lookAt(context, 'status', async (workplace) => {
    const read = await lookOnly(workplace, readHistory);
    const found = orderMigrations(files, read, { to: undefined, allowOutOfOrder: false });
    return { history: read, order: found, lost: await findLostIndexes(context, workplace, files, read) };
  });
  const names = [...new Set([...files.map((file) => file.name), ...history.map((row) => row.name)])].toSorted();
  const migrations = names.map((name): MigrationStatus => {
    const row = history.find((each) => each.name === name);
    return {
      name,
      summary: files.find((file) => file.name === name)?.migration.summary ?? '',
      state: row?.state ?? 'pending',
      at: row?.at ?? null,
      by: row?.by ?? null,
      durationMs: row?.durationMs ?? null,
      error: row?.error ?? null,
    };
  });
  const { pending, refusals } = order;
  const findings: Finding[] = [
    ...refusals,
    ...(options.exitCode
      ? pending.map((name) => finding('MSGDB_MIGRATION_PENDING', `${name} has not been applied.`, { migration: name }))
      : []),
    ...lost.map((each) => findingOf(each, options)),
  ];
  const done = migrations.filter((each) => each.state === 'done').length;
  const gone = lost.length === 0 ? '' : `, ${countOf(lost.length, 'lost index', 'lost indexes')}`;
  return {
    command: 'status',
    migrations,
    ...reportCommon(context, started, {
      findings,
      summary: `${done} of ${countOf(migrations.length, 'migration')} applied, ${pending.length} pending${unfinished(migrations)}${gone}`,
      next: pending.length + lost.length > 0 ? 'msgdb migrate --dry-run' : undefined,
    }),
  };
}

const UNSEEN = new Set<string>(['MSGDB_PERMISSION_DENIED', 'MSGDB_LOCK_TIMEOUT']);

/** Who may not read the tables, or finds them locked, can still be told what has been applied. */
async function findLostIndexes(
  context: Context,
  workplace: Workplace,
  files: readonly MigrationFile[],
  history: readonly HistoryRow[],
): Promise<readonly LostIndex[]> {
  try {
    return await findLost({ ...workplace, settings: { ...workplace.settings, lockRetries: 0 } }, files, history);
  } catch (error) {
    if (!(error instanceof MsgdbError) || !UNSEEN.has(error.code)) throw error;
    context.emit({ kind: 'note', message: `indexes of applied migrations were not looked at: ${error.message}` });
    return [];
  }
}

function findingOf({ index, file, operation }: LostIndex, { exitCode }: StatusOptions): Finding {
  return finding('MSGDB_INDEX_MISSING', `The index ${index} of ${file.name} is not there any more.`, {
    migration: file.name,
    table: operation.table,
    fix: 'Run `msgdb migrate`: it builds the index again.',
    ...(exitCode ? {} : { level: 'warning' as const }),
  });
}

/** Pending ones that were begun: a failed one, or one whose run was killed, is gone on with by the next migrate. */
function unfinished(migrations: readonly MigrationStatus[]): string {
  const begun = migrations.filter(({ state }) => state === 'failed' || state === 'running');
  return begun.length === 0 ? '' : ` (${begun.map(({ name, state }) => `${name} ${state}`).join(', ')})`;
}
