import { z } from 'zod';
import type { ObjectsOfDatabase } from '../model/object-facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { OF_USERS } from './linked-tables.ts';

const objectsSchema = z.object({
  objects: z.array(
    z.object({
      id: z.string(),
      kind: z.enum([
        'table',
        'view',
        'materialized view',
        'index',
        'sequence',
        'type',
        'function',
        'schema',
        'extension',
        'constraint',
        'trigger',
        'policy',
        'rule',
        'default',
        'other',
      ]),
      schema: z.string().nullable(),
      name: z.string(),
      table: z.string().nullable(),
      column: z.string().nullable(),
      label: z.string(),
      extension: z.string().nullable(),
      primary: z.boolean(),
      columns: z.array(z.string()),
      inherited: z.array(z.string()),
      partitionKey: z.array(z.string()),
      values: z.array(z.string()).nullable(),
    }),
  ),
  dependencies: z.array(
    z.object({
      from: z.string(),
      fromColumn: z.string().nullable(),
      to: z.string(),
      toColumn: z.string().nullable(),
      kind: z.enum(['normal', 'auto', 'internal', 'partition']),
    }),
  ),
  schemas: z.array(z.string()),
  builtin: z.array(z.string()),
});

/**
 * The objects that have one of these names, everything that depends on them by `pg_depend`, and what is in the schemas that
 * are to be dropped.
 */
export async function readObjects(
  db: Queryable,
  names: readonly string[],
  dropped: readonly string[],
): Promise<ObjectsOfDatabase> {
  const [row] = await db.query(
    statement(
      `
      with recursive wanted (name) as materialized (
        select jsonb_array_elements_text($1::text::jsonb)
      ), reach (classid, objid) as (
        select 'pg_catalog.pg_class'::regclass::oid, c.oid
          from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where ${OF_USERS} and c.relkind in ('r', 'p', 'f', 'v', 'm', 'i', 'I', 'S') and c.relname in (select name from wanted)
        union
        select 'pg_catalog.pg_type'::regclass::oid, t.oid
          from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
          left join pg_catalog.pg_class c on c.oid = t.typrelid
         where ${OF_USERS} and (c.oid is null or c.relkind = 'c') and t.typcategory <> 'A' and t.typname in (select name from wanted)
        union
        select 'pg_catalog.pg_proc'::regclass::oid, p.oid
          from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
         where ${OF_USERS} and p.proname in (select name from wanted)
        union
        -- The enums of columns, whose values a statement may give.
        select 'pg_catalog.pg_type'::regclass::oid, t.oid
          from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          join pg_catalog.pg_type t on t.oid = a.atttypid and t.typtype = 'e'
         where ${OF_USERS} and c.relkind in ('r', 'p', 'f') and c.relname in (select name from wanted)
        union
        select 'pg_catalog.pg_extension'::regclass::oid, e.oid
          from pg_catalog.pg_extension e where e.extname in (select name from wanted)
        union
        select 'pg_catalog.pg_namespace'::regclass::oid, n.oid
          from pg_catalog.pg_namespace n where n.nspname in (select jsonb_array_elements_text($2::text::jsonb))
        union
        -- Who depends on it; and what it is a part of, as a rule is of its view.
        select each.classid, each.objid
          from reach r
          join lateral (
            select d.classid, d.objid from pg_catalog.pg_depend d where d.refclassid = r.classid and d.refobjid = r.objid
             union all
            select d.refclassid, d.refobjid from pg_catalog.pg_depend d
             where d.classid = r.classid and d.objid = r.objid and d.deptype in ('i', 'P', 'S')
          ) each on true
      ), found as materialized (
        select r.classid, r.objid, r.classid || '/' || r.objid as id,
               c.oid as class, c.relkind, coalesce(k.conrelid, t.tgrelid, p.polrelid, w.ev_class, f.adrelid) as owner,
               f.adnum, coalesce(k.contype = 'p', false) as primary, ty.oid as type,
               coalesce(c.relname, ty.typname, pr.proname, n.nspname, e.extname, k.conname, t.tgname, p.polname, w.rulename, '')::text as name,
               coalesce(c.relnamespace, ty.typnamespace, pr.pronamespace, case when k.conrelid = 0 then k.connamespace end) as namespace,
               case when c.relkind in ('r', 'p', 'f') then 'table' when c.relkind = 'v' then 'view'
                    when c.relkind = 'm' then 'materialized view' when c.relkind in ('i', 'I') then 'index'
                    when c.relkind = 'S' then 'sequence'
                    -- The row type of a table, and the array of a type, go by the name of these.
                    when ty.oid is not null and ty.typcategory <> 'A' and (ty.typrelid = 0 or tc.relkind = 'c') then 'type'
                    when pr.oid is not null then 'function' when n.oid is not null then 'schema'
                    when e.oid is not null then 'extension' when k.oid is not null then 'constraint'
                    when t.oid is not null then 'trigger' when p.oid is not null then 'policy'
                    when w.oid is not null then 'rule' when f.oid is not null then 'default' else 'other' end as kind
          from reach r
          left join pg_catalog.pg_class c on r.classid = 'pg_catalog.pg_class'::regclass and c.oid = r.objid
          left join pg_catalog.pg_type ty on r.classid = 'pg_catalog.pg_type'::regclass and ty.oid = r.objid
          left join pg_catalog.pg_class tc on tc.oid = ty.typrelid
          left join pg_catalog.pg_proc pr on r.classid = 'pg_catalog.pg_proc'::regclass and pr.oid = r.objid
          left join pg_catalog.pg_namespace n on r.classid = 'pg_catalog.pg_namespace'::regclass and n.oid = r.objid
          left join pg_catalog.pg_extension e on r.classid = 'pg_catalog.pg_extension'::regclass and e.oid = r.objid
          left join pg_catalog.pg_constraint k on r.classid = 'pg_catalog.pg_constraint'::regclass and k.oid = r.objid
          left join pg_catalog.pg_trigger t on r.classid = 'pg_catalog.pg_trigger'::regclass and t.oid = r.objid
          left join pg_catalog.pg_policy p on r.classid = 'pg_catalog.pg_policy'::regclass and p.oid = r.objid
          left join pg_catalog.pg_rewrite w on r.classid = 'pg_catalog.pg_rewrite'::regclass and w.oid = r.objid
          left join pg_catalog.pg_attrdef f on r.classid = 'pg_catalog.pg_attrdef'::regclass and f.oid = r.objid
      )
      select (select coalesce(jsonb_agg(jsonb_build_object(
                'id', f.id, 'kind', f.kind, 'name', f.name, 'primary', f.primary,
                'schema', (select n.nspname from pg_catalog.pg_namespace n where n.oid = f.namespace),
                'table', 'pg_catalog.pg_class'::regclass::oid || '/' || nullif(f.owner, 0),
                'column', (select a.attname from pg_catalog.pg_attribute a where a.attrelid = f.owner and a.attnum = f.adnum),
                'label', coalesce(pg_catalog.pg_describe_object(f.classid, f.objid, 0), f.name),
                'extension', (select x.extname from pg_catalog.pg_depend d join pg_catalog.pg_extension x on x.oid = d.refobjid
                               where d.classid = f.classid and d.objid = f.objid and d.deptype = 'e'
                                 and d.refclassid = 'pg_catalog.pg_extension'::regclass limit 1),
                'columns', ${columnsOf('true')},
                'inherited', ${columnsOf('a.attinhcount > 0')},
                'partitionKey', ${columnsOf('exists (select from pg_catalog.pg_partitioned_table q where q.partrelid = f.class and a.attnum = any(q.partattrs::int2[]))')},
                'values', (select jsonb_agg(u.enumlabel order by u.enumsortorder) from pg_catalog.pg_enum u where u.enumtypid = f.type)
              )), '[]') from found f) as objects,
             (select coalesce(jsonb_agg(jsonb_build_object(
                'from', d.classid || '/' || d.objid, 'to', d.refclassid || '/' || d.refobjid,
                'fromColumn', ${columnAt('d.classid', 'd.objid', 'd.objsubid')},
                'toColumn', ${columnAt('d.refclassid', 'd.refobjid', 'd.refobjsubid')},
                'kind', case d.deptype when 'n' then 'normal' when 'i' then 'internal' when 'a' then 'auto' else 'partition' end)), '[]')
                from found f
                join pg_catalog.pg_depend d on d.classid = f.classid and d.objid = f.objid
                join found o on o.classid = d.refclassid and o.objid = d.refobjid
               where d.deptype in ('n', 'a', 'i', 'P', 'S')) as dependencies,
             (select jsonb_agg(n.nspname) from pg_catalog.pg_namespace n) as schemas,
             (select coalesce(jsonb_agg(b.kind || ' ' || b.name), '[]') from (
                select 'table' as kind, c.relname as name from pg_catalog.pg_class c
                 where c.relnamespace in (${SYSTEM}) and c.relname in (select name from wanted)
                 union
                select 'type', t.typname from pg_catalog.pg_type t
                 where t.typnamespace in (${SYSTEM}) and t.typname in (select name from wanted)
                 union
                select 'function', p.proname from pg_catalog.pg_proc p
                 where p.pronamespace in (${SYSTEM}) and p.proname in (select name from wanted)) b) as builtin`,
      [JSON.stringify(names), JSON.stringify(dropped)],
    ),
  );
  return objectsSchema.parse(row);
}

/** The schemas that are not written, and always looked in. */
const SYSTEM = `select n.oid from pg_catalog.pg_namespace n where n.nspname = 'pg_catalog' or n.nspname like 'pg\\_temp%'`;

function columnsOf(condition: string): string {
  return `case when f.relkind in ('r', 'p', 'f', 'v', 'm') then
            to_jsonb(array(select a.attname::text from pg_catalog.pg_attribute a
                            where a.attrelid = f.class and a.attnum > 0 and not a.attisdropped and ${condition} order by a.attnum))
            else '[]' end`;
}

function columnAt(classid: string, objid: string, objsubid: string): string {
  return `(select a.attname from pg_catalog.pg_attribute a
            where ${objsubid} <> 0 and ${classid} = 'pg_catalog.pg_class'::regclass and a.attrelid = ${objid} and a.attnum = ${objsubid})`;
}
