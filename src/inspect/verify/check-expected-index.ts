import { explainQuery } from '../../catalog/explain-query.ts';
import { findIndexTable } from '../../catalog/find-index-table.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { ExpectIndex } from '../../model/operations/expect-index.ts';
import type { Queryable } from '../../model/statement.ts';
import { failed, type Verdict } from './verdict.ts';

/** The planner serves the query from the index. It can only be judged on a table that has rows and was analysed. */
export async function checkExpectedIndex(db: Queryable, { query, index }: ExpectIndex): Promise<readonly Verdict[]> {
  const found = await findIndexTable(db, index);
  const common = { name: `plan-${index}`, table: found?.table ?? null, title: `${index} serves its query` };
  if (!found) return [failed(common, 'MSGDB_INDEX_MISSING', 'there is no such index')];
  if (found.rows <= 0) {
    return [{ ...common, status: 'skipped', code: null, detail: 'the table is empty or was never analysed' }];
  }
  const used = await plannedIndexes(db, query);
  if (used.includes(index)) return [{ ...common, status: 'ok', code: null, detail: `planned with ${used.join(', ')}` }];
  return [
    failed(
      common,
      'MSGDB_INDEX_UNUSED',
      used.length > 0 ? `planned with ${used.join(', ')}` : 'planned without an index',
    ),
  ];
}

async function plannedIndexes(db: Queryable, query: string): Promise<readonly string[]> {
  try {
    return await explainQuery(db, query);
  } catch (error) {
    if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_DATABASE_ERROR') throw error;
    throw new MsgdbError('MSGDB_EXPRESSION_INVALID', {
      what: `The query of expectIndex cannot be planned: ${query}`,
      why: error.message,
      fix: 'Correct the query; write $1, $2 … for what the application binds.',
      cause: error,
    });
  }
}
