import { z } from 'zod';
import type { TableStatistics } from '../model/discovery.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { ofUsers } from '../sql/own-schema.ts';
import { type ManagerCatalogs, managedTables, managerSchema, readManagerCatalogs } from './managed-tables.ts';

/** Which tables to read of: one, those of a schema, or all of the users'. */
export interface StatisticsScope {
  readonly schema: string | undefined;
  readonly table: string | undefined;
}

/**
 * Reads what the catalogue and ANALYZE's statistics say of the columns of users' tables. pg_stats shows only what the
 * role may read and row-level security does not hide from it. No function here waits for a locked table, as
 * pg_relation_size, pg_get_expr and pg_partition_tree would: it must not keep the others from being seen.
 */
export async function readStatistics(db: Queryable, scope: StatisticsScope): Promise<readonly TableStatistics[]> {
  const catalogs = await readManagerCatalogs(db);
  return (await db.query(selectStatistics(scope, catalogs))).map((row) => rowSchema.parse(row));
}

const columnSchema = z
  .object({
    name: z.string(),
    type: z.string(),
    category: z.string(),
    not_null: z.boolean(),
    numbered: z.boolean(),
    foreign_key: z.boolean(),
    unique: z.boolean(),
    together: z.array(z.array(z.string())).nullable(),
    invalid_unique: z.boolean(),
    indexed: z.boolean(),
    distinct: z.number().nullable(),
    null_share: z.number().nullable(),
    average_bytes: z.number().nullable(),
    most_common: z.number().nullable(),
  })
  .transform((row) => ({
    name: row.name,
    type: row.type,
    category: row.category,
    notNull: row.not_null,
    numbered: row.numbered,
    foreignKey: row.foreign_key,
    unique: row.unique,
    together: row.together ?? [],
    invalidUnique: row.invalid_unique,
    indexed: row.indexed,
    statistics:
      row.distinct === null
        ? undefined
        : {
            distinct: row.distinct,
            nullShare: row.null_share ?? 0,
            averageBytes: row.average_bytes ?? 0,
            mostCommon: row.most_common ?? 0,
          },
  }));

const rowSchema = z
  .object({
    schema: z.string(),
    name: z.string(),
    partition_key: z.array(z.string()).nullable(),
    estimated_rows: z.coerce.number(),
    empty: z.boolean(),
    readable: z.boolean(),
    row_security_active: z.boolean(),
    row_security_forced: z.boolean(),
    manager: managerSchema.nullable(),
    access_method: z.string().nullable(),
    columns: z.array(columnSchema).nullable(),
  })
  .transform((row) => ({
    schema: row.schema,
    name: row.name,
    partitionKey: row.partition_key ?? [],
    estimatedRows: row.estimated_rows,
    empty: row.empty,
    readable: row.readable,
    rowSecurityActive: row.row_security_active,
    rowSecurityForced: row.row_security_forced,
    manager: row.manager ?? undefined,
    accessMethod: row.access_method ?? undefined,
    columns: row.columns ?? [],
  }));

function selectStatistics({ schema, table }: StatisticsScope, catalogs: ManagerCatalogs) {
  return statement(
    `
    with tables as materialized (
      select c.oid, c.relkind, c.reltuples, n.nspname, c.relname
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
         and n.nspname !~ '^(pg_|_timescaledb_)' and n.nspname <> 'information_schema' and ${ofUsers('n.nspname')}
         and ($1::text is null or n.nspname = $1::text) and ($2::text is null or c.relname = $2::text)
         -- Tables of extensions are not the user's to change.
         and not exists (select from pg_catalog.pg_depend d
                          where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')),
    -- A partitioned table with all below it. pg_partition_tree would wait for whoever has one of them locked.
    family as materialized (
      with recursive below as (
        select t.oid as root, t.oid from tables t
        union all
        select below.root, h.inhrelid from below join pg_catalog.pg_inherits h on h.inhparent = below.oid
          join pg_catalog.pg_class k on k.oid = h.inhrelid and k.relispartition)
      select root, oid from below),
    unique_indexes as materialized (
      select i.indrelid, i.indexrelid, i.indisvalid and i.indisready as usable, i.indnkeyatts as parts,
             (i.indkey::int2[])[0:i.indnkeyatts - 1] as key
        from pg_catalog.pg_index i join tables t on t.oid = i.indrelid
       where i.indisunique and i.indislive),
    -- The columns of their keys, by themselves or in an expression, which has the number 0.
    covered as materialized (
      select u.indrelid, part.attnum, u.indexrelid, u.usable, u.parts
        from unique_indexes u cross join unnest(u.key) as part(attnum) where part.attnum > 0
      union
      select u.indrelid, x.refobjsubid, u.indexrelid, u.usable, u.parts
        from unique_indexes u
        join pg_catalog.pg_depend x on x.classid = 'pg_catalog.pg_class'::regclass and x.objid = u.indexrelid
         and x.refclassid = 'pg_catalog.pg_class'::regclass and x.refobjid = u.indrelid and x.refobjsubid > 0
       where 0 = any (u.key)),
    members as materialized (
      select c.indexrelid, jsonb_agg(a.attname::text order by a.attnum) as names
        from covered c join pg_catalog.pg_attribute a on a.attrelid = c.indrelid and a.attnum = c.attnum
       group by c.indexrelid),
    uniques as materialized (
      select c.indrelid, c.attnum, bool_or(c.usable and c.parts = 1) as alone,
             bool_or(not c.usable and c.parts = 1) as begun,
             jsonb_agg(m.names) filter (where c.usable and c.parts > 1) as together
        from covered c join members m on m.indexrelid = c.indexrelid
       group by c.indrelid, c.attnum),
    statistics as materialized (
      select schemaname, tablename, attname, inherited, n_distinct, null_frac, avg_width, most_common_freqs[1] as first
        from pg_catalog.pg_stats where schemaname in (select nspname from tables)),
    columns as materialized (${selectColumns()}),
    locked as materialized (
      select relation from pg_catalog.pg_locks where mode = 'AccessExclusiveLock'
         and database = (select oid from pg_catalog.pg_database where datname = current_database())),
    -- After pg_upgrade and on a standby only the size distinguishes an empty table from one that was never analysed.
    sizes as materialized (
      select f.root, sum(greatest(k.reltuples, 0)) as rows,
             bool_and(case when k.reltuples > 0 or k.oid in (select relation from locked) then false
                           else pg_catalog.pg_relation_size(k.oid) = 0 end) as empty
        from family f join pg_catalog.pg_class k on k.oid = f.oid where k.relkind = 'r' group by f.root)
    select t.nspname::text as schema, t.relname::text as name,
           (select jsonb_agg(distinct coalesce(a.attname::text, '(expression)'))
              from family f
              join pg_catalog.pg_partitioned_table p on p.partrelid = f.oid
              cross join unnest(p.partattrs::int2[]) as part(attnum)
              left join pg_catalog.pg_attribute a
                on a.attrelid = f.oid and a.attnum = part.attnum and part.attnum > 0
             where f.root = t.oid) as partition_key,
           case t.relkind when 'p' then coalesce(sizes.rows, 0) else t.reltuples end as estimated_rows,
           coalesce(sizes.empty, true) as empty,
           pg_catalog.has_schema_privilege(t.nspname, 'usage')
             and pg_catalog.has_table_privilege(t.oid, 'select') as readable,
           pg_catalog.row_security_active(t.oid) as row_security_active,
           (select k.relforcerowsecurity from pg_catalog.pg_class k where k.oid = t.oid) as row_security_forced,
           (select min(m.manager) from (${managedTables(catalogs)}) m where m.oid = t.oid) as manager,
           (select min(a.amname::text)
              from family f
              join pg_catalog.pg_class k on k.oid = f.oid and k.relkind = 'r'
              join pg_catalog.pg_am a on a.oid = k.relam and a.amname <> 'heap'
             where f.root = t.oid) as access_method,
           col.columns
      from tables t
      left join sizes on sizes.root = t.oid
      left join (select c.root, jsonb_agg(to_jsonb(c) order by c.place) as columns from columns c group by c.root) col
        on col.root = t.oid
     order by t.nspname, t.relname`,
    [schema ?? null, table ?? null],
  );
}

/** Of ANALYZE's statistics those over all partitions, or over the table alone, are the ones of the table's rows. */
function selectColumns(): string {
  return `
      select t.oid as root, a.attnum as place, a.attname::text as name, base.typname::text as type,
             base.typcategory as category, a.attnotnull as not_null,
             a.attidentity <> '' or exists (
               select from pg_catalog.pg_attrdef d
                 join pg_catalog.pg_depend x on x.classid = 'pg_catalog.pg_attrdef'::regclass and x.objid = d.oid
                 join pg_catalog.pg_class s on s.oid = x.refobjid and s.relkind = 'S'
                where d.adrelid = t.oid and d.adnum = a.attnum
                  and x.refclassid = 'pg_catalog.pg_class'::regclass) as numbered,
             exists (select from pg_catalog.pg_constraint k
                      where k.conrelid = t.oid and k.contype = 'f' and a.attnum = any (k.conkey)) as foreign_key,
             coalesce(u.alone, false) as unique, u.together, coalesce(u.begun, false) as invalid_unique,
             exists (select from pg_catalog.pg_index i
                      where i.indrelid = t.oid and i.indisvalid and (i.indkey::int2[])[0] = a.attnum) as indexed,
             s.n_distinct as distinct, s.null_frac as null_share, s.avg_width as average_bytes, s.first as most_common
        from tables t
        join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
        join pg_catalog.pg_type type on type.oid = a.atttypid
        join pg_catalog.pg_type base on base.oid = coalesce(nullif(type.typbasetype, 0), type.oid)
        left join uniques u on u.indrelid = t.oid and u.attnum = a.attnum
        left join statistics s
          on s.schemaname = t.nspname and s.tablename = t.relname and s.attname = a.attname
         and s.inherited = (t.relkind = 'p')`;
}
