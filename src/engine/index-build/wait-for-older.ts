import { MsgdbError } from '../../model/errors.ts';
import { type Row, statement } from '../../model/statement.ts';
import { pause } from '../../session/interrupt.ts';
import type { Run } from '../../session/workplace.ts';

const POLL_MS = 100;
/** A wait shorter than this is not worth a line. */
const TOLD_AFTER_MS = 1_000;

/**
 * Waits until every transaction that has a snapshot from before this moment is over. It polls: a session that waited in
 * a statement would have a snapshot itself.
 * @throws MsgdbError MSGDB_LOCK_TIMEOUT when that takes longer than --index-timeout.
 */
export async function waitForOlder(run: Run, what: string): Promise<void> {
  const started = Date.now();
  const { indexTimeoutMs } = run.settings;
  const older = new Set((await readHolders(run)).map(nameOf));
  let told = false;
  for (;;) {
    const still = (await readHolders(run)).filter((row) => older.has(nameOf(row)));
    if (still.length === 0) return;
    const waited = Date.now() - started;
    const names = still.slice(0, 3).map((row) => `pid ${row.pid} (${row.application}, for ${row.seconds} s)`);
    if (indexTimeoutMs > 0 && waited > indexTimeoutMs) throw outOfTime(what, names);
    if (!told && waited > TOLD_AFTER_MS) {
      run.emit({ kind: 'waiting', message: `waiting for transactions ${what}: ${names.join(', ')}` });
      told = true;
    }
    await pause(POLL_MS, run.signal);
  }
}

/**
 * What kind of session another role's is, and its snapshot, are hidden from a role without pg_read_all_stats: then it
 * counts. Background workers, of pg_cron say, run SQL as well. An autovacuum, which is nobody's, and a walsender write no
 * rows.
 */
async function readHolders({ session }: Run): Promise<readonly Row[]> {
  return await session.query(
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
}

function nameOf(row: Row): string {
  return `${row.pid} ${row.transaction}`;
}

function outOfTime(what: string, names: readonly string[]): MsgdbError {
  return new MsgdbError('MSGDB_LOCK_TIMEOUT', {
    what: `Transactions ${what} were still there after --index-timeout: ${names.join(', ')}.`,
    fix: 'Run the same command again when they have ended, or with a longer --index-timeout.',
  });
}
