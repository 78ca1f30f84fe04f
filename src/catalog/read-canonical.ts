import { z } from 'zod';
import { MsgdbError } from '../model/errors.ts';
import type { CanonicalForms, TableFacts } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { withSavepoint } from '../session/savepoint.ts';
import { quoteName, quoteTable } from '../sql/quote.ts';
import { fixExpression } from './fix-expression.ts';

const explainSchema = z.array(
  z.object({ 'QUERY PLAN': z.array(z.object({ Plan: z.object({ Output: z.array(z.string()) }) })) }),
);

/**
 * Gives each expression the form the planner prints it in: two expressions of one meaning (`a <> ''` and the index's
 * own `((a)::text <> ''::text)`) come out alike, because both went through the same parser and constant folding.
 * Nothing is executed but immutable functions of constants, in a READ ONLY transaction.
 * @throws MsgdbError MSGDB_EXPRESSION_INVALID naming the expression PostgreSQL refused.
 */
export async function readCanonical(
  db: Queryable,
  facts: TableFacts,
  expressions: readonly string[],
): Promise<CanonicalForms> {
  const columns = facts.columns.map((column) => column.name);
  try {
    const all = [...columns.map(quoteName), ...expressions];
    const forms = await withSavepoint(db, async () => explain(db, facts, all));
    return {
      columns: new Map(columns.map((column, place) => [column, forms[place] ?? column])),
      expressions: new Map(
        expressions.map((expression, place) => [expression, forms[columns.length + place] ?? expression]),
      ),
    };
  } catch (error) {
    if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_DATABASE_ERROR') throw error;
    throw await findCulprit(db, facts, expressions, error);
  }
}

async function explain(db: Queryable, facts: TableFacts, expressions: readonly string[]): Promise<readonly string[]> {
  const list = expressions.map((expression) => `(${expression}\n)`).join(', ');
  const rows = await db.query(
    // `where false` leaves one Result node: the Append over partitions or heirs would print no output (18).
    statement(`explain (verbose, costs off, format json) select ${list} from ${quoteTable(facts.table)} where false`),
  );
  const forms = explainSchema.parse(rows)[0]?.['QUERY PLAN'][0]?.Plan.Output ?? [];
  if (forms.length === expressions.length) return forms;
  throw new MsgdbError('MSGDB_DATABASE_ERROR', { what: 'It is not one expression.' });
}

/** Explains them one by one. */
async function findCulprit(
  db: Queryable,
  facts: TableFacts,
  expressions: readonly string[],
  first: MsgdbError,
): Promise<MsgdbError> {
  for (const expression of expressions) {
    try {
      await explain(db, facts, [expression]);
    } catch (error) {
      if (!(error instanceof MsgdbError)) throw error;
      return new MsgdbError('MSGDB_EXPRESSION_INVALID', {
        what: `The expression ${expression} cannot be used on ${facts.table.schema}.${facts.table.name}.`,
        why: error.message,
        fix: await fixExpression(expression, facts),
        cause: error,
      });
    }
  }
  return first;
}
