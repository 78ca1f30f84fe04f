import { z } from 'zod';
import { MsgdbError } from '../model/errors.ts';
import type { TableFacts } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { withSavepoint } from '../session/savepoint.ts';
import { rowsOf } from '../sql/relation.ts';

const explainSchema = z.array(z.object({ 'QUERY PLAN': z.array(z.object({ Plan: z.looseObject({}) })) }));

/**
 * Is an expression IMMUTABLE, as an index needs it (42P17)? The planner is asked, so that casts, operators and
 * overloads count as they resolve: of two conditions that exclude each other it makes a plan without a scan, but only
 * where nothing in them is STABLE or VOLATILE (predtest.c, 14 to 18). Nothing is executed, and an empty table will do.
 */
export async function isImmutable(db: Queryable, table: TableFacts, expression: string): Promise<boolean> {
  const nulls = `pg_catalog.num_nulls((${expression}\n))`;
  const [, plan] = await Promise.all([
    db.query(statement(`select set_config('constraint_exclusion', 'on', true)`)),
    explain(db, table, `${nulls} = 0 and ${nulls} <> 0`),
  ]);
  // The next statement fails with the reason.
  db.query(statement(`select set_config('constraint_exclusion', 'partition', true)`)).catch(() => undefined);
  return plan === undefined || plan['One-Time Filter'] === 'false';
}

/** The plan; undefined where something else is wrong, which readCanonical reports with the columns of the table. */
async function explain(db: Queryable, table: TableFacts, condition: string) {
  const rows = rowsOf({ table: table.table, partitioned: table.kind === 'partitioned' });
  const each = statement(`explain (costs off, format json) select from ${rows} where ${condition}`);
  try {
    const found = await withSavepoint(db, async () => db.query(each));
    return explainSchema.parse(found)[0]?.['QUERY PLAN'][0]?.Plan ?? {};
  } catch (error) {
    if (!(error instanceof MsgdbError) || error.code !== 'MSGDB_DATABASE_ERROR') throw error;
    return undefined;
  }
}
