import { readHistory } from '../engine/history/migration-history.ts';
import { lookOnly } from '../engine/run/look-only.ts';
import { countOf } from '../model/count-of.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { MigrationStatus, StatusReport } from '../model/report.ts';
import { orderMigrations } from '../plan/order-migrations.ts';
import type { Context } from './context.ts';
import { loadFiles } from './load-files.ts';
import { reportCommon } from './report-common.ts';
import { lookAt } from './with-database.ts';

export interface StatusOptions {
  /** Make pending migrations a finding, for CI. */
  readonly exitCode: boolean;
}

/** Says of every migration, in the files or in the history, where it stands. */
export async function status(context: Context, options: StatusOptions): Promise<StatusReport> {
  const started = performance.now();
  const files = await loadFiles(context);
  const history = await lookAt(context, 'status', async (workplace) => lookOnly(workplace, readHistory));
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
  const { pending, refusals } = orderMigrations(files, history, { to: undefined, allowOutOfOrder: false });
  const findings: Finding[] = [
    ...refusals,
    ...(options.exitCode
      ? pending.map((name) => finding('MSGDB_MIGRATION_PENDING', `${name} has not been applied.`, { migration: name }))
      : []),
  ];
  const done = migrations.filter((each) => each.state === 'done').length;
  return {
    command: 'status',
    migrations,
    ...reportCommon(context, started, {
      findings,
      summary: `${done} of ${countOf(migrations.length, 'migration')} applied, ${pending.length} pending${unfinished(migrations)}`,
      next: pending.length > 0 ? 'msgdb migrate --dry-run' : undefined,
    }),
  };
}

/** Pending ones that were begun: a failed one, or one whose run was killed, is gone on with by the next migrate. */
function unfinished(migrations: readonly MigrationStatus[]): string {
  const begun = migrations.filter(({ state }) => state === 'failed' || state === 'running');
  return begun.length === 0 ? '' : ` (${begun.map(({ name, state }) => `${name} ${state}`).join(', ')})`;
}
