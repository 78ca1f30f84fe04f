import { MsgdbError } from '../../model/errors.ts';
import type { TableName } from '../../model/facts.ts';
import { statement } from '../../model/statement.ts';
import { sqlstateOf } from '../session/database-error.ts';
import { pause, stopIfInterrupted } from './interrupt.ts';
import type { Workplace } from './workplace.ts';

/** lock_not_available, deadlock_detected, serialization_failure: the same attempt may succeed a moment later. */
const PASSING = new Set(['55P03', '40P01', '40001']);

/**
 * Tries something that takes a strong lock, with lock_timeout short, so that writers never queue behind it for long;
 * again after a growing, jittered pause.
 * @throws MsgdbError MSGDB_LOCK_TIMEOUT naming the sessions that held the table, when the retries ran out.
 */
export async function retryLock<Result>(
  workplace: Workplace,
  table: TableName | undefined,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const { settings, signal, emit } = workplace;
  for (let failures = 0; ; failures += 1) {
    stopIfInterrupted(signal);
    try {
      return await attempt();
    } catch (error) {
      if (!PASSING.has(sqlstateOf(error) ?? '')) throw error;
      const holders = table ? await nameHolders(workplace, table) : '';
      if (failures >= settings.lockRetries) throw gaveUp(table, failures + 1, holders, error);
      emit({ kind: 'waiting', message: `${label(table)} is busy${holders}; trying again (${failures + 1})` });
      await pause(Math.min(200 * 1.6 ** failures, 5_000) * (0.75 + Math.random() / 2), signal);
    }
  }
}

/** Settings of a transaction that takes locks. */
export function lockSettings({ settings }: Workplace): Readonly<Record<string, string>> {
  return { lock_timeout: `${settings.lockTimeoutMs}ms` };
}

function gaveUp(table: TableName | undefined, attempts: number, holders: string, cause: unknown): MsgdbError {
  return new MsgdbError('MSGDB_LOCK_TIMEOUT', {
    what: `${label(table)} could not be locked in ${attempts} attempts${holders}.`,
    cause,
  });
}

function label(table: TableName | undefined): string {
  return table ? `${table.schema}.${table.name}` : 'A table';
}

async function nameHolders({ session }: Workplace, table: TableName): Promise<string> {
  const rows = await session.query(
    statement(
      `
      select distinct a.pid, coalesce(nullif(a.application_name, ''), 'unnamed') as application, a.state,
             extract(epoch from clock_timestamp() - a.xact_start)::bigint as seconds
        from pg_catalog.pg_locks l
        join pg_catalog.pg_class c on c.oid = l.relation
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_stat_activity a on a.pid = l.pid
       where n.nspname = $1 and c.relname = $2 and l.granted and l.pid <> pg_catalog.pg_backend_pid()
         and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
         and l.mode <> 'AccessShareLock'
       order by seconds desc nulls last limit 3`,
      [table.schema, table.name],
    ),
  );
  if (rows.length === 0) return '';
  // Another role's state is hidden from a role that is not a member of pg_read_all_stats.
  const named = rows.map((row) => {
    const more = [row.application, row.state, row.seconds === null ? null : `${row.seconds} s`].filter(Boolean);
    return `pid ${row.pid} (${more.join(', ')})`;
  });
  return `; held by ${named.join(', ')}`;
}
