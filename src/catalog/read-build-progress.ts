import { z } from 'zod';
import { type Queryable, statement } from '../model/statement.ts';

const progressSchema = z
  .object({
    phase: z.string(),
    blocks_total: z.coerce.number(),
    blocks_done: z.coerce.number(),
    tuples_total: z.coerce.number(),
    tuples_done: z.coerce.number(),
    lockers_total: z.coerce.number(),
    lockers_done: z.coerce.number(),
    locker: z.string().nullable(),
  })
  .transform((row) => ({
    phase: row.phase,
    blocks: { done: row.blocks_done, total: row.blocks_total },
    rows: { done: row.tuples_done, total: row.tuples_total },
    transactions: { done: row.lockers_done, total: row.lockers_total },
    locker: row.locker,
  }));

/** How far a build of an index is: a total of 0 is of a phase that has none. */
export interface BuildProgress {
  /** PostgreSQL's own words: `building index: scanning table`. */
  readonly phase: string;
  readonly blocks: Counter;
  readonly rows: Counter;
  /** Older transactions that it waits for. */
  readonly transactions: Counter;
  /** The one it waits for now, for people. */
  readonly locker: string | null;
}

interface Counter {
  readonly done: number;
  readonly total: number;
}

/** Reads how far the build is that a session is at; undefined where it builds nothing. */
export async function readBuildProgress(db: Queryable, pid: number): Promise<BuildProgress | undefined> {
  const [row] = await db.query(
    statement(
      `
      select p.phase, p.blocks_total, p.blocks_done, p.tuples_total, p.tuples_done, p.lockers_total, p.lockers_done,
             format('pid %s (%s, for %s s)', a.pid, coalesce(nullif(a.application_name, ''), 'unnamed'),
                    extract(epoch from clock_timestamp() - a.xact_start)::bigint) as locker
        from pg_catalog.pg_stat_progress_create_index p
        left join pg_catalog.pg_stat_activity a on a.pid = nullif(p.current_locker_pid, 0)
       where p.pid = $1::text::integer`,
      [pid],
    ),
  );
  return row && progressSchema.parse(row);
}
