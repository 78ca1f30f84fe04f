import { z } from 'zod';
import { MsgdbError } from '../model/errors.ts';
import type { TableFacts } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { quoteName, quoteTable } from '../sql/quote.ts';

/** Does an ON CONFLICT target resolve to an index, and to which? */
export type ArbiterVerdict =
  | { readonly kind: 'found'; readonly indexes: readonly string[] }
  /** 42P10: no unique index matches the target. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly message: string };

const planSchema = z.array(
  z.object({
    'QUERY PLAN': z.array(
      z.object({ Plan: z.looseObject({ 'Conflict Arbiter Indexes': z.array(z.string()).optional() }) }),
    ),
  }),
);

/**
 * Asks the planner, which is where PostgreSQL decides it (infer_arbiter_indexes); PREPARE and Describe never do. A row of
 * NULLs is planned, nothing is inserted, no sequence is used, and a READ ONLY transaction will do. The statement has a
 * savepoint, because a failed one would end the transaction.
 */
export async function probeArbiter(db: Queryable, facts: TableFacts, target: string): Promise<ArbiterVerdict> {
  const columns = facts.columns.filter((column) => !column.generated && !column.identityAlways);
  const row =
    columns.length === 0
      ? 'default values'
      : `(${columns.map((column) => quoteName(column.name)).join(', ')}) values (${columns.map(() => 'null').join(', ')})`;
  await db.query(statement('savepoint msgdb_probe'));
  try {
    const rows = await db.query(
      statement(`explain (format json) insert into ${quoteTable(facts.table)} ${row} on conflict ${target} do nothing`),
    );
    await db.query(statement('release savepoint msgdb_probe'));
    const plan = planSchema.parse(rows)[0]?.['QUERY PLAN'][0]?.Plan;
    return { kind: 'found', indexes: plan?.['Conflict Arbiter Indexes'] ?? [] };
  } catch (error) {
    const judged =
      error instanceof MsgdbError && ['MSGDB_DATABASE_ERROR', 'MSGDB_PERMISSION_DENIED'].includes(error.code);
    if (!judged) throw error;
    await db.query(statement('rollback to savepoint msgdb_probe'));
    await db.query(statement('release savepoint msgdb_probe'));
    const { sqlstate, routine } = error.data;
    if (sqlstate === '42P10' && routine === 'infer_arbiter_indexes') return { kind: 'missing' };
    // Privileges are checked after the arbiter was found.
    if (sqlstate === '42501' && facts.privileges.select) return { kind: 'found', indexes: [] };
    return { kind: 'failed', message: error.message };
  }
}
