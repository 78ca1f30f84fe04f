import type { ConnectionHost } from '../model/connection.ts';
import { MsgdbError } from '../model/errors.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { RUN_LOCK } from '../sql/lock-class.ts';
import { pause } from './interrupt.ts';
import type { Session } from './open-session.ts';
import { directConnection } from './pooler-advice.ts';
import type { Workplace } from './workplace.ts';

const POLL_MS = 250;

/**
 * Takes the lock that lets one run at a time work on a database, on a session of its own. It is polled: a session that
 * waits in pg_advisory_lock holds a snapshot, and a concurrent index build would wait for it for ever.
 * @throws MsgdbError MSGDB_RUN_LOCKED naming the holder; MSGDB_POOLER_UNSAFE when the lock is not really held.
 */
export async function takeRunLock(lock: Session, workplace: Workplace): Promise<void> {
  const deadline = Date.now() + workplace.settings.lockWaitMs;
  let noted = false;
  for (;;) {
    const [taken, held] = await Promise.all([tryLock(lock), isHeld(lock)]);
    if (taken && !held) throw behindPooler([]);
    if (taken) return;
    const holder = await nameHolder(lock);
    if (holder === undefined) continue;
    if (Date.now() >= deadline) throw busy(holder, workplace.settings.lockWaitMs);
    if (!noted)
      workplace.emit({ kind: 'waiting', message: `another msgdb run is working (${holder}); waiting for it` });
    noted = true;
    await pause(POLL_MS, workplace.signal);
  }
}

async function tryLock(lock: Session): Promise<boolean> {
  const [row] = await lock.query(
    statement('select pg_catalog.pg_try_advisory_lock($1::text::integer, $2::text::integer) as held', [...RUN_LOCK]),
  );
  return row?.held === true;
}

/**
 * Is the lock still this session's? Asked of the server: it lets the lock go with the session, and another run may have
 * it before the loss is known here.
 */
export async function holdsRunLock(lock: Session): Promise<boolean> {
  if (lock.lost.aborted) return false;
  try {
    return await isHeld(lock);
  } catch {
    return false;
  }
}

/** Through a transaction pooler the lock sits on whichever server connection the statement happened to use. */
async function isHeld(lock: Session): Promise<boolean> {
  const [row] = await lock.query(
    statement(
      `select pg_catalog.pg_backend_pid() as pid, exists (
                select from pg_catalog.pg_locks
                 where locktype = 'advisory' and classid = $1::text::oid and objid = $2::text::oid and objsubid = 2
                   and pid = pg_catalog.pg_backend_pid() and granted) as held`,
      [...RUN_LOCK],
    ),
  );
  return row?.held === true && Number(row.pid) === lock.pid;
}

/** The refusal to change anything over a connection that does not keep its session. */
export function behindPooler(hosts: readonly ConnectionHost[]): MsgdbError {
  return new MsgdbError('MSGDB_POOLER_UNSAFE', {
    what: 'Statements of one session reach different server processes: a pooler in transaction mode is in between.',
    why: 'The run lock, settings and concurrent builds need one server connection for the whole run.',
    fix: directConnection(hosts),
  });
}

/** Is a run at work on the database? */
export async function isRunLockHeld(db: Queryable): Promise<boolean> {
  const rows = await db.query(
    statement(
      `select from pg_catalog.pg_locks
        where locktype = 'advisory' and classid = $1::text::oid and objid = $2::text::oid and objsubid = 2 and granted
          and database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())`,
      [...RUN_LOCK],
    ),
  );
  return rows.length > 0;
}

/**
 * Advisory locks are of one database: a run on another database of the server is not the holder. Undefined: it has
 * just let go.
 */
async function nameHolder(lock: Session): Promise<string | undefined> {
  const [row] = await lock.query(
    statement(
      `select l.pid, a.application_name as application,
              extract(epoch from clock_timestamp() - a.backend_start)::bigint as seconds
         from pg_catalog.pg_locks l
         left join pg_catalog.pg_stat_activity a on a.pid = l.pid
        where l.locktype = 'advisory' and l.classid = $1::text::oid and l.objid = $2::text::oid and l.objsubid = 2
          and l.granted
          and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())`,
      [...RUN_LOCK],
    ),
  );
  return row && `pid ${row.pid}, ${row.application}, for ${row.seconds} s`;
}

function busy(holder: string, waitedMs: number): MsgdbError {
  return new MsgdbError('MSGDB_RUN_LOCKED', {
    what: `Another msgdb run is working on this database (${holder}).`,
    why: `One run at a time works on a database; waited ${waitedMs / 1000} s for it.`,
  });
}
