import { findWorkTables } from '../../catalog/work-tables.ts';
import { type Queryable, statement } from '../../model/statement.ts';
import { quoteTable } from '../../sql/quote.ts';
import { MSGDB_SCHEMA } from '../../sql/relation.ts';

/** Drops the work tables in schema msgdb: those of this run, and those of one that was killed. Needs the run lock. */
export async function dropWorkTables(db: Queryable): Promise<void> {
  for (const name of await findWorkTables(db)) {
    await db.query(statement(`drop table ${quoteTable({ schema: MSGDB_SCHEMA, name })}`));
  }
}
