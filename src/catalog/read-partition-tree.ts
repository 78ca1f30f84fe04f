import { z } from 'zod';
import type { Partition, TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { quoteTable } from '../sql/quote.ts';

const rowSchema = z.object({
  schema: z.string(),
  name: z.string(),
  parent_schema: z.string(),
  parent_name: z.string(),
  kind: z.enum(['table', 'partitioned', 'foreign']),
});

/** Reads a partitioned table's partitions, at every level and from the top down; none for any other table. */
export async function readPartitionTree(db: Queryable, table: TableName): Promise<readonly Partition[]> {
  const rows = await db.query(
    statement(
      `select n.nspname::text as schema, c.relname::text as name,
              m.nspname::text as parent_schema, p.relname::text as parent_name,
              case c.relkind when 'p' then 'partitioned' when 'f' then 'foreign' else 'table' end as kind
         from pg_catalog.pg_partition_tree($1::text::regclass) tree
         join pg_catalog.pg_class c on c.oid = tree.relid
         join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         join pg_catalog.pg_class p on p.oid = tree.parentrelid
         join pg_catalog.pg_namespace m on m.oid = p.relnamespace
        where tree.level > 0
        order by tree.level, 1, 2`,
      [quoteTable(table)],
    ),
  );
  return rows.map((raw) => {
    const row = rowSchema.parse(raw);
    return {
      table: { schema: row.schema, name: row.name },
      parent: { schema: row.parent_schema, name: row.parent_name },
      kind: row.kind,
    };
  });
}
