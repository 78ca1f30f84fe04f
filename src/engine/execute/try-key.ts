import { MsgdbError } from '../../model/errors.ts';
import type { Key } from '../../model/plan.ts';
import { type Queryable, statement } from '../../model/statement.ts';
import { createIndex } from '../../sql/index-ddl.ts';
import { quoteTable } from '../../sql/quote.ts';
import { HOUSE } from '../../sql/relation.ts';

const TRIAL = { schema: HOUSE, name: 'work_trial' };

/**
 * Builds the key's index on an empty table of the same columns, before a row is removed for it: a cast or function that
 * is not IMMUTABLE, or a type without an operator class, is refused here and not when the rows are gone.
 * @throws MsgdbError MSGDB_EXPRESSION_INVALID
 */
export async function tryKey(tx: Queryable, key: Key): Promise<void> {
  const trial = quoteTable(TRIAL);
  await tx.query(statement(`drop table if exists ${trial}`));
  await tx.query(statement(`create table ${trial} (like ${quoteTable(key.table)})`));
  try {
    await tx.query(createIndex({ ...key, table: TRIAL, name: 'work_trial_key', unique: true, method: 'btree' }));
  } catch (error) {
    if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_DATABASE_ERROR') throw error;
    throw new MsgdbError('MSGDB_EXPRESSION_INVALID', {
      what: `No unique index can have this key: ${error.message} Nothing was changed.`,
      why: 'It was tried on an empty table of the same columns.',
      fix: 'Use columns, or expressions and a predicate that depend on the row alone (IMMUTABLE).',
      cause: error,
    });
  }
  await tx.query(statement(`drop table ${trial}`));
}
