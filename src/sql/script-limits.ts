import { durationMs } from '../model/duration.ts';
import type { ScriptLimits } from '../model/operations/sql-operation.ts';
import { type Statement, statement } from '../model/statement.ts';
import { quoteLiteral } from './quote.ts';
import { limitStatements } from './settings.ts';

/** COMMIT may wait for a synchronous standby: a timeout would end that wait, and leave the changes committed. */
export const NO_LIMIT = limitStatements(0);

/** PostgreSQL's settings for the limits of a script; only of those that it has. */
export function limitSettings({ timeout, lockTimeout }: ScriptLimits): Readonly<Record<string, string>> {
  return { ...setting('statement_timeout', timeout), ...setting('lock_timeout', lockTimeout) };
}

/** Sets them for the rest of a transaction, or of a session where there is none. */
export function setLimits(limits: ScriptLimits, scope: 'transaction' | 'session'): readonly Statement[] {
  const local = scope === 'transaction' ? 'local ' : '';
  return Object.entries(limitSettings(limits)).map(([name, value]) =>
    statement(`set ${local}${name} = ${quoteLiteral(value)}`),
  );
}

/** Begins a transaction that waits for a lock no longer than this. */
export function beginWaiting(lockTimeoutMs: number): Statement {
  return statement(`begin; set local lock_timeout = '${lockTimeoutMs}ms'`);
}

function setting(name: string, duration: string | undefined): Readonly<Record<string, string>> {
  const ms = duration === undefined ? undefined : durationMs(duration);
  return ms === undefined ? {} : { [name]: `${ms}ms` };
}
