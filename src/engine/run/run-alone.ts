import { readScriptIndex } from '../../catalog/read-script-index.ts';
import { readSetting } from '../../catalog/read-settings.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { ScriptLimits, ScriptStatement } from '../../model/operations/sql-operation.ts';
import type { Statement } from '../../model/statement.ts';
import { stopAtSafePoint } from '../../session/keep-to-window.ts';
import type { Session } from '../../session/open-session.ts';
import { retryLock } from '../../session/retry-lock.ts';
import type { Run } from '../../session/workplace.ts';
import type { Origin } from '../../sql/history-schema.ts';
import { dropIndexConcurrently } from '../../sql/index-ddl.ts';
import { quoteTable } from '../../sql/quote.ts';
import { BEGIN, COMMIT, ROLLBACK } from '../../sql/script.ts';
import { beginWaiting, NO_LIMIT, setLimits } from '../../sql/script-limits.ts';
import { advance, NOTHING_RUN, noteProgress, openProgress, type ScriptProgress } from '../../sql/script-progress.ts';
import { restoreRole } from '../../sql/settings.ts';
import { userSql } from '../../sql/user-sql.ts';
import { explainLimit } from './limit-script.ts';
import { locateError } from './locate-error.ts';
import { tellProgress } from './tell-progress.ts';

/** Where a script's statements run by themselves, and what its record is of. */
export interface ScriptPlace {
  readonly run: Run;
  readonly session: Session;
  readonly origin: Origin;
  readonly limits: ScriptLimits;
  /** The .sql file that it stands in. */
  readonly file: string | undefined;
}

/** Runs each statement by itself, and records each, so that the next attempt goes on with the one that failed. */
export async function runEachAlone(
  place: ScriptPlace,
  statements: readonly ScriptStatement[],
  earlier: ScriptProgress | undefined,
): Promise<void> {
  const role = await readSetting(place.session, 'role');
  for (const each of setLimits(place.limits, 'session')) await place.session.query(each);
  const begin = beginningOf(place, statements);
  let progress = earlier ?? NOTHING_RUN;
  let known = earlier !== undefined;
  for (const [index, each] of statements.entries()) {
    stopAtSafePoint(place.run);
    try {
      if (index < progress.done) {
        // A session keeps what was set in it; this is another one.
        if (isSetting(each)) await place.session.query(userSql(each.text));
        continue;
      }
      tellProgress(place.run, index, statements.length);
      const next = advance(progress, each.text);
      known = await runOne({ ...place, role, begin, known, progress }, each, next);
      progress = next;
    } catch (error) {
      if (!(error instanceof MsgdbError)) throw error;
      const located = locateError(each, explainLimit(error, place.limits), place.file);
      if (index === 0) throw located;
      const ranLines = statements.slice(0, index).map(({ line }) => line);
      throw located.with({ data: { ranLines, ...(place.origin.migration === null ? {} : { resumes: true }) } });
    }
  }
}

/** A script that sets it decides about it itself. */
function beginningOf({ run, limits }: ScriptPlace, statements: readonly ScriptStatement[]): Statement {
  const decided = limits.lockTimeout !== undefined || statements.some(({ text }) => SETS_LOCK_TIMEOUT.test(text));
  return decided ? BEGIN : beginWaiting(run.settings.lockTimeoutMs);
}

const SETS_LOCK_TIMEOUT = /\bset\b[^;]*\block_timeout\b|\bset_config\s*\(\s*'lock_timeout'/i;

interface Moment extends ScriptPlace {
  readonly role: string;
  /** What a transaction of one statement begins with. */
  readonly begin: Statement;
  /** Is the script in the ledger? */
  readonly known: boolean;
  readonly progress: ScriptProgress;
}

/** Gives whether the script is in the ledger by then. */
async function runOne(moment: Moment, each: ScriptStatement, next: ScriptProgress): Promise<boolean> {
  const { session, run, origin, known, progress } = moment;
  const note = (at: ScriptProgress, isKnown: boolean) =>
    isKnown ? noteProgress(origin, at) : openProgress(origin, at);
  if (origin.migration === null) {
    await session.query(userSql(each.text));
    return false;
  }
  if (isSharing(each)) {
    await retryLock(run, undefined, async () => inOneTransaction(moment, each, note(next, known)));
    return true;
  }
  const { current } = progress;
  const begun = current?.text === each.text ? current : undefined;
  const found = await findIndex(moment, each);
  if (found === 'built') {
    await run.session.query(note(next, known));
    return true;
  }
  if (begun !== undefined && !isSetting(each) && found === 'unknown') {
    const message = `the statement on line ${each.line} was begun in an earlier attempt, and is run again`;
    run.emit({ kind: 'note', message });
  }
  // A killed run cannot say what it was at: it says that it begins.
  const index = each.builds?.index ?? null;
  await run.session.query(note({ ...progress, current: { text: each.text, fresh: found === 'absent', index } }, known));
  await session.query(userSql(each.text));
  await run.session.query(note(next, true));
  return true;
}

/** The statement and its record are done both, or neither. */
async function inOneTransaction(
  { session, role, begin, limits }: Moment,
  each: ScriptStatement,
  record: ReturnType<typeof noteProgress>,
): Promise<void> {
  await session.query(begin);
  try {
    await session.query(userSql(each.text));
    if (limits.timeout !== undefined) await session.query(NO_LIMIT);
    // One that the script took may not write msgdb's tables.
    for (const statement of restoreRole(role)) await session.query(statement);
    await session.query(record);
    await session.query(COMMIT);
  } catch (error) {
    if (!session.lost.aborted) await session.query(ROLLBACK).catch(() => undefined);
    throw error;
  }
}

/** What sets something for the session; SET LOCAL and SET TRANSACTION last no longer than their transaction. */
export function isSetting({ text }: ScriptStatement): boolean {
  return /^(?:set|reset)\s+(?!local\b|transaction\b|constraints\b)/i.test(text);
}

/** CALL and DO may commit themselves, which they cannot in a transaction of ours. */
function isSharing(each: ScriptStatement): boolean {
  if (!each.transactional || isSetting(each) || /^call\b/i.test(each.text)) return false;
  return !/^do\b/i.test(each.text) || !/\b(?:commit|rollback)\b/i.test(each.text);
}

/**
 * A concurrent build that fails or is ended leaves its index, invalid, and the statement would find the name taken. It is
 * dropped where the record says that the name was free when this statement was begun: nobody else's.
 */
async function findIndex(
  { session, run, progress: { current } }: Moment,
  { text, builds, line }: ScriptStatement,
): Promise<'absent' | 'built' | 'unknown'> {
  if (builds?.index === undefined) return 'unknown';
  const found = await readScriptIndex(session, builds.table, builds.index);
  if (found === undefined) return 'absent';
  const label = quoteTable({ schema: found.schema, name: found.name });
  const ours = current?.fresh === true && current.index === builds.index;
  if (found.valid) return ours && current.text === text ? 'built' : 'unknown';
  if (found.building) {
    throw new MsgdbError('MSGDB_RUN_LOCKED', {
      what: `Index ${label} is being built by another session.`,
      fix: 'Run `msgdb migrate` again when it is done.',
    });
  }
  if (!ours) {
    throw new MsgdbError('MSGDB_INDEX_INVALID', {
      what: `There is an index ${label} already, and it is invalid: a concurrent build has failed and left it.`,
      why: 'CREATE INDEX would find its name taken, and IF NOT EXISTS would take it for done. Whose it is, is not known, so it stays.',
      fix: `\`drop index concurrently ${label};\` takes it away. Then run \`msgdb migrate\` again.`,
    });
  }
  run.emit({
    kind: 'note',
    message: `line ${line}: index ${label} is invalid, left by an earlier attempt: it is dropped and built again`,
  });
  await session.query(dropIndexConcurrently(found));
  return 'absent';
}
