import { MsgdbError } from '../../model/errors.ts';
import type { Step } from '../../model/plan.ts';
import { statement } from '../../model/statement.ts';
import { type Origin, openEntry, scriptChecksum } from '../../sql/house.ts';
import { type ScriptStatement, splitScript } from '../migrations/split-script.ts';
import { lockSettings, retryLock } from '../run/retry-lock.ts';
import type { Run } from '../run/workplace.ts';
import { NOTHING_DONE, type Outcome } from './outcome.ts';

/**
 * Runs a user's SQL: in one transaction with its record, or, where a statement cannot be in a transaction, each by
 * itself and in order.
 * @throws MsgdbError with the line of the statement that failed.
 */
export async function runScript(
  run: Run,
  { script, transaction }: Extract<Step, { kind: 'sql' }>,
  origin: Origin,
): Promise<Outcome> {
  const statements = await splitScript(script);
  if (transaction && statements.every((each) => each.transactional)) {
    await retryLock(run, undefined, async () =>
      run.session.transaction({ settings: lockSettings(run) }, async (tx) => {
        for (const each of statements) await located(each, async () => tx.query(statement(each.text)));
        await tx.query(openEntry(origin, 'ran-sql', { checksum: scriptChecksum(script) }));
      }),
    );
  } else {
    for (const each of statements) await located(each, async () => run.session.query(statement(each.text)));
    await run.session.query(openEntry(origin, 'ran-sql', { checksum: scriptChecksum(script) }));
  }
  return NOTHING_DONE;
}

async function located(each: ScriptStatement, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_DATABASE_ERROR') throw error;
    throw new MsgdbError('MSGDB_DATABASE_ERROR', {
      what: `Line ${each.line}: ${error.message}`,
      why: error.why,
      data: { ...error.data, line: each.line },
      cause: error,
    });
  }
}
