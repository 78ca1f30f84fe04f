import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import type { PartitionScheme } from '../model/partition-bound.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { quoteTable } from '../sql/quote.ts';
import { nameSchema } from './linked-tables.ts';

const partSchema = z.object({
  text: z.string().nullable(),
  type: z.string().nullable(),
  collation: z.string().nullable(),
  usual: z.boolean(),
});
const rowSchema = z.object({
  strategy: z.enum(['list', 'range', 'hash']),
  key: z.array(partSchema),
  partitions: z.array(z.object({ table: nameSchema, bound: z.string() })),
});

/** How a table is partitioned, and what its partitions take. */
export interface PartitionedTable {
  /** Undefined where its key has several expressions, or an operator class of its own. */
  readonly scheme: PartitionScheme | undefined;
  readonly partitions: readonly { readonly table: TableName; readonly bound: string }[];
}

/** Reads it; undefined for a table that is not partitioned. */
export async function readPartitionScheme(db: Queryable, table: TableName): Promise<PartitionedTable | undefined> {
  const [raw] = await db.query(
    statement(
      `
      select case p.partstrat when 'l' then 'list' when 'r' then 'range' else 'hash' end as strategy,
             (select jsonb_agg(jsonb_build_object(
                       'text', case when part.attnum > 0 then pg_catalog.quote_ident(a.attname)
                                    when (select count(*) from unnest(p.partattrs::int2[]) each where each = 0) = 1
                                    then pg_catalog.pg_get_expr(p.partexprs, p.partrelid) end,
                       'type', case when part.attnum > 0 then pg_catalog.format_type(a.atttypid, null) end,
                       'collation', case when part.collated <> 0
                                         then (select pg_catalog.quote_ident(s.nspname) || '.' || pg_catalog.quote_ident(l.collname)
                                                 from pg_catalog.pg_collation l
                                                 join pg_catalog.pg_namespace s on s.oid = l.collnamespace
                                                where l.oid = part.collated and l.collname <> 'default') end,
                       'usual', o.opcdefault) order by part.place)
                from unnest(p.partattrs::int2[], p.partclass::oid[], p.partcollation::oid[])
                       with ordinality part (attnum, class, collated, place)
                join pg_catalog.pg_opclass o on o.oid = part.class
                left join pg_catalog.pg_attribute a on a.attrelid = p.partrelid and a.attnum = part.attnum and part.attnum > 0) as key,
             (select coalesce(jsonb_agg(jsonb_build_object(
                       'table', jsonb_build_object('schema', n.nspname, 'name', c.relname),
                       'bound', pg_catalog.pg_get_expr(c.relpartbound, c.oid)) order by n.nspname, c.relname), '[]')
                from pg_catalog.pg_inherits h
                join pg_catalog.pg_class c on c.oid = h.inhrelid and c.relpartbound is not null
                join pg_catalog.pg_namespace n on n.oid = c.relnamespace
               where h.inhparent = p.partrelid) as partitions
        from pg_catalog.pg_partitioned_table p
       where p.partrelid = $1::text::regclass`,
      [quoteTable(table)],
    ),
  );
  if (!raw) return undefined;
  const { strategy, key, partitions } = rowSchema.parse(raw);
  const parts = key.flatMap(({ text, type, collation, usual }) =>
    text === null || !usual ? [] : [{ text, type: type ?? undefined, collation: collation ?? undefined }],
  );
  return { scheme: parts.length === key.length ? { strategy, key: parts } : undefined, partitions };
}
