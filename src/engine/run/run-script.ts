import { readSetting } from '../../catalog/read-settings.ts';
import type { ScriptLimits, ScriptStatement } from '../../model/operations/sql-operation.ts';
import type { Step } from '../../model/plan.ts';
import { stopIfInterrupted } from '../../session/interrupt.ts';
import type { Session, Transaction } from '../../session/open-session.ts';
import { lockSettings, retryLock } from '../../session/retry-lock.ts';
import { inLane, type Run, SCRIPT } from '../../session/workplace.ts';
import { type Origin, openEntry, scriptChecksum } from '../../sql/history-schema.ts';
import { limitSettings, NO_LIMIT } from '../../sql/script-limits.ts';
import { endProgress } from '../../sql/script-progress.ts';
import { restoreRole } from '../../sql/settings.ts';
import { userSql } from '../../sql/user-sql.ts';
import { explainCopies } from './explain-copies.ts';
import { explainLimit, locateGivenUp } from './limit-script.ts';
import { locateError } from './locate-error.ts';
import { readProgress } from './read-progress.ts';
import { isSetting, runEachAlone } from './run-alone.ts';
import { splitScript } from './split-script.ts';
import { tellProgress } from './tell-progress.ts';

/** What is to be run. */
interface Work {
  readonly statements: readonly ScriptStatement[];
  /** The .sql file that it stands in. */
  readonly file: string | undefined;
  readonly limits: ScriptLimits;
  readonly run: Run;
}

/**
 * Runs a user's SQL: in one transaction with its record, or, where a statement cannot be in a transaction, each by
 * itself and in order. It has a session of its own: a role or settings that it sets are not those of what comes after.
 * @throws MsgdbError with the line of the statement that failed.
 */
export async function runScript(
  run: Run,
  { script, statements: read, transaction, limits = {}, file }: Extract<Step, { kind: 'sql' }>,
  origin: Origin,
): Promise<void> {
  const statements = read ?? (await splitScript(script));
  const progress = await readProgress(run.session, origin, statements, run.emit);
  const record = () =>
    progress ? endProgress(origin, script) : openEntry(origin, 'ran-sql', { checksum: scriptChecksum(script) });
  await inOwnSession(run, limits, async (session) => {
    if (transaction && statements.every((each) => each.transactional)) {
      const role = await readSetting(session, 'role');
      const left = statements.filter((each, index) => index >= (progress?.done ?? 0) || isSetting(each));
      await retryLock(inLane(run, { session, signal: run.signal }), undefined, async () =>
        session.transaction({ settings: { ...lockSettings(run), ...limitSettings(limits) } }, async (tx) => {
          await sendStatements(tx, { statements: left, file, limits, run });
          await tx.query(NO_LIMIT);
          // One that the script took may not write msgdb's tables.
          for (const each of restoreRole(role)) await tx.query(each);
          await tx.query(record());
        }),
      );
    } else {
      await runEachAlone({ run, session, origin, limits, file }, statements, progress);
      const recorded = origin.migration !== null && statements.length > 0;
      await run.session.query(recorded ? endProgress(origin, script) : record());
    }
  });
}

async function inOwnSession(run: Run, limits: ScriptLimits, work: (session: Session) => Promise<void>): Promise<void> {
  const session = await run.openSession(SCRIPT);
  try {
    await work(session);
  } catch (error) {
    throw await explainCopies(run, locateGivenUp(error, limits));
  } finally {
    await session.close();
  }
}

/** Most of what is on its way to the server at a time. */
const WINDOW = { statements: 100, characters: 1024 * 1024 };

/** Without waiting for each answer: a round trip takes longer than most statements of a large script. */
async function sendStatements(tx: Transaction, { statements, file, limits, run }: Work): Promise<void> {
  let done = 0;
  for (const window of windowsOf(statements)) {
    stopIfInterrupted(run.signal);
    tellProgress(run, done, statements.length);
    done += window.length;
    const failed = await tx.sendAll(window.map(({ text }) => userSql(text)));
    const culprit = failed && window[failed.place];
    // The whole script is one transaction.
    if (failed && culprit)
      throw locateError(culprit, explainLimit(failed.error, limits), file).with({ data: { takenBack: true } });
  }
}

function* windowsOf(statements: readonly ScriptStatement[]): Generator<readonly ScriptStatement[]> {
  let window: ScriptStatement[] = [];
  let characters = 0;
  for (const each of statements) {
    window.push(each);
    characters += each.text.length;
    if (window.length < WINDOW.statements && characters < WINDOW.characters) continue;
    yield window;
    window = [];
    characters = 0;
  }
  if (window.length > 0) yield window;
}
