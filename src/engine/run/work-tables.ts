import { type Queryable, statement } from '../../model/statement.ts';
import { quoteTable } from '../../sql/quote.ts';
import { HOUSE } from '../../sql/relation.ts';

/** Drops the work tables in schema msgdb: those of this run, and those of one that was killed. Needs the run lock. */
export async function dropWorkTables(db: Queryable): Promise<void> {
  for (const name of await findWorkTables(db)) {
    await db.query(statement(`drop table ${quoteTable({ schema: HOUSE, name })}`));
  }
}

/** Their names. */
export async function findWorkTables(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query(
    statement(
      `select c.relname::text as name from pg_catalog.pg_class c
         join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and c.relkind = 'r' and c.relname like 'work\\_%' order by 1`,
      [HOUSE],
    ),
  );
  return rows.map((row) => String(row.name));
}
