import type { ErrorCode } from '../../model/codes.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Step } from '../../model/plan.ts';
import { type Queryable, statement } from '../../model/statement.ts';
import { type Origin, openEntry, scriptChecksum } from '../../sql/house.ts';
import { type ScriptStatement, splitScript } from '../migrations/split-script.ts';
import { lockSettings, retryLock } from '../run/retry-lock.ts';
import { type Run, SCRIPT } from '../run/workplace.ts';
import type { Session } from '../session/open-session.ts';
import { explainCopies } from './explain-copies.ts';

/**
 * Runs a user's SQL: in one transaction with its record, or, where a statement cannot be in a transaction, each by
 * itself and in order. It has a session of its own: a role or settings that it sets are not those of what comes after.
 * @throws MsgdbError with the line of the statement that failed.
 */
export async function runScript(
  run: Run,
  { script, transaction }: Extract<Step, { kind: 'sql' }>,
  origin: Origin,
): Promise<void> {
  const statements = await splitScript(script);
  const record = openEntry(origin, 'ran-sql', { checksum: scriptChecksum(script) });
  await inOwnSession(run, async (session) => {
    if (transaction && statements.every((each) => each.transactional)) {
      const role = await currentRole(session);
      await retryLock({ ...run, session }, undefined, async () =>
        session.transaction({ settings: lockSettings(run) }, async (tx) => {
          for (const each of statements) await located(each, async () => tx.query(statement(each.text)));
          // One that the script took may not write msgdb's tables.
          await tx.query(statement('set local session authorization default'));
          await tx.query(statement(`select pg_catalog.set_config('role', $1, true)`, [role]));
          await tx.query(record);
        }),
      );
    } else {
      await eachByItself(session, statements);
      await run.session.query(record);
    }
  });
}

/** What has run stays when a later one fails; nothing but the whole script is recorded. */
async function eachByItself(session: Session, statements: readonly ScriptStatement[]): Promise<void> {
  const ran: number[] = [];
  for (const each of statements) {
    try {
      await located(each, async () => session.query(statement(each.text)));
    } catch (error) {
      if (!(error instanceof MsgdbError) || ran.length === 0) throw error;
      const { code, message: what, why, fix, data } = error;
      throw new MsgdbError(code, { what, why, fix, data: { ...data, ranLines: ran }, cause: error });
    }
    ran.push(each.line);
  }
}

async function inOwnSession(run: Run, work: (session: Session) => Promise<void>): Promise<void> {
  const session = await run.openSession(SCRIPT);
  try {
    await work(session);
  } catch (error) {
    throw await explainCopies(run, error);
  } finally {
    await session.close();
  }
}

async function currentRole(db: Queryable): Promise<string> {
  const [row] = await db.query(statement('show role'));
  return String(row?.role);
}

async function located(each: ScriptStatement, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof MsgdbError) || PASSED_ON.has(error.code)) throw error;
    throw new MsgdbError(error.code, {
      what: `Line ${each.line}: ${error.message}`,
      why: error.why,
      fix: error.fix,
      data: { ...error.data, line: each.line },
      cause: error,
    });
  }
}

/** These are about the session, not about the statement. */
const PASSED_ON: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['MSGDB_CONNECTION_LOST', 'MSGDB_INTERRUPTED']);
