import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { quoteTable } from '../sql/quote.ts';

/** A column of a foreign key and the one that it refers to. */
export interface KeyPair {
  readonly column: string;
  /** What the child's table calls it now; undefined where it has a type of its own. */
  readonly present: string | undefined;
  /** As a statement writes it. */
  readonly type: string | undefined;
  readonly referenced: string;
}

const rowsSchema = z.array(
  z.object({ column: z.string(), type: z.string(), referenced: z.string(), other: z.string() }),
);

/**
 * Pairs of a foreign key that cannot be compared (42804). As ATAddForeignKeyConstraint (14 to 18) decides: the operator
 * family of the referenced column's type has an equality with the other type, or that is converted to it implicitly. A type
 * that is not known is left out.
 */
export async function readUnfit(
  db: Queryable,
  { parent, child, pairs }: { parent: TableName; child: TableName | undefined; pairs: readonly KeyPair[] },
) {
  const rows = await db.query(
    statement(
      `
      with pair as (
        select * from jsonb_to_recordset($3::text::jsonb)
                 as p (place integer, "column" text, present text, type text, referenced text)
      ), typed as (
        select pair.*, r.atttypid as parent_type, r.atttypmod as parent_mod,
               coalesce(c.atttypid, to_regtype(pair.type)::oid) as child_type, c.atttypmod as child_mod
          from pair
          join pg_catalog.pg_attribute r on r.attrelid = to_regclass($1::text) and r.attname = pair.referenced and r.attnum > 0
          left join pg_catalog.pg_attribute c
            on c.attrelid = to_regclass(nullif($2::text, '')) and c.attname = pair.present and c.attnum > 0
      ), based as (
        select typed.*,
               case when pt.typtype = 'd' then pt.typbasetype else pt.oid end as parent_base,
               case when ct.typtype = 'd' then ct.typbasetype else ct.oid end as child_base
          from typed
          join pg_catalog.pg_type pt on pt.oid = typed.parent_type
          join pg_catalog.pg_type ct on ct.oid = typed.child_type
      )
      select b."column", pg_catalog.format_type(b.child_type, b.child_mod) as type, b.referenced,
             pg_catalog.format_type(b.parent_type, b.parent_mod) as other
        from based b
       where b.parent_base <> b.child_base
         and not exists (
           select from pg_catalog.pg_opclass o
             join pg_catalog.pg_am m on m.oid = o.opcmethod and m.amname = 'btree'
            where o.opcdefault
              and (o.opcintype = b.parent_base
                   or exists (select from pg_catalog.pg_cast k
                               where k.castsource = b.parent_base and k.casttarget = o.opcintype
                                 and k.castmethod = 'b' and k.castcontext = 'i'))
              and (exists (select from pg_catalog.pg_amop a
                            where a.amopfamily = o.opcfamily and a.amoplefttype = o.opcintype
                              and a.amoprighttype = b.child_base and a.amopstrategy = 3)
                   or exists (select from pg_catalog.pg_cast k
                               where k.castsource = b.child_base and k.casttarget = o.opcintype and k.castcontext = 'i')))
       order by b.place`,
      [
        quoteTable(parent),
        child ? quoteTable(child) : '',
        JSON.stringify(pairs.map((pair, place) => ({ ...pair, place }))),
      ],
    ),
  );
  return rowsSchema.parse(rows);
}
