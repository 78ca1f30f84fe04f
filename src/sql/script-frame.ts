import { type Statement, statement } from '../model/statement.ts';
import { RUN_LOCK } from './lock-class.ts';
import { OWN } from './own-schema.ts';

/** What a role, a database or a URL may set for its application, and would end a run half-way. */
const TIMEOUTS = [
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
] as const;

/**
 * Takes the time limits off a session: a scan of a large table or a concurrent build takes longer than an application's
 * statement may, and the session that holds the run lock idles. Limits of msgdb's own stay.
 */
export function forgetTimeouts(): Statement {
  return statement(
    // Not every version has them all: idle_session_timeout came with 14, transaction_timeout with 17.
    `select set_config(name, '0', false) from pg_catalog.pg_settings
        where name in (select jsonb_array_elements_text($1::text::jsonb))`,
    [JSON.stringify(TIMEOUTS)],
  );
}

/** Where SQL of the user's own finds tables that it names without a schema. */
export function setSearchPath(path: string): Statement {
  return statement(`select pg_catalog.set_config('search_path', $1, false)`, [path]);
}

/** Notes the role that a script is run under: SQL of the user's own may take another. */
export function noteRole(): Statement {
  return statement(`
      do $msgdb$ begin
        perform pg_catalog.set_config('msgdb.role', pg_catalog.current_setting('role'), false);
      end $msgdb$`);
}

/** A role and settings that the user's own SQL sets are not those of what comes after: a run has a session for each. */
export const RESTORE_SESSION = statement(`
      do $msgdb$
      declare noted text := coalesce(nullif(pg_catalog.current_setting('msgdb.role', true), ''), 'none');
      begin
        set session authorization default;
        reset all;
        perform pg_catalog.set_config('role', noted, false), pg_catalog.set_config('msgdb.role', noted, false);
      end $msgdb$`);

/** How a script takes locks. */
export interface ScriptLocks {
  readonly lockTimeoutMs: number;
}

/**
 * Begins a transaction of a script: it waits for a lock as briefly as a run does, and only one run is at work at a
 * time. The lock is the transaction's, so that a pooler has none to keep.
 */
export function openTransaction({ lockTimeoutMs }: ScriptLocks): readonly Statement[] {
  const [classId, objectId] = RUN_LOCK;
  return [
    statement('begin'),
    statement(`set local lock_timeout = '${lockTimeoutMs}ms'`),
    statement(`
      do $msgdb$ begin
        if not pg_catalog.pg_try_advisory_xact_lock(${classId}, ${objectId}) then
          raise exception using errcode = 'lock_not_available',
            message = 'Another msgdb run is working on this database.', hint = 'Run the script again when it is done.';
        end if;
      end $msgdb$`),
  ];
}

const LIMIT = `${OWN}.work_limit`;

/**
 * Statements of a transaction that has just got its lock, for a limited number of seconds in all: each may take what
 * is left. transaction_timeout came with PostgreSQL 17 and ends the session; what a client does next would be outside a
 * transaction.
 */
export function limitTime(seconds: number, statements: readonly Statement[]): readonly Statement[] {
  return [
    statement(`
      create procedure ${LIMIT}() language plpgsql as $msgdb$
      declare left_ms numeric;
      begin
        left_ms = 1000 * (current_setting('msgdb.lock_until')::numeric - extract(epoch from clock_timestamp()));
        if left_ms < 1 then
          raise exception using errcode = 'query_canceled',
            message = 'msgdb: the lock was held for ${seconds} s. The transaction was undone.';
        end if;
        perform set_config('statement_timeout', ceil(left_ms)::text, true);
      end $msgdb$`),
    statement(`
      do $msgdb$ begin
        perform set_config('msgdb.lock_until', (extract(epoch from clock_timestamp()) + ${seconds})::text, true);
      end $msgdb$`),
    ...statements.flatMap((each) => [statement(`call ${LIMIT}()`), each]),
    // COMMIT may wait for a synchronous standby: a timeout would end that wait, and leave the rows committed.
    statement('set local statement_timeout = 0'),
    statement(`drop procedure ${LIMIT}`),
  ];
}
