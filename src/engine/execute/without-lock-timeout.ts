import { MsgdbError } from '../../model/errors.ts';
import { statement } from '../../model/statement.ts';
import type { Run } from '../run/workplace.ts';

/**
 * For statements that wait for old snapshots: lock_timeout counts those waits too, and would leave an invalid index
 * behind. Set and reset by statements of their own, because a setting in the same message would open a transaction block
 * (25001).
 */
export async function withoutLockTimeout<Result>(run: Run, work: () => Promise<Result>): Promise<Result> {
  const { session, settings } = run;
  const [before] = await session.query(
    statement(`select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement`),
  );
  await session.query(statement('set lock_timeout = 0'));
  await session.query(statement(`set statement_timeout = ${Math.round(settings.indexTimeoutMs)}`));
  try {
    return await work();
  } catch (error) {
    if (error instanceof MsgdbError && error.data.sqlstate === '57014' && error.code !== 'MSGDB_INTERRUPTED') {
      throw new MsgdbError('MSGDB_LOCK_TIMEOUT', {
        what: `Building or dropping the index took longer than --index-timeout allows (${settings.indexTimeoutMs / 1000} s).`,
        why: 'A long transaction may have held it up: the build waits for every transaction older than itself.',
        fix: 'Run it again with a longer --index-timeout, when long transactions have ended.',
        cause: error,
      });
    }
    throw error;
  } finally {
    if (!session.lost.aborted) {
      // Not RESET: the connection may have been given settings of its own.
      await session.query(
        statement(`select set_config('lock_timeout', $1, false), set_config('statement_timeout', $2, false)`, [
          String(before?.lock),
          String(before?.statement),
        ]),
      );
    }
  }
}
