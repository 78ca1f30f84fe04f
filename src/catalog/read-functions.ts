import { z } from 'zod';
import { type Queryable, statement } from '../model/statement.ts';
import { ofUsers } from '../sql/own-schema.ts';

const rowsSchema = z.array(z.object({ name: z.string(), body: z.string() }));

/** A function or trigger function in the database, by its signature. */
export interface FunctionSource {
  /** `public.store_message(text, integer)` */
  readonly name: string;
  readonly body: string;
}

/** The functions of the database whose body speaks of a conflict or a merge; not those of extensions. */
export async function readFunctions(db: Queryable): Promise<readonly FunctionSource[]> {
  const rows = await db.query(
    statement(`
      select pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname)
               || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' as name,
             case when p.prosrc <> '' then p.prosrc else pg_catalog.pg_get_functiondef(p.oid) end as body
        from pg_catalog.pg_proc p
        join pg_catalog.pg_namespace n on n.oid = p.pronamespace
        join pg_catalog.pg_language l on l.oid = p.prolang
       where p.prokind in ('f', 'p') and l.lanname in ('sql', 'plpgsql')
         and n.nspname not in ('pg_catalog', 'information_schema') and ${ofUsers('n.nspname')}
         and not exists (select from pg_catalog.pg_depend d
                          where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
         -- A body of parsed SQL (BEGIN ATOMIC) has no source of its own.
         and (p.prosrc ~* '\\mon\\s+conflict\\M|\\mmerge\\s+into\\M' or p.prosrc = '')
       order by 1`),
  );
  return rowsSchema.parse(rows);
}
