import { z } from 'zod';
import { type Queryable, statement } from '../model/statement.ts';
import type { Named } from './parse-expression.ts';

/** `public.age_of(timestamptz)`, or what an operator or a cast calls. */
const rowSchema = z.object({ name: z.string(), volatility: z.enum(['stable', 'volatile']), builtin: z.boolean() });
export type Unsteady = z.infer<typeof rowSchema>;

/**
 * Of what an expression names, the functions that may give another result at another time: those that it calls by name,
 * and those behind operators and casts. Of a name with several functions it is not known which one is meant, so where
 * one of them is IMMUTABLE, the name passes for that of a builtin. Functions of extensions count as builtin.
 */
export async function readUnsteady(db: Queryable, named: Named): Promise<readonly Unsteady[]> {
  const rows = await db.query(
    statement(
      `
      with named as (
        select p.oid from pg_catalog.pg_proc p
         where p.proname in (select jsonb_array_elements_text($1::text::jsonb))
        union
        select o.oprcode from pg_catalog.pg_operator o
         where o.oprname in (select jsonb_array_elements_text($2::text::jsonb))
           and o.oprnamespace <> 'pg_catalog'::regnamespace
        union
        select k.castfunc
          from pg_catalog.pg_cast k
          join pg_catalog.pg_type t on t.oid in (k.casttarget, k.castsource)
         where t.typname in (select jsonb_array_elements_text($3::text::jsonb)))
      select distinct p.oid::regprocedure::text as name,
             case p.provolatile when 's' then 'stable' else 'volatile' end as volatility,
             p.pronamespace = 'pg_catalog'::regnamespace
             or exists (
               select from pg_catalog.pg_depend d
                where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
             or exists (
               select from named also join pg_catalog.pg_proc q on q.oid = also.oid
                where q.proname = p.proname and q.provolatile = 'i') as builtin
        from named
        join pg_catalog.pg_proc p on p.oid = named.oid
       where p.provolatile <> 'i'
       order by 1`,
      [JSON.stringify(named.functions), JSON.stringify(named.operators), JSON.stringify(named.types)],
    ),
  );
  return rows.map((row) => rowSchema.parse(row));
}
