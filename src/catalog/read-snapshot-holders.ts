import { z } from 'zod';
import { type Queryable, statement } from '../model/statement.ts';

/** A transaction of another session that may see the database as it was. */
export interface SnapshotHolder {
  /** Its virtual number: with `pid`, no other transaction's. */
  readonly transaction: string;
  readonly pid: number;
  readonly application: string;
  /** How long it has been open; null where the role may not see it. */
  readonly seconds: number | null;
}

const rowSchema = z.object({
  transaction: z.string(),
  pid: z.number(),
  application: z.string(),
  seconds: z.coerce.number().nullable(),
});

/**
 * Reads the transactions that may have a snapshot now. What kind of session another role's is, and its snapshot, are
 * hidden from a role without pg_read_all_stats: then it counts. Background workers, of pg_cron say, run SQL as well. An
 * autovacuum and a walsender write no rows.
 */
export async function readSnapshotHolders(db: Queryable): Promise<readonly SnapshotHolder[]> {
  const rows = await db.query(
    statement(`
      select l.virtualtransaction as transaction, a.pid, coalesce(nullif(a.application_name, ''), 'unnamed') as application,
             extract(epoch from clock_timestamp() - a.xact_start)::bigint as seconds
        from pg_catalog.pg_locks l
        join pg_catalog.pg_stat_activity a on a.pid = l.pid
       where l.locktype = 'virtualxid' and l.granted and l.pid <> pg_catalog.pg_backend_pid()
         and a.datname = current_database() and a.usesysid is not null
         and (a.backend_type is null
              or a.backend_type not in ('autovacuum worker', 'walsender') and a.backend_xmin is not null)`),
  );
  return rows.map((row) => rowSchema.parse(row));
}
