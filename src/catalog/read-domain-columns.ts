import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { nameSchema } from './linked-tables.ts';

const rowsSchema = z.array(z.object({ table: nameSchema, column: z.string(), nested: z.boolean() }));

/** The columns whose values a change of a domain is checked against; `nested`: in an array, a row, or another domain. */
export async function readDomainColumns(
  db: Queryable,
  { schema, name }: TableName,
): Promise<readonly { readonly table: TableName; readonly column: string; readonly nested: boolean }[]> {
  const rows = await db.query(
    statement(
      `
      with recursive used (oid, nested) as (
        select t.oid, false
          from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
         where n.nspname = $1 and t.typname = $2 and t.typtype = 'd'
        union
        select t.oid, true from used u join pg_catalog.pg_type t on t.typbasetype = u.oid or t.typelem = u.oid
      )
      select jsonb_build_object('schema', n.nspname, 'name', c.relname) as "table", a.attname::text as "column", u.nested
        from used u
        join pg_catalog.pg_attribute a on a.atttypid = u.oid and a.attnum > 0 and not a.attisdropped
        join pg_catalog.pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'm')
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       order by 1, 2`,
      [schema, name],
    ),
  );
  return rowsSchema.parse(rows);
}
