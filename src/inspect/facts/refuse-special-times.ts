import { findSpecialTime } from '../../catalog/find-special-time.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { TableFacts } from '../../model/facts.ts';
import type { Queryable } from '../../model/statement.ts';

/**
 * PostgreSQL takes `seen > 'yesterday'` for an index, with the day on which it is built: the next statement that is
 * written like it is about other rows.
 * @throws MsgdbError MSGDB_EXPRESSION_INVALID
 */
export async function refuseSpecialTimes(
  db: Queryable,
  table: TableFacts,
  expressions: readonly string[],
): Promise<void> {
  if (table.kind !== 'table' && table.kind !== 'partitioned') return;
  for (const expression of expressions) {
    const special = await findSpecialTime(db, table, expression, 'row');
    if (special === undefined) continue;
    throw new MsgdbError('MSGDB_EXPRESSION_INVALID', {
      what: `${expression.trim()} cannot be in a rule on ${table.table.name}: ${special} is the time at which PostgreSQL reads a statement.`,
      why: 'It is another one in each statement, so a row could be a copy today and none tomorrow.',
      fix: "Write a fixed date or time, such as '2026-01-31'.",
    });
  }
}
