import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import type { MigrationState } from '../model/migration.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { OWN } from '../sql/own-schema.ts';
import { hasHistory } from './read-ledger.ts';

/** What the history says of one migration. */
export interface HistoryRow {
  readonly name: string;
  readonly checksum: string;
  readonly state: MigrationState;
  readonly runId: string;
  /** What that run is of: `migrate`, `rollback`; undefined where it is not recorded. */
  readonly command: string | undefined;
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
  command: z.string().nullable(),
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
      select m.name, m.checksum, m.state, m.run_id, r.command, m.duration_ms, m.run_by, m.error,
             to_char(m.changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
        from ${OWN}.migrations m
        left join ${OWN}.runs r on r.id = m.run_id
       order by m.name collate "C"`),
  );
  return rows.map((raw) => {
    const row = rowSchema.parse(raw);
    return {
      name: row.name,
      checksum: row.checksum,
      state: row.state,
      runId: row.run_id,
      command: row.command ?? undefined,
      at: row.at,
      durationMs: row.duration_ms ?? undefined,
      by: row.run_by,
      error: row.error ?? undefined,
    };
  });
}

/** Is a migration, begun and not ended, in the middle of being undone? */
export function isHalfUndone({ state, command }: Pick<HistoryRow, 'state' | 'command'>): boolean {
  return command === 'rollback' && (state === 'running' || state === 'failed');
}

/** What a run took out of a table by a plan file, and has not been put back. */
export interface PlanRun {
  readonly runId: string;
  readonly table: TableName;
  readonly rows: number;
  /** In UTC. */
  readonly at: string;
}

const planRunSchema = z.object({
  runId: z.string(),
  table: z.object({ schema: z.string(), name: z.string() }),
  rows: z.coerce.number(),
  at: z.string(),
});

/** The runs that applied a plan file, the oldest first. */
export async function readPlanRuns(db: Queryable, plan: string): Promise<readonly PlanRun[]> {
  if (!(await hasHistory(db))) return [];
  const rows = await db.query(
    statement(
      `select run_id as "runId", object -> 'table' as "table", sum(row_count - restored_count) as rows,
              to_char(min(at) at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as at
         from ${OWN}.ledger
        where object ->> 'plan' = $1 and kind in ('removed', 'deleted', 'updated', 'purged') and undone_at is null
        group by 1, 2 having sum(row_count - restored_count) > 0 order by min(id)`,
      [plan],
    ),
  );
  return rows.map((row) => planRunSchema.parse(row));
}

/** A run that has changed something, or began to. */
export interface RecordedRun {
  readonly command: string;
  /** In UTC. */
  readonly at: string;
}

/** The record of a run; undefined where it is absent. */
export async function readRun(db: Queryable, id: string): Promise<RecordedRun | undefined> {
  if (!(await hasHistory(db))) return undefined;
  const [row] = await db.query(
    statement(
      `select command, to_char(started_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as at from ${OWN}.runs where id = $1`,
      [id],
    ),
  );
  return row && { command: String(row.command), at: String(row.at) };
}
