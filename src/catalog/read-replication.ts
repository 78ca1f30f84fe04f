import { z } from 'zod';
import { type Queryable, statement } from '../model/statement.ts';

const rowSchema = z
  .object({
    lag_ms: z.coerce.number(),
    hidden: z.boolean(),
    written: z.coerce.number(),
    replayed: z.coerce.number().nullable(),
  })
  .transform(({ lag_ms: lagMs, ...row }) => ({ lagMs, ...row }));

/** How far replicas have come; positions are bytes of the write-ahead log. */
export interface Replication {
  /** The most that PostgreSQL says of any replica. */
  readonly lagMs: number;
  /** To a role without pg_monitor, rows of other roles' connections are there, but empty. */
  readonly hidden: boolean;
  readonly written: number;
  /** By the last of them; null without replicas. */
  readonly replayed: number | null;
}

/** Reads how far the replicas of this server have come. */
export async function readReplication(db: Queryable): Promise<Replication> {
  const [row] = await db.query(
    statement(`
      select coalesce(max(extract(epoch from replay_lag) * 1000), 0) as lag_ms,
             coalesce(bool_or(state is null), false) as hidden,
             pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0') as written,
             pg_catalog.pg_wal_lsn_diff(min(replay_lsn), '0/0') as replayed
        from pg_catalog.pg_stat_replication`),
  );
  return rowSchema.parse(row);
}
