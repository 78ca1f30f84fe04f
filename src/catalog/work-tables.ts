import { type Queryable, statement } from '../model/statement.ts';
import { OWN } from '../sql/own-schema.ts';

/** Their names. */
export async function findWorkTables(db: Queryable): Promise<readonly string[]> {
  const rows = await db.query(
    statement(
      `select c.relname::text as name from pg_catalog.pg_class c
         join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and c.relkind = 'r' and c.relname like 'work\\_%' order by 1`,
      [OWN],
    ),
  );
  return rows.map((row) => String(row.name));
}
