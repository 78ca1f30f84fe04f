import { z } from 'zod';
import type { PresentRelation } from '../model/demand.ts';
import { type Queryable, statement } from '../model/statement.ts';

const rowsSchema = z.array(
  z.object({
    schema: z.string(),
    name: z.string(),
    kind: z.enum(['table', 'index', 'other']),
    columns: z.array(z.string()),
  }),
);

/** The relations that have one of these names, in any schema but PostgreSQL's own. */
export async function readPresent(db: Queryable, names: readonly string[]): Promise<readonly PresentRelation[]> {
  const rows = await db.query(
    statement(
      `
      select n.nspname::text as schema, c.relname::text as name,
             case when c.relkind in ('r', 'p', 'f') then 'table' when c.relkind in ('i', 'I') then 'index' else 'other' end as kind,
             to_jsonb(array(select a.attname::text from pg_catalog.pg_attribute a
                             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                               and c.relkind in ('r', 'p', 'f')
                             order by a.attnum)) as columns
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where c.relname in (select jsonb_array_elements_text($1::text::jsonb))
         and n.nspname not in ('pg_catalog', 'information_schema', 'msgdb') and n.nspname not like 'pg\\_temp%'
       order by 1, 2`,
      [JSON.stringify(names)],
    ),
  );
  return rowsSchema.parse(rows);
}

/** The schemas in which a name without one is looked for. */
export async function readSearchPath(db: Queryable): Promise<readonly string[]> {
  const [row] = await db.query(statement('select to_jsonb(current_schemas(false)) as path'));
  return z.array(z.string()).parse(row?.path);
}
