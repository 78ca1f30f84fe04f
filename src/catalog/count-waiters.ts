import { type Queryable, statement } from '../model/statement.ts';

/** Counts the sessions that wait for a lock that this one holds. */
export async function countWaiters(db: Queryable): Promise<number> {
  const [row] = await db.query(
    statement(`
      select count(*) as waiters from pg_catalog.pg_locks
       where case when granted then false
                  else pg_catalog.pg_backend_pid() = any(pg_catalog.pg_blocking_pids(pid)) end`),
  );
  return Number(row?.waiters);
}
