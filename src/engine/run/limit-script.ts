import { MsgdbError } from '../../model/errors.ts';
import { isInterruption } from '../../model/interruption.ts';
import type { ScriptLimits } from '../../model/operations/sql-operation.ts';

/** Says whose limit it was that a statement met: the script's own is not for a role or a flag to change. */
export function explainLimit(error: MsgdbError, { timeout, lockTimeout }: ScriptLimits): MsgdbError {
  if (timeout !== undefined && !isInterruption(error) && error.data.sqlstate === '57014') {
    return error.with({
      why: `The script allows each of its statements ${timeout}.`,
      fix: 'Give it more time: `-- msgdb:timeout` in the .sql file, or the option timeout of sql({ … }).',
    });
  }
  if (lockTimeout !== undefined && error.code === 'MSGDB_LOCK_TIMEOUT') {
    return error.with({ why: `Other sessions held the lock for longer than ${lockTimeout}, which the script waits.` });
  }
  return error;
}

/** What gave up after several attempts names the statement that met the lock in the last one. */
export function locateGivenUp(error: unknown, limits: ScriptLimits): unknown {
  if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_LOCK_TIMEOUT') return error;
  const last = error.cause;
  if (!(last instanceof MsgdbError) || last.data.line === undefined || error.data.line !== undefined) return error;
  const { line, column, excerpt, file } = last.data;
  const located = error.with({
    what: `Line ${line}: ${error.message}`,
    data: {
      line,
      ...(column === undefined ? {} : { column }),
      ...(excerpt === undefined ? {} : { excerpt }),
      ...(file === undefined ? {} : { file }),
    },
  });
  return explainLimit(located, limits);
}
