import type { PlannedDedupe } from '../../model/dedupe.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { countInserted } from '../../sql/dedupe/inserted.ts';
import { capital, listTriggers, offAndOn, triggerData } from './describe-trigger.ts';
import { readAuthors } from './read-authors.ts';

/** Rows that the session's own statements, and the triggers that they fire, have inserted into the rule's table so far. */
export async function readInserted(tx: Queryable, { key }: PlannedDedupe): Promise<number> {
  const [row] = await tx.query(countInserted(key.table));
  return Number(row?.inserted);
}

/**
 * Of copies that a pass has found under a lock that keeps every other session out. Where no row was inserted since, they
 * are of rows that were there, changed by re-pointing for instance, and come to an end. Else triggers write them.
 * @throws MsgdbError MSGDB_STOPPED naming the triggers; the caller's transaction is rolled back by it.
 */
export async function refuseNewCopies(tx: Queryable, dedupe: PlannedDedupe, insertedBefore: number): Promise<void> {
  const { table } = dedupe.key;
  if ((await readInserted(tx, dedupe)) === insertedBefore) return;
  const authors = await readAuthors(tx, dedupe);
  if (authors.length === 0) return;
  throw new MsgdbError('MSGDB_STOPPED', {
    what: `${capital(listTriggers(authors))} writes new copies into ${tableLabel(table)} while msgdb removes the old ones.`,
    why: 'No other session can write to the table while msgdb has it locked, so each pass would find as many again. The transaction was rolled back: the step has changed nothing.',
    fix: `Disable ${authors.length === 1 ? 'it' : 'that trigger'} while msgdb works: ${offAndOn(authors)}`,
    data: { trigger: authors.map(triggerData) },
  });
}

/** Who may write copies as fast as they are removed, and what can be done; where triggers may, a lock does not help. */
export async function explainNewCopies(
  db: Queryable,
  dedupe: PlannedDedupe,
): Promise<{ readonly why: string; readonly fix: string }> {
  const authors = await readAuthors(db, dedupe);
  if (authors.length === 0) {
    return {
      why: 'The application writes copies faster than they can be removed.',
      fix: 'Stop the writer that makes them, or run with --strategy locked.',
    };
  }
  return {
    why: `The application writes copies faster than they can be removed, or triggers write them when msgdb changes rows. ${capital(listTriggers(authors))} may do that.`,
    fix: `If a trigger does, disable it while msgdb works: ${offAndOn(authors)} If not, stop the writer that makes them.`,
  };
}
