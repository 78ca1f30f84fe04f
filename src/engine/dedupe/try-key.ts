import type { Key, PlannedDedupe } from '../../model/dedupe.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { IndexPartFacts } from '../../model/facts.ts';
import type { Queryable } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import { sqlstateOf } from '../../session/database-error.ts';
import { queryTogether } from '../../session/query-together.ts';
import { dropTrial, fillTrial, indexFilledTrial, indexTrial, makeTrial } from '../../sql/trial-key.ts';

/**
 * Builds the key's index on an empty table of the same columns, before a row is removed for it: a cast or function that
 * is not IMMUTABLE, or a type without an operator class, is refused here and not when the rows are gone.
 * @throws MsgdbError MSGDB_EXPRESSION_INVALID
 */
export async function tryKey(tx: Queryable, { key, untried }: PlannedDedupe): Promise<void> {
  const made = queryTogether(tx, makeTrial(key));
  const indexed = queryTogether(tx, untried ? [indexTrial(key)] : [indexTrial(key), dropTrial()]);
  // Where the table could not be made, that is why the index was not.
  indexed.catch(() => undefined);
  await made;
  try {
    await indexed;
  } catch (error) {
    if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_DATABASE_ERROR') throw error;
    throw new MsgdbError('MSGDB_EXPRESSION_INVALID', {
      what: `No unique index can have this key: ${error.message} Nothing was changed.`,
      why: 'It was tried on an empty table of the same columns.',
      fix: 'Use columns, or expressions and a predicate that depend on the row alone (IMMUTABLE).',
      cause: error,
    });
  }
  if (!untried) return;
  await tryLongKeys(tx, key, untried);
  await tx.query(dropTrial());
}

/** The rows whose keys may be too long: only PostgreSQL knows how well it compresses them. */
async function tryLongKeys(tx: Queryable, key: Key, parts: readonly IndexPartFacts[]): Promise<void> {
  for (const each of fillTrial(key, parts)) await tx.query(each);
  try {
    await tx.query(indexFilledTrial(key));
  } catch (error) {
    if (sqlstateOf(error) !== '54000') throw error;
    throw new MsgdbError('MSGDB_KEY_TOO_LONG', {
      what: `A key of ${tableLabel(key.table)} is too long for a btree index, also when it is compressed. Nothing was changed.`,
      why: error instanceof Error ? error.message : '',
      cause: error,
    });
  }
}
