import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import type { FenceKey } from '../sql/fence-body.ts';
import { quoteTable } from '../sql/quote.ts';

const rowSchema = z.object({
  parts: z.array(z.object({ text: z.string(), equals: z.string(), collation: z.string().nullable() })),
  predicate: z.string().nullable(),
  reads: z.array(z.string()),
  columns: z.array(z.string()),
  generated: z.array(z.object({ name: z.string(), expression: z.string() })),
  other_keys: z.array(z.array(z.string())),
  definition: z.string(),
});

/**
 * Reads an index's key for a fence: texts that mean the same under every search_path, and the operators and collations
 * by which the index compares. The transaction's search_path has to be `pg_catalog` alone, which makes PostgreSQL name
 * the schema of everything else.
 */
export async function readFenceKey(db: Queryable, index: TableName): Promise<FenceKey> {
  const [raw] = await db.query(
    statement(
      `
      select (select jsonb_agg(jsonb_build_object(
                       'text', pg_catalog.pg_get_indexdef(i.indexrelid, part.place::int, false),
                       'equals', format('operator(%I.%s)', n.nspname, o.oprname),
                       'collation', case when l.oid is not null then format('%I.%I', m.nspname, l.collname) end)
                     order by part.place)
                from unnest(i.indclass::oid[]) with ordinality as part(class, place)
                join pg_catalog.pg_opclass c on c.oid = part.class
                -- Strategy 3 of a btree is equality.
                join pg_catalog.pg_amop a on a.amopfamily = c.opcfamily and a.amopstrategy = 3
                 and a.amoplefttype = c.opcintype and a.amoprighttype = c.opcintype
                join pg_catalog.pg_operator o on o.oid = a.amopopr
                join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
                left join pg_catalog.pg_collation l on l.oid = i.indcollation[part.place - 1]
                left join pg_catalog.pg_namespace m on m.oid = l.collnamespace) as parts,
             pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate,
             to_jsonb(array(
               select distinct a.attname::text
                 from pg_catalog.pg_depend d
                 join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
                where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = i.indexrelid
                  and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = i.indrelid and d.refobjsubid > 0
                order by 1)) as reads,
             to_jsonb(array(
               select a.attname::text from pg_catalog.pg_attribute a
                where a.attrelid = i.indrelid and a.attnum > 0 and not a.attisdropped order by a.attnum)) as columns,
             (select coalesce(jsonb_agg(jsonb_build_object(
                       'name', a.attname, 'expression', pg_catalog.pg_get_expr(d.adbin, d.adrelid))), '[]')
                from pg_catalog.pg_attribute a
                join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
               where a.attrelid = i.indrelid and a.attgenerated <> '' and not a.attisdropped) as generated,
             (select coalesce(jsonb_agg(other.names), '[]')
                from (select jsonb_agg(a.attname) as names
                        from pg_catalog.pg_index u
                       cross join unnest(u.indkey::int2[]) with ordinality as part(attnum, place)
                        left join pg_catalog.pg_attribute a
                          on a.attrelid = u.indrelid and a.attnum = part.attnum and part.attnum > 0
                       where u.indrelid = i.indrelid and u.indisunique and u.indisvalid and u.indimmediate
                         and u.indexprs is null and u.indpred is null and part.place <= u.indnkeyatts
                       group by u.indexrelid) other) as other_keys,
             pg_catalog.pg_get_indexdef(i.indexrelid) as definition
        from pg_catalog.pg_index i
       where i.indexrelid = $1::text::regclass`,
      [quoteTable(index)],
    ),
  );
  const row = rowSchema.parse(raw);
  return {
    parts: row.parts.map((part) => ({ ...part, collation: part.collation ?? undefined })),
    predicate: row.predicate ?? undefined,
    reads: row.reads,
    columns: row.columns,
    generated: row.generated,
    otherKeys: row.other_keys,
    definition: row.definition,
  };
}
