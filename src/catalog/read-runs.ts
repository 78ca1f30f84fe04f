import { z } from 'zod';
import { type Queryable, statement } from '../model/statement.ts';
import { OWN } from '../sql/own-schema.ts';
import { hasHistory } from './read-ledger.ts';

/** A run as it is recorded: one that wrote something, or began to. */
export interface RunRow {
  readonly id: string;
  readonly command: string;
  /** ISO 8601, in UTC. */
  readonly startedAt: string;
  /** Undefined where it is at work, or was killed. */
  readonly durationMs: number | undefined;
  readonly by: string;
  readonly version: string;
  /** Migrations that it has brought into the state they are in. */
  readonly migrations: readonly { readonly name: string; readonly state: string }[];
}

const rowSchema = z.object({
  id: z.string(),
  command: z.string(),
  started_at: z.string(),
  duration_ms: z.coerce.number().nullable(),
  run_by: z.string(),
  version: z.string(),
  migrations: z.array(z.object({ name: z.string(), state: z.string() })),
});

/** The latest runs, the newest first; none where msgdb has never worked. */
export async function readRuns(db: Queryable, most: number): Promise<readonly RunRow[]> {
  if (!(await hasHistory(db))) return [];
  const rows = await db.query(
    statement(
      `select r.id, r.command, r.run_by, r.version,
              to_char(r.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as started_at,
              round(1000 * extract(epoch from r.finished_at - r.started_at)) as duration_ms,
              coalesce((select jsonb_agg(jsonb_build_object('name', m.name, 'state', m.state) order by m.name collate "C")
                          from ${OWN}.migrations m where m.run_id = r.id), '[]') as migrations
         from ${OWN}.runs r order by r.started_at desc, r.id desc limit $1::text::bigint`,
      [most],
    ),
  );
  return rows.map((raw) => {
    const { id, command, version, migrations, ...row } = rowSchema.parse(raw);
    const durationMs = row.duration_ms ?? undefined;
    return { id, command, startedAt: row.started_at, durationMs, by: row.run_by, version, migrations };
  });
}
