import { readSettings } from '../../catalog/read-settings.ts';
import { MsgdbError } from '../../model/errors.ts';
import { isInterruption } from '../../model/interruption.ts';
import { startTimer } from '../../model/start-timer.ts';
import type { BuildSettings } from '../../session/build-settings.ts';
import type { Run } from '../../session/workplace.ts';
import { OWN } from '../../sql/own-schema.ts';
import { applySettings } from '../../sql/settings.ts';

/** Names that are set for the statement. A transaction_timeout (17) counts a concurrent build's transactions too. */
const NAMES = [
  'lock_timeout',
  'statement_timeout',
  'transaction_timeout',
  'application_name',
  'maintenance_work_mem',
  'max_parallel_maintenance_workers',
] as const;

/**
 * For statements that wait for old snapshots: lock_timeout counts those waits too, and would leave an invalid index
 * behind. `more` is set beside it. Set and reset by statements of their own, because a setting in the same message would
 * open a transaction block (25001).
 */
export async function withoutLockTimeout<Result>(
  run: Run,
  doing: string,
  work: () => Promise<Result>,
  more: Partial<BuildSettings> = {},
): Promise<Result> {
  const { session, settings } = run;
  const before = await readSettings(session, NAMES);
  const elapsed = startTimer();
  const during = {
    ...before,
    ...more,
    lock_timeout: '0',
    // Who looks at pg_stat_activity meanwhile sees what it is; longer names are cut (63 bytes).
    application_name: `${OWN}: ${doing}`,
    statement_timeout: String(Math.round(settings.indexTimeoutMs)),
    ...('transaction_timeout' in before ? { transaction_timeout: '0' } : {}),
  };
  await session.query(applySettings(during));
  try {
    return await work();
  } catch (error) {
    const cancelled = error instanceof MsgdbError && error.data.sqlstate === '57014';
    throw cancelled && !isInterruption(error) ? stoppedBy(error, doing, settings.indexTimeoutMs, elapsed()) : error;
  } finally {
    // Not RESET: the connection may have been given settings of its own.
    if (!session.lost.aborted) await session.query(applySettings(before));
  }
}

function stoppedBy(error: MsgdbError, doing: string, timeoutMs: number, tookMs: number): MsgdbError {
  const data = { sqlstate: '57014' };
  if (timeoutMs === 0 || tookMs < timeoutMs) {
    const what = `${doing} was cancelled.`;
    return new MsgdbError('MSGDB_LOCK_TIMEOUT', { what, why: error.why, fix: error.fix, data, cause: error });
  }
  return new MsgdbError('MSGDB_LOCK_TIMEOUT', {
    what: `${doing} took longer than --index-timeout allows (${timeoutMs / 1000} s).`,
    why: 'A long transaction may have held it up: the build waits for every transaction older than itself.',
    fix: 'Run it again with a longer --index-timeout, when long transactions have ended.',
    data,
    cause: error,
  });
}
