import type { TableName } from '../model/facts.ts';
import { type Queryable, type Row, statement } from '../model/statement.ts';
import { OWN } from '../sql/own-schema.ts';

/** Somebody whose transaction is in the way. */
export interface Blocker {
  /** The same as long as it is the same transaction. */
  readonly id: string;
  /** `pid 4711 (nightly report, idle in transaction, for 840 s)` */
  readonly name: string;
  /** What it runs, or ran last. It may hold row contents, and is hidden from roles without pg_read_all_stats. */
  readonly query: string | undefined;
}

/** Those who hold a lock on a table that a stronger one has to wait for, longest first; prepared transactions too. */
export async function readHolders(db: Queryable, table: TableName): Promise<readonly Blocker[]> {
  const rows = await db.query(
    statement(
      `
      select distinct a.pid, a.application_name as application, a.state, a.query, p.gid,
             extract(epoch from clock_timestamp() - coalesce(a.xact_start, p.prepared))::bigint as seconds
        from pg_catalog.pg_locks l
        join pg_catalog.pg_class c on c.oid = l.relation
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        left join pg_catalog.pg_stat_activity a on a.pid = l.pid
        -- A prepared transaction has no process; it is known by the lock it has on its own number.
        left join (pg_catalog.pg_locks x join pg_catalog.pg_prepared_xacts p on p.transaction = x.transactionid)
          on l.pid is null and x.locktype = 'transactionid' and x.pid is null
         and x.virtualtransaction = l.virtualtransaction
       where n.nspname = $1 and c.relname = $2 and l.granted and l.pid is distinct from pg_catalog.pg_backend_pid()
         and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
         and l.mode <> 'AccessShareLock'
       order by seconds desc nulls last limit 3`,
      [table.schema, table.name],
    ),
  );
  return rows.map(blockerOf);
}

/** A transaction younger than this ends by itself soon enough. */
const LONG_SECONDS = 10;

/**
 * What will hold up a build on a table or a lock of it: transactions that have been open for long (a concurrent
 * build waits for every one), prepared transactions, and an autovacuum against wraparound, which does not give way.
 */
export async function readObstacles(db: Queryable, table: TableName): Promise<readonly Blocker[]> {
  const rows = await db.query(
    statement(
      `
      select a.pid, a.application_name as application, a.state, a.query, null as gid,
             extract(epoch from clock_timestamp() - a.xact_start)::bigint as seconds
        from pg_catalog.pg_stat_activity a
       where a.datname = current_database() and a.pid <> pg_catalog.pg_backend_pid() and a.backend_type = 'client backend'
         and a.xact_start < clock_timestamp() - make_interval(secs => $3::text::integer)
      union all
      select a.pid, 'autovacuum to prevent wraparound', 'active', null, null,
             extract(epoch from clock_timestamp() - a.xact_start)::bigint
        from pg_catalog.pg_stat_activity a
        join pg_catalog.pg_locks l on l.pid = a.pid and l.locktype = 'relation'
        join pg_catalog.pg_class c on c.oid = l.relation
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where a.backend_type = 'autovacuum worker' and a.query like '%(to prevent wraparound)'
         and l.mode = 'ShareUpdateExclusiveLock' and n.nspname = $1 and c.relname = $2
         and a.datname = current_database()
      union all
      select null, null, null, null, p.gid, extract(epoch from clock_timestamp() - p.prepared)::bigint
        from pg_catalog.pg_prepared_xacts p
       where p.database = current_database()
       order by seconds desc nulls last`,
      [table.schema, table.name, LONG_SECONDS],
    ),
  );
  return rows.map(blockerOf);
}

/** The same for any table. */
export async function readAllObstacles(db: Queryable): Promise<readonly Blocker[]> {
  return await readObstacles(db, { schema: '', name: '' });
}

/**
 * Server processes in a transaction that makes something in schema msgdb, or an index for a run: a server process goes
 * on with its statement when its client is killed, and a COMMIT is one. For whoever holds the run lock they are of a
 * run that is dead, or of a session that it has just closed itself. Read from pg_locks, which hides nothing from any
 * role: CREATE TABLE locks its schema, under any application_name; CREATE INDEX does not, and names itself.
 */
export async function readUnfinished(db: Queryable): Promise<readonly Blocker[]> {
  const rows = await db.query(
    statement(
      `
      select a.pid, a.application_name as application, a.state, a.query, null as gid,
             extract(epoch from clock_timestamp() - a.xact_start)::bigint as seconds
        from pg_catalog.pg_stat_activity a
       where a.datname = current_database() and a.pid <> pg_catalog.pg_backend_pid()
         and exists (
           select from pg_catalog.pg_locks l
            where l.pid = a.pid
              and (l.locktype = 'object' and l.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                   and l.objid = (select oid from pg_catalog.pg_namespace where nspname = $1)
                   -- Later on the index is there to be seen, valid or not.
                   or a.application_name like '${OWN}: building %'
                   and (l.locktype = 'relation' and not l.granted or l.locktype = 'transactionid' and l.granted)))
       order by a.pid`,
      [OWN],
    ),
  );
  return rows.map(blockerOf);
}

/** `pid 1 (a, for 3 s), pid 2 (b, for 1 s) and 4 more` */
export function listBlockers(blockers: readonly Blocker[]): string {
  const named = blockers.slice(0, 3).map(({ name }) => name);
  const more = blockers.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function blockerOf(row: Row): Blocker {
  // Another role's state is hidden from a role that is not a member of pg_read_all_stats.
  const since = row.seconds === null ? null : `for ${row.seconds} s`;
  if (row.gid !== null) {
    return { id: `gid ${row.gid}`, name: `prepared transaction '${row.gid}' (${since})`, query: undefined };
  }
  const more = [row.application || 'unnamed', row.state, since].filter(Boolean);
  const query = typeof row.query === 'string' && row.state !== null ? row.query : undefined;
  return { id: `pid ${row.pid}`, name: `pid ${row.pid} (${more.join(', ')})`, query };
}
