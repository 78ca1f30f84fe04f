import { z } from 'zod';
import type { IndexPartFacts, TableFacts } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { quoteTable } from '../sql/quote.ts';

const rowsSchema = z.array(
  z
    .object({
      type: z.string(),
      length: z.coerce.number(),
      align: z.coerce.number(),
      storage: z.enum(['p', 'e', 'm', 'x']),
      textual: z.boolean(),
      virtual: z.boolean(),
      has_class: z.boolean(),
      hash_function: z.string().nullable(),
    })
    .transform(({ has_class: hasClass, hash_function: hashFunction, ...rest }) => ({
      ...rest,
      hasClass,
      hashFunction,
    })),
);

/** What PostgreSQL would say of each part of an index: its type, how it is stored, and whether the method takes it. */
export async function readIndexParts(
  db: Queryable,
  facts: TableFacts,
  parts: readonly string[],
  method: string,
): Promise<readonly IndexPartFacts[]> {
  if (parts.length === 0) return [];
  const columns = parts.map((part, place) => `${part} as k${place + 1}`).join(', ');
  const types = parts.map((_, place) => `pg_catalog.pg_typeof(k.k${place + 1})::oid`).join(', ');
  const rows = await db.query(
    statement(
      `
      with recursive parts as (
        select p.place, p.type, p.sql
          from (select) one
          left join (select ${columns} from ${quoteTable(facts.table)} where false) k on true
         cross join lateral unnest(array[${types}], array(select jsonb_array_elements_text($1::text::jsonb)))
               with ordinality as p(type, sql, place)),
      bases as (
        select place, type as oid from parts
        union all
        select b.place, t.typbasetype from bases b join pg_catalog.pg_type t on t.oid = b.oid where t.typtype = 'd')
      select pg_catalog.format_type(p.type, null) as type, t.typlen as length,
             case t.typalign when 'd' then 8 when 'i' then 4 when 's' then 2 else 1 end as align,
             coalesce(a.attstorage, t.typstorage)::text as storage,
             t.typcategory = 'S' or t.typname = 'bytea' as textual,
             coalesce(a.attgenerated = 'v', false) as virtual,
             -- As GetDefaultOpClass does: the type's own class, one of a type it is stored like, or a pseudo-type's.
             exists (
               select from pg_catalog.pg_opclass o join pg_catalog.pg_am m on m.oid = o.opcmethod
                where m.amname = $2 and o.opcdefault
                  and (o.opcintype = t.oid
                       or (t.typcategory = 'A' and t.typelem <> 0 and t.typlen = -1 and o.opcintype = 'anyarray'::regtype)
                       or (t.typtype = 'e' and o.opcintype = 'anyenum'::regtype)
                       or (t.typtype = 'r' and o.opcintype = 'anyrange'::regtype)
                       or (t.typtype = 'm' and o.opcintype = 'anymultirange'::regtype)
                       or (t.typtype in ('c', 'p') and o.opcintype = 'record'::regtype)
                       or exists (select from pg_catalog.pg_cast c
                                   where c.castsource = t.oid and c.casttarget = o.opcintype and c.castmethod = 'b'
                                     and c.castcontext = 'i'))) as has_class,
             -- One that is declared for this very type: that of an integer, which hashes dates until 17, cannot be called.
             (select f.proname
                from pg_catalog.pg_opclass o
                join pg_catalog.pg_am m on m.oid = o.opcmethod and m.amname = 'hash'
                join pg_catalog.pg_amproc s
                  on s.amprocfamily = o.opcfamily and s.amproclefttype = o.opcintype and s.amprocnum = 2
                join pg_catalog.pg_proc f on f.oid = s.amproc and f.proargtypes[0] = o.opcintype
               where o.opcdefault and f.pronamespace = 'pg_catalog'::regnamespace
                 and o.opcintype = case t.oid when 'varchar'::regtype then 'text'::regtype else t.oid end) as hash_function
        from parts p
        join bases b on b.place = p.place
        join pg_catalog.pg_type t on t.oid = b.oid and t.typtype <> 'd'
        left join pg_catalog.pg_attribute a
               on a.attrelid = $3::text::oid and p.sql = '"' || replace(a.attname, '"', '""') || '"'
       order by p.place`,
      [JSON.stringify(parts), method, String(facts.oid)],
    ),
  );
  return rowsSchema.parse(rows).map((part, place) => ({ sql: parts[place] ?? '', ...part }));
}
