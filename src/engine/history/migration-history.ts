import type { HistoryRow } from '../../catalog/read-history.ts';
import { type Queryable, statement } from '../../model/statement.ts';
import { VERSION } from '../../model/version.ts';

/** A change of a migration's state. */
export interface StateChange {
  readonly name: string;
  readonly checksum: string;
  readonly state: HistoryRow['state'];
  readonly runId: string;
  readonly durationMs?: number;
  readonly error?: string;
}

export async function recordState(db: Queryable, change: StateChange): Promise<void> {
  await db.query(
    statement(
      `
      insert into msgdb.migrations (name, checksum, state, run_id, duration_ms, error, version)
      values ($1, $2, $3, $4, $5::text::bigint, $6, $7)
      on conflict (name) do update
         set checksum = excluded.checksum, state = excluded.state, run_id = excluded.run_id,
             duration_ms = excluded.duration_ms, error = excluded.error, version = excluded.version,
             run_by = current_user, changed_at = clock_timestamp()`,
      [
        change.name,
        change.checksum,
        change.state,
        change.runId,
        change.durationMs === undefined ? null : Math.round(change.durationMs),
        change.error ?? null,
        VERSION,
      ],
    ),
  );
}

/**
 * Forgets migrations that failed with nothing left to undo; those with open entries in the ledger stay.
 * @returns the names that were forgotten.
 */
export async function forgetFailed(db: Queryable, names: readonly string[]): Promise<readonly string[]> {
  const rows = await db.query(
    statement(
      `delete from msgdb.migrations m
        where state = 'failed' and name in (select jsonb_array_elements_text($1::text::jsonb))
          and not exists (select from msgdb.ledger l where l.migration = m.name and l.undone_at is null)
       returning name`,
      [JSON.stringify(names)],
    ),
  );
  return rows.map(({ name }) => String(name));
}

/** Accepts a file's present content as the content that was applied. */
export async function acceptChecksum(db: Queryable, name: string, checksum: string): Promise<void> {
  await db.query(statement('update msgdb.migrations set checksum = $2 where name = $1', [name, checksum]));
}
