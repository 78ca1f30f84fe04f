import { MsgdbError } from '../model/errors.ts';
import type { TableFacts } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { withSavepoint } from '../session/savepoint.ts';
import { quoteTable } from '../sql/quote.ts';

/** What PostgreSQL refuses in WHERE and allows in the target list, where other mistakes in an expression are found. */
const MISPLACED: ReadonlySet<string> = new Set(['42803', '42P20', '0A000', '42804']);

/**
 * Makes sure that each expression says something of one row, and that the predicate is boolean: no aggregate (42803),
 * window (42P20) or set-returning function (0A000), no predicate of another type (42804). Nor does it name the table, as
 * in `messages.body` (42P01): the statements it is put into read the table under names of their own. Nothing is executed.
 * @throws MsgdbError MSGDB_EXPRESSION_INVALID
 */
export async function checkRowwise(
  db: Queryable,
  facts: TableFacts,
  expressions: readonly string[],
  predicate: string | undefined,
): Promise<void> {
  const conditions = expressions.map((each) => (each === predicate ? `(${each}\n)` : `((${each}\n) is null)`));
  if (conditions.length === 0 || (await tryConditions(db, facts, conditions)) === undefined) return;
  for (const [place, condition] of conditions.entries()) {
    const refusal = await tryConditions(db, facts, [condition]);
    if (refusal === undefined || !isMisplaced(refusal)) continue;
    const isPredicate = expressions[place] === predicate;
    throw new MsgdbError('MSGDB_EXPRESSION_INVALID', {
      what: `The expression ${expressions[place]} cannot be used on ${facts.table.schema}.${facts.table.name}.`,
      why: refusal.message,
      fix: namesTable(refusal)
        ? 'Write columns by their names alone, without the name of the table.'
        : isPredicate
          ? "Write a condition on the columns of one row, such as status = 'open'."
          : 'Write an expression over the columns of one row: no aggregate, window or set-returning function.',
      data: refusal.data,
      cause: refusal,
    });
  }
}

function isMisplaced(refusal: MsgdbError): boolean {
  return MISPLACED.has(refusal.data.sqlstate ?? '') || namesTable(refusal);
}

/** Not where a subquery reads a table that does not exist, which has the same SQLSTATE. */
function namesTable({ data }: MsgdbError): boolean {
  return data.sqlstate === '42P01' && data.routine === 'errorMissingRTE';
}

/** What PostgreSQL says against the conditions. */
async function tryConditions(
  db: Queryable,
  { table }: TableFacts,
  conditions: readonly string[],
): Promise<MsgdbError | undefined> {
  const each = statement(`explain select from ${quoteTable(table)} msgdb_row where ${conditions.join(' and ')}`);
  try {
    await withSavepoint(db, async () => db.query(each));
    return undefined;
  } catch (error) {
    if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_DATABASE_ERROR') throw error;
    return error;
  }
}
