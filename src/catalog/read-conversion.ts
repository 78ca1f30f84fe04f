import { z } from 'zod';
import { type Queryable, statement } from '../model/statement.ts';

const rowSchema = z.object({ known: z.boolean(), converts: z.boolean().nullable() });

/**
 * Does PostgreSQL assign a value of one type to a column of another by itself, as `find_coercion_pathway` decides (14 to 18)?
 * Undefined where one of them is not known.
 */
export async function convertsByItself(db: Queryable, from: string, to: string): Promise<boolean | undefined> {
  const [row] = await db.query(
    statement(
      `
      with asked as (select to_regtype($1::text)::oid as source, to_regtype($2::text)::oid as target),
      based as (
        select a.*, s.oid is not null and t.oid is not null as known,
               case when s.typtype = 'd' then s.typbasetype else s.oid end as source_base,
               case when t.typtype = 'd' then t.typbasetype else t.oid end as target_base
          from asked a
          left join pg_catalog.pg_type s on s.oid = a.source
          left join pg_catalog.pg_type t on t.oid = a.target
      ), parts as (
        -- Arrays are converted as their elements are.
        select b.known, case when s.typelem <> 0 and t.typelem <> 0 and s.typcategory = 'A' and t.typcategory = 'A' then s.typelem else s.oid end as one,
               case when s.typelem <> 0 and t.typelem <> 0 and s.typcategory = 'A' and t.typcategory = 'A' then t.typelem else t.oid end as other,
               t.typcategory = 'S' as text
          from based b
          left join pg_catalog.pg_type s on s.oid = b.source_base
          left join pg_catalog.pg_type t on t.oid = b.target_base
      )
      select known,
             one = other or text
             or exists (select from pg_catalog.pg_cast c
                         where c.castsource = one and c.casttarget = other and c.castcontext in ('a', 'i')) as converts
        from parts`,
      [from, to],
    ),
  );
  const { known, converts } = rowSchema.parse(row);
  return known && converts !== null ? converts : undefined;
}
