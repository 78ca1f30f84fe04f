import type { TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';

/** Columns whose type, or whose elements' type, has no binary output (42883): aclitem, and some extensions' types. */
export async function readTextual(db: Queryable, { schema, name }: TableName): Promise<readonly string[]> {
  const rows = await db.query(
    statement(
      `
      select a.attname::text as name
        from pg_catalog.pg_attribute a
        join pg_catalog.pg_class c on c.oid = a.attrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_type t on t.oid = a.atttypid
        left join pg_catalog.pg_type e on e.oid = t.typelem
       where n.nspname = $1 and c.relname = $2 and a.attnum > 0 and not a.attisdropped
         and (t.typsend = 0 or e.typsend = 0)
       order by a.attnum`,
      [schema, name],
    ),
  );
  return rows.map((row) => String(row.name));
}
