import { z } from 'zod';
import type { PresentRelation } from '../model/demand.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { LINKED, nameSchema, OF_USERS } from './linked-tables.ts';

const rowsSchema = z.array(
  z.object({
    ...nameSchema.shape,
    kind: z.enum(['table', 'index', 'view', 'sequence', 'type', 'other']),
    columns: z.array(z.string()),
    types: z.record(z.string(), z.string()),
    on: nameSchema.nullable(),
  }),
);

/**
 * The relations and types that have one of these names, in any schema but PostgreSQL's own, and the tables that are linked
 * with them: a change of one may change the other.
 */
export async function readPresent(db: Queryable, names: readonly string[]): Promise<readonly PresentRelation[]> {
  const rows = await db.query(
    statement(
      `
      with recursive ${LINKED}
      select n.nspname::text as schema, c.relname::text as name,
             case when c.relkind in ('r', 'p', 'f') then 'table' when c.relkind in ('i', 'I') then 'index'
                  when c.relkind in ('v', 'm') then 'view' when c.relkind = 'S' then 'sequence'
                  else 'other' end as kind,
             case when c.relkind in ('r', 'p', 'f') then
                    to_jsonb(array(select a.attname::text from pg_catalog.pg_attribute a
                                    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                                    order by a.attnum))
                  -- The parser's own record of what an index reads: its columns, those in expressions, and in the predicate.
                  when i.indexrelid is not null then
                    to_jsonb(array(select a.attname::text from pg_catalog.pg_attribute a
                                    where a.attrelid = i.indrelid and a.attnum > 0
                                      and (a.attnum = any(i.indkey::int2[]) or exists (
                                             select from pg_catalog.pg_depend d
                                              where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid
                                                and d.refobjid = i.indrelid and d.refobjsubid = a.attnum))
                                    order by a.attnum))
                  else '[]' end as columns,
             (select coalesce(jsonb_object_agg(a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)), '{}')
                from pg_catalog.pg_attribute a left join pg_catalog.pg_collation l on l.oid = a.attcollation
               where c.relkind in ('r', 'p', 'f') and a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                 and l.collisdeterministic is not false) as types,
             (select jsonb_build_object('schema', s.nspname, 'name', t.relname)
                from pg_catalog.pg_class t join pg_catalog.pg_namespace s on s.oid = t.relnamespace
               where t.oid = i.indrelid) as "on"
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        left join pg_catalog.pg_index i on i.indexrelid = c.oid
       where ${OF_USERS} and c.relkind <> 't'
         and (c.relname in (select jsonb_array_elements_text($1::text::jsonb)) or c.oid in (select oid from linked))
       union all
      select n.nspname::text, t.typname::text, 'type', '[]', '{}', null
        from pg_catalog.pg_type t
        join pg_catalog.pg_namespace n on n.oid = t.typnamespace
       where ${OF_USERS} and t.typtype in ('e', 'd', 'r') and t.typname in (select jsonb_array_elements_text($1::text::jsonb))
       order by 1, 2`,
      [JSON.stringify(names)],
    ),
  );
  return rowsSchema.parse(rows);
}

/** The schemas in which a name without one is looked for. */
export async function readSearchPath(db: Queryable): Promise<readonly string[]> {
  const [row] = await db.query(statement('select to_jsonb(current_schemas(false)) as path'));
  return z.array(z.string()).parse(row?.path);
}
