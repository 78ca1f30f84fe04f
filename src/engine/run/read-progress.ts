import { readLedger } from '../../catalog/read-ledger.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Listener } from '../../model/event.ts';
import type { ScriptStatement } from '../../model/operations/sql-operation.ts';
import type { Queryable } from '../../model/statement.ts';
import { isScript, type Origin } from '../../sql/history-schema.ts';
import { advance, NOTHING_RUN, type ScriptProgress } from '../../sql/script-progress.ts';

/** Of which migration, and of which of its operations. */
export type ScriptOrigin = Pick<Origin, 'migration' | 'operation'>;

/**
 * How far an earlier attempt has come; undefined where nothing of the script has been recorded.
 * @throws MsgdbError MSGDB_MIGRATION_EDITED when what has run is not what stands in the script now.
 */
export async function readProgress(
  db: Queryable,
  { migration, operation }: ScriptOrigin,
  statements: readonly ScriptStatement[],
  emit: Listener,
): Promise<ScriptProgress | undefined> {
  if (migration === null) return undefined;
  const entries = await readLedger(db, { migration });
  const begun = entries.find((entry) => entry.kind === 'begun-sql' && entry.operation === operation);
  if (begun?.kind !== 'begun-sql') return undefined;
  const { done, prefix, current } = begun;
  const reached = statements.slice(0, done).reduce((progress, { text }) => advance(progress, text), NOTHING_RUN);
  if (reached.done !== done || reached.prefix !== prefix) {
    throw new MsgdbError('MSGDB_MIGRATION_EDITED', {
      what: `The first ${done === 1 ? 'statement' : `${done} statements`} of ${migration} ${done === 1 ? 'has' : 'have'} run, in an attempt that did not finish, and ${done === 1 ? 'was' : 'were'} edited since.`,
      why: 'The script goes on with the first statement that has not run; what stands before it has to be what was run.',
      fix: 'Restore these statements: what comes after them may be edited. Or undo what was done with `msgdb rollback`, then migrate again.',
    });
  }
  if (done > 0) {
    const line = statements[done]?.line;
    const where = line === undefined ? 'all of them' : `it goes on at line ${line}`;
    emit({
      kind: 'note',
      message: `${done} of ${statements.length} statements have run in an earlier attempt: ${where}`,
    });
  }
  return { done, prefix, current };
}

/**
 * Has the whole script run, in an attempt of its migration that did not finish?
 * @throws MsgdbError MSGDB_MIGRATION_EDITED when another script has.
 */
export async function hasRun(db: Queryable, { migration, operation }: ScriptOrigin, script: string): Promise<boolean> {
  if (migration === null) return false;
  const entries = await readLedger(db, { migration });
  const ran = entries.find((entry) => entry.kind === 'ran-sql' && entry.operation === operation);
  if (ran?.kind !== 'ran-sql') return false;
  if (isScript(script, ran.checksum)) return true;
  throw new MsgdbError('MSGDB_MIGRATION_EDITED', {
    what: `The SQL of ${migration} was edited after it had run, in an attempt that did not finish.`,
    fix: 'Undo what was done with `msgdb rollback`, then migrate again; or restore the file.',
  });
}
