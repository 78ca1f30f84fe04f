import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { quoteTable } from '../sql/quote.ts';

/** A partition of a partitioned table, and whether its part of an index is there. */
export interface PartitionFacts {
  readonly table: TableName;
  readonly kind: 'table' | 'partitioned' | 'foreign';
  /** The index of the relation above, which this one's part is attached to. */
  readonly parentIndex: TableName | undefined;
  /** `pg_get_indexdef` of that index. */
  readonly parentDefinition: string | undefined;
  readonly covered: boolean;
  /** Valid indexes of its own that belong to no partitioned index. */
  readonly own: readonly { readonly name: string; readonly schema: string; readonly definition: string }[];
}

const rowSchema = z.object({
  schema: z.string(),
  name: z.string(),
  kind: z.enum(['table', 'partitioned', 'foreign']),
  parent_schema: z.string().nullable(),
  parent_name: z.string().nullable(),
  parent_definition: z.string().nullable(),
  covered: z.boolean(),
  own: z.array(z.object({ name: z.string(), schema: z.string(), definition: z.string() })),
});

/** Reads a partitioned table's partitions, at every level and from the top down, for one of its indexes. */
export async function readPartitions(
  db: Queryable,
  table: TableName,
  index: string,
): Promise<readonly PartitionFacts[]> {
  const rows = await db.query(
    statement(
      `
      with recursive tree as (
        select r.oid as relation, i.indexrelid as index, null::oid as parent_index, 0 as level
          from (select $1::text::regclass::oid as oid) r
          left join (pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid and c.relname = $2)
            on i.indrelid = r.oid
        union all
        select h.inhrelid,
               (select x.indexrelid from pg_catalog.pg_index x
                  join pg_catalog.pg_inherits up on up.inhrelid = x.indexrelid and up.inhparent = tree.index
                 where x.indrelid = h.inhrelid),
               tree.index, tree.level + 1
          from tree join pg_catalog.pg_inherits h on h.inhparent = tree.relation
         where not h.inhdetachpending)
      select n.nspname::text as schema, c.relname::text as name,
             case c.relkind when 'p' then 'partitioned' when 'f' then 'foreign' else 'table' end as kind,
             m.nspname::text as parent_schema, p.relname::text as parent_name,
             pg_catalog.pg_get_indexdef(tree.parent_index) as parent_definition,
             tree.index is not null as covered,
             (select coalesce(jsonb_agg(jsonb_build_object(
                       'name', o.relname, 'schema', s.nspname, 'definition', pg_catalog.pg_get_indexdef(o.oid))), '[]')
                from pg_catalog.pg_index x
                join pg_catalog.pg_class o on o.oid = x.indexrelid
                join pg_catalog.pg_namespace s on s.oid = o.relnamespace
               where x.indrelid = tree.relation and x.indisvalid and not o.relispartition) as own
        from tree
        join pg_catalog.pg_class c on c.oid = tree.relation
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        left join pg_catalog.pg_class p on p.oid = tree.parent_index
        left join pg_catalog.pg_namespace m on m.oid = p.relnamespace
       where tree.level > 0
       order by tree.level, 1, 2`,
      [quoteTable(table), index],
    ),
  );
  return rows.map((raw) => {
    const row = rowSchema.parse(raw);
    const { parent_schema: schema, parent_name: name } = row;
    return {
      table: { schema: row.schema, name: row.name },
      kind: row.kind,
      parentIndex: schema !== null && name !== null ? { schema, name } : undefined,
      parentDefinition: row.parent_definition ?? undefined,
      covered: row.covered,
      own: row.own,
    };
  });
}
