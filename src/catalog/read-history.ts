import { z } from 'zod';
import type { MigrationState } from '../model/migration.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { hasHistory } from './read-ledger.ts';

/** What the history says of one migration. */
export interface HistoryRow {
  readonly name: string;
  readonly checksum: string;
  readonly state: MigrationState;
  readonly runId: string;
  readonly at: string;
  readonly durationMs: number | undefined;
  readonly by: string;
  readonly error: string | undefined;
}

const rowSchema = z.object({
  name: z.string(),
  checksum: z.string(),
  state: z.enum(['running', 'done', 'failed', 'rolled back']),
  run_id: z.string(),
  at: z.string(),
  duration_ms: z.coerce.number().nullable(),
  run_by: z.string(),
  error: z.string().nullable(),
});

/** Reads the history, by name; empty where msgdb has never worked. */
export async function readHistory(db: Queryable): Promise<readonly HistoryRow[]> {
  if (!(await hasHistory(db))) return [];
  const rows = await db.query(
    statement(`
      select name, checksum, state, run_id, duration_ms, run_by, error,
             to_char(changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
        from msgdb.migrations order by name collate "C"`),
  );
  return rows.map((raw) => {
    const row = rowSchema.parse(raw);
    return {
      name: row.name,
      checksum: row.checksum,
      state: row.state,
      runId: row.run_id,
      at: row.at,
      durationMs: row.duration_ms ?? undefined,
      by: row.run_by,
      error: row.error ?? undefined,
    };
  });
}

/** A run that has changed something, or began to. */
export interface RecordedRun {
  readonly command: string;
  /** In UTC. */
  readonly at: string;
}

/** The record of a run; undefined where there is none. */
export async function readRun(db: Queryable, id: string): Promise<RecordedRun | undefined> {
  if (!(await hasHistory(db))) return undefined;
  const [row] = await db.query(
    statement(
      `select command, to_char(started_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as at from msgdb.runs where id = $1`,
      [id],
    ),
  );
  return row && { command: String(row.command), at: String(row.at) };
}
