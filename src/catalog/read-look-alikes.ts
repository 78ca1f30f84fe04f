import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { definitionTail } from '../sql/index-ddl.ts';
import { quoteTable } from '../sql/quote.ts';

/** A table that stands by itself and an index of it. */
export interface LookAlike {
  readonly table: TableName;
  readonly index: string;
}

const rowSchema = z.object({
  schema: z.string(),
  table: z.string(),
  index: z.string(),
  definition: z.string(),
  whole: z.string(),
});

/**
 * Tables outside a partitioned table that have its columns, and an index like one of its own under a name that begins
 * with theirs: as a partition looks that was detached, and kept its part of the index. Nothing in the catalogue says
 * that it was one.
 */
export async function readLookAlikes(db: Queryable, table: TableName, index: string): Promise<readonly LookAlike[]> {
  const rows = await db.query(
    statement(
      `
      with parent as (
        select x.indrelid as relation, pg_catalog.pg_get_indexdef(x.indexrelid) as definition, x.indisunique
          from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid
         where x.indrelid = $1::text::regclass and i.relname = $2)
      select n.nspname::text as schema, c.relname::text as table, i.relname::text as index,
             pg_catalog.pg_get_indexdef(i.oid) as definition, parent.definition as whole
        from parent
        join pg_catalog.pg_index x on x.indisvalid and x.indisunique = parent.indisunique
        join pg_catalog.pg_class i on i.oid = x.indexrelid and not i.relispartition
        join pg_catalog.pg_class c on c.oid = x.indrelid and c.relkind in ('r', 'p') and not c.relispartition
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where c.oid <> parent.relation and pg_catalog.starts_with(i.relname::text, c.relname::text || '_')
         and not exists (select from pg_catalog.pg_constraint k where k.conindid = i.oid)
         and ${columnsOf('c.oid')} = ${columnsOf('parent.relation')}
       order by 1, 2, 3`,
      [quoteTable(table), index],
    ),
  );
  return rows
    .map((row) => rowSchema.parse(row))
    .filter(({ definition, whole }) => definitionTail(definition) === definitionTail(whole))
    .map((row) => ({ table: { schema: row.schema, name: row.table }, index: row.index }));
}

function columnsOf(relation: string): string {
  return `(select jsonb_agg(jsonb_build_array(a.attname, a.atttypid) order by a.attname) from pg_catalog.pg_attribute a
                where a.attrelid = ${relation} and a.attnum > 0 and not a.attisdropped)`;
}
