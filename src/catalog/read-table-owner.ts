import { z } from 'zod';
import type { TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import type { FenceOwner } from '../sql/fence.ts';
import { OWN } from '../sql/own-schema.ts';
import { quoteTable } from '../sql/quote.ts';

const rowSchema = z.object({
  owner: z.string(),
  own: z.boolean(),
  may_create: z.boolean(),
  lacks: z.array(z.string()),
});

/** The owner of a table, and what stands in the way of making a fence's function its own. */
export interface TableOwner extends FenceOwner {
  /** Is it the session's own role? */
  readonly own: boolean;
  /** What the owner would need to run the function and may not: `usage on schema app`. */
  readonly lacks: readonly string[];
}

/** Reads who owns a table, and whether that role may do what a fence does with the key of `index`. */
export async function readTableOwner(db: Queryable, table: TableName, index: TableName): Promise<TableOwner> {
  const [raw] = await db.query(
    statement(
      `
      with used as (
        select d.refclassid as class, d.refobjid as object from pg_catalog.pg_depend d
         where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = $2::text::regclass
        union
        select 'pg_catalog.pg_operator'::regclass, a.amopopr
          from pg_catalog.pg_index i
         cross join unnest(i.indclass::oid[]) as part(class)
          join pg_catalog.pg_opclass c on c.oid = part.class
          join pg_catalog.pg_amop a on a.amopfamily = c.opcfamily and a.amopstrategy = 3
           and a.amoplefttype = c.opcintype and a.amoprighttype = c.opcintype
         where i.indexrelid = $2::text::regclass),
      named as (
        select u.object as function, f.pronamespace as schema from used u join pg_catalog.pg_proc f on f.oid = u.object
         where u.class = 'pg_catalog.pg_proc'::regclass
        union select null, o.oprnamespace from used u join pg_catalog.pg_operator o on o.oid = u.object
         where u.class = 'pg_catalog.pg_operator'::regclass
        union select null, y.typnamespace from used u join pg_catalog.pg_type y on y.oid = u.object
         where u.class = 'pg_catalog.pg_type'::regclass
        union select null, l.collnamespace from used u join pg_catalog.pg_collation l on l.oid = u.object
         where u.class = 'pg_catalog.pg_collation'::regclass),
      schemas as (select schema from named union select relnamespace from pg_catalog.pg_class where oid = $1::text::regclass)
      select r.rolname::text as owner, r.rolname = current_user as own,
             (select m.rolsuper from pg_catalog.pg_roles m where m.rolname = current_user)
               or pg_catalog.has_schema_privilege(r.oid, $3, 'create') as may_create,
             to_jsonb(array(
               select format('usage on schema %I', n.nspname)
                 from schemas s join pg_catalog.pg_namespace n on n.oid = s.schema
                where not pg_catalog.has_schema_privilege(r.oid, n.oid, 'usage')
               union all
               select format('execute on function %s', f.function::regprocedure) from named f
                where not pg_catalog.has_function_privilege(r.oid, f.function, 'execute')
               union all
               select format('%s on %s', needed, c.oid::regclass) from unnest(array['select', 'update']) as needed
                where not pg_catalog.has_any_column_privilege(r.oid, c.oid, needed)
               union all
               select 'BYPASSRLS, as row level security is forced'
                where c.relrowsecurity and c.relforcerowsecurity and not (r.rolsuper or r.rolbypassrls))) as lacks
        from pg_catalog.pg_class c join pg_catalog.pg_roles r on r.oid = c.relowner
       where c.oid = $1::text::regclass`,
      [quoteTable(table), quoteTable(index), OWN],
    ),
  );
  const { may_create: mayCreate, ...row } = rowSchema.parse(raw);
  return { ...row, mayCreate };
}
