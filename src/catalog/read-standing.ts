import { z } from 'zod';
import type { TableFacts } from '../model/facts.ts';
import type { TableStanding } from '../model/standing.ts';
import type { Queryable } from '../model/statement.ts';
import { ofUsers } from '../sql/own-schema.ts';
import { type ManagerCatalogs, managedTables, managerSchema } from './managed-tables.ts';
import { ASKED, type ByTable, readOfEach } from './read-of-each.ts';

const nameSchema = z.object({ schema: z.string(), name: z.string() });

const rowSchema = z.object({
  relation: z.string(),
  holder: z.enum(['user', 'postgresql', 'toast', 'msgdb', 'a session']),
  extension: z.string().nullable(),
  rows_in: z.array(nameSchema),
  server: z.string().nullable(),
  access_method: z.string().nullable(),
  manager: managerSchema.nullable(),
});

type Relation = Pick<TableFacts, 'oid' | 'kind'>;

/** Reads whose each relation is, what it is, and what stores its rows. */
export async function readStanding(
  db: Queryable,
  tables: readonly Relation[],
  managers: ManagerCatalogs,
): Promise<ByTable<TableStanding>> {
  const oids = tables.map(({ oid }) => oid);
  return await readOfEach(db, oids, selectStanding(tables, managers), (raw) => {
    const row = rowSchema.parse(raw);
    return {
      relation: row.relation,
      holder: row.holder,
      extension: row.extension ?? undefined,
      rowsIn: row.rows_in,
      server: row.server ?? undefined,
      accessMethod: row.access_method ?? undefined,
      manager: row.manager ?? undefined,
    };
  });
}

function selectStanding(tables: readonly Relation[], catalogs: ManagerCatalogs): string {
  const store = tables.every(({ kind }) => kind === 'table' || kind === 'partitioned');
  return `
    select asked.oid::bigint as asked,
           case c.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'v' then 'view'
                          when 'm' then 'materialized view' when 'f' then 'foreign table' when 'S' then 'sequence'
                          when 'c' then 'composite type' when 't' then 'TOAST table' else 'index' end as relation,
           case when c.relkind = 't' then 'toast'
                when n.nspname in ('pg_catalog', 'information_schema', 'pg_toast') then 'postgresql'
                when not (${ofUsers('n.nspname')}) then 'msgdb'
                when c.relpersistence = 't' then 'a session'
                else 'user' end as holder,
           (select e.extname::text
              from pg_catalog.pg_depend d join pg_catalog.pg_extension e on e.oid = d.refobjid
             where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.objsubid = 0
               and d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e') as extension,
           ${store ? `'[]'::jsonb` : rowsIn()} as rows_in,
           (select s.srvname::text
              from pg_catalog.pg_foreign_table f join pg_catalog.pg_foreign_server s on s.oid = f.ftserver
             where f.ftrelid = c.oid) as server,
           (select min(a.amname::text)
              from pg_catalog.pg_class k join pg_catalog.pg_am a on a.oid = k.relam
             where k.relkind = 'r' and a.amname <> 'heap'
               and (k.oid = c.oid or k.oid in (select relid from pg_catalog.pg_partition_tree(c.oid)))) as access_method,
           (select min(m.manager) from (${managedTables(catalogs)}) m
             where m.oid = c.oid or m.oid in (select relid from pg_catalog.pg_partition_tree(c.oid))) as manager
      from ${ASKED}
      join pg_catalog.pg_class c on c.oid = asked.oid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace`;
}

/** Of a view, the tables under it and under the views it is made of; of a foreign table, the one it stands for. */
function rowsIn(): string {
  return `
           case when c.relkind in ('v', 'm') then
             (with recursive below (oid) as (
                select c.oid
                union
                select d.refobjid
                  from below
                  join pg_catalog.pg_class v on v.oid = below.oid and v.relkind in ('v', 'm')
                  join pg_catalog.pg_rewrite r on r.ev_class = v.oid
                  join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
                   and d.refclassid = 'pg_catalog.pg_class'::regclass)
              select coalesce(jsonb_agg(jsonb_build_object('schema', m.nspname, 'name', k.relname)
                                        order by m.nspname, k.relname), '[]')
                from below
                join pg_catalog.pg_class k on k.oid = below.oid and k.relkind in ('r', 'p', 'f')
                join pg_catalog.pg_namespace m on m.oid = k.relnamespace)
           when c.relkind = 't' then
             (select coalesce(jsonb_agg(jsonb_build_object('schema', m.nspname, 'name', k.relname)), '[]')
                from pg_catalog.pg_class k join pg_catalog.pg_namespace m on m.oid = k.relnamespace
               where k.reltoastrelid = c.oid)
           when c.relkind = 'f' then
             (select jsonb_build_array(jsonb_build_object(
                       'schema', coalesce(max(o.option_value) filter (where o.option_name = 'schema_name'), n.nspname),
                       'name', coalesce(max(o.option_value) filter (where o.option_name = 'table_name'), c.relname)))
                from pg_catalog.pg_foreign_table f
                left join lateral pg_catalog.pg_options_to_table(f.ftoptions) o on true
               where f.ftrelid = c.oid)
           else '[]' end`;
}
