import { MsgdbError } from '../model/errors.ts';
import type { TableFacts, TableName } from '../model/facts.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { isSameTable } from '../model/table-name.ts';
import { shapeOf } from '../sql/shape.ts';
import { readManagerCatalogs } from './managed-tables.ts';
import { readBlockedPublications } from './read-blocked-publications.ts';
import { readChecks } from './read-checks.ts';
import { readForeignKeys } from './read-foreign-keys.ts';
import { readIndexes } from './read-indexes.ts';
import { ASKED, readOfEach } from './read-of-each.ts';
import { readPartitioning } from './read-partitioning.ts';
import { readStanding } from './read-standing.ts';
import { readTriggers } from './read-triggers.ts';
import { columnSchema, tableSchema } from './table-rows.ts';

/**
 * Reads what the catalogue says of one table.
 * @throws MsgdbError MSGDB_TABLE_NOT_FOUND when it is gone.
 */
export async function readTable(db: Queryable, table: TableName): Promise<TableFacts> {
  const [facts] = await readTables(db, [table]);
  return facts as TableFacts;
}

/**
 * Reads what the catalogue says of tables, in their order, with as many statements for many as for one.
 * @throws MsgdbError MSGDB_TABLE_NOT_FOUND when one is gone.
 */
export async function readTables(db: Queryable, tables: readonly TableName[]): Promise<readonly TableFacts[]> {
  if (tables.length === 0) return [];
  const [found, managers] = await Promise.all([db.query(selectTables(tables)), readManagerCatalogs(db)]);
  const rows = found.map((row) => tableSchema.parse(row));
  const oids = rows.map(({ oid }) => oid);
  const published = rows.filter(({ somePublished }) => somePublished).map(({ oid }) => oid);
  const places = rows.map(({ oid, kind, isPartition }) => ({
    oid,
    place: kind === 'partitioned' || isPartition ? ('in a tree' as const) : ('alone' as const),
  }));
  // They travel together.
  const [columns, standing, blockedPublications, checks, triggers, indexes, referencedBy, partitioning] =
    await Promise.all([
      readOfEach(db, oids, selectColumns(), (row) => columnSchema.parse(row)),
      readStanding(db, rows, managers),
      readBlockedPublications(db, published),
      readChecks(db, oids),
      readTriggers(db, oids),
      readIndexes(db, oids),
      readForeignKeys(db, oids),
      readPartitioning(db, places),
    ]);
  return tables.map((table) => {
    const row = rows.find(({ asked }) => isSameTable(asked, table));
    const its = row && standing(row.oid)[0];
    if (!row || !its) {
      throw new MsgdbError('MSGDB_TABLE_NOT_FOUND', { what: `There is no table ${table.schema}.${table.name}.` });
    }
    const { asked: _asked, somePublished: _published, isPartition: _isPartition, ...facts } = row;
    const { oid } = facts;
    return {
      ...facts,
      table,
      standing: its,
      blockedPublications: blockedPublications(oid),
      columns: columns(oid),
      checks: checks(oid),
      triggers: triggers(oid),
      indexes: indexes(oid),
      referencedBy: referencedBy(oid),
      ...partitioning(oid),
    };
  });
}

function selectTables(tables: readonly TableName[]) {
  return statement(
    `
    select jsonb_build_object('schema', n.nspname, 'name', c.relname) as asked,
           c.oid::bigint as oid,
           case c.relkind when 'r' then 'table' when 'p' then 'partitioned' when 'v' then 'view'
                          when 'f' then 'foreign' else 'other' end as kind,
           to_jsonb(array(select a.attname::text
                   from pg_catalog.pg_constraint k
                   cross join unnest(k.conkey) with ordinality as part(attnum, place)
                   join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = part.attnum
                  where k.conrelid = c.oid and k.contype = 'p' order by part.place)) as primary_key,
           case when c.relkind = 'p' then
             -- With the keys of partitions that are partitioned in turn: a unique index needs them all.
             (select jsonb_agg(distinct coalesce(a.attname::text, '(expression)'))
                from pg_catalog.pg_partition_tree(c.oid) tree
                join pg_catalog.pg_partitioned_table p on p.partrelid = tree.relid
                cross join unnest(p.partattrs::int2[]) as part(attnum)
                left join pg_catalog.pg_attribute a
                  on a.attrelid = tree.relid and a.attnum = part.attnum and part.attnum > 0) end as partition_key,
           exists (select from pg_catalog.pg_inherits h
                     join pg_catalog.pg_class k on k.oid = h.inhrelid
                    where h.inhparent = c.oid and not k.relispartition) as inherits,
           to_jsonb(array(select r.rulename::text from pg_catalog.pg_rewrite r
                  where r.ev_class = c.oid and r.rulename <> '_RETURN' and r.ev_enabled in ('O', 'A')
                  order by 1)) as rules,
           pg_catalog.row_security_active(c.oid) as row_security_active,
           c.relforcerowsecurity as row_security_forced,
           exists (select from pg_catalog.pg_publication p where p.pubdelete or p.pubupdate) as some_published,
           c.relispartition as is_partition,
           pg_catalog.pg_get_userbyid(c.relowner)::text as owner,
           -- SET ROLE reaches every role that the owner is a member of, and its attributes. Every owner of a
           -- database is a member of pg_database_owner. A circle of memberships is refused (0LP01); one that is there
           -- without INHERIT is not changed by a GRANT.
           not pg_catalog.pg_has_role(c.relowner, current_user, 'member')
           and not pg_catalog.pg_has_role(current_user, c.relowner, 'member') and not exists (
             select from pg_catalog.pg_roles m
              where (m.oid = c.relowner or m.rolname <> 'pg_database_owner')
                and pg_catalog.pg_has_role(c.relowner, m.oid, 'member')
                and (m.rolsuper or m.rolcreaterole or m.rolcreatedb or m.rolbypassrls or m.rolreplication
                     or m.rolname like 'pg\\_%')) as owner_grantable,
           pg_catalog.has_schema_privilege(n.oid, 'create') as may_create,
           jsonb_build_object(
             'select', pg_catalog.has_table_privilege(c.oid, 'select'),
             'insert', pg_catalog.has_table_privilege(c.oid, 'insert'),
             'update', pg_catalog.has_table_privilege(c.oid, 'update'),
             'delete', pg_catalog.has_table_privilege(c.oid, 'delete'),
             'owner', pg_catalog.pg_has_role(c.relowner, 'usage')) as privileges,
           -- As the planner reckons: as many on each page of now as there were when it was analysed.
           (select case c.relkind when 'p' then coalesce(sum(greatest(known.rows, 0)), 0) else min(known.rows) end
              from (select case when k.reltuples > 0 and k.relpages > 0
                                then k.reltuples / k.relpages * pg_catalog.pg_relation_size(k.oid)
                                     / pg_catalog.current_setting('block_size')::integer
                                else k.reltuples end as rows
                      from pg_catalog.pg_class k
                     where k.oid = c.oid and c.relkind <> 'p'
                        or c.relkind = 'p' and k.relkind <> 'p'
                       and k.oid in (select relid from pg_catalog.pg_partition_tree(c.oid))) known) as estimated_rows,
           case c.relkind when 'p' then
             coalesce((select sum(pg_catalog.pg_relation_size(t.relid)) from pg_catalog.pg_partition_tree(c.oid) t
                        where t.isleaf), 0)
           else pg_catalog.pg_relation_size(c.oid) end as bytes,
           coalesce((select sum(pg_catalog.pg_relation_size(k.reltoastrelid))
                       from pg_catalog.pg_class k
                      where k.reltoastrelid <> 0
                        and (k.oid = c.oid or k.oid in (select relid from pg_catalog.pg_partition_tree(c.oid)))), 0)
             as toast_bytes,
           (select coalesce(max(o.option_value::integer), 2032)
              from pg_catalog.pg_class k cross join lateral pg_catalog.pg_options_to_table(k.reloptions) o
             where o.option_name = 'toast_tuple_target'
               and (k.oid = c.oid or k.oid in (select relid from pg_catalog.pg_partition_tree(c.oid)))) as toast_target,
           ${shapeOf('c.oid')} as shape
      from pg_catalog.jsonb_to_recordset($1::text::jsonb) as asked (schema text, name text)
      join pg_catalog.pg_namespace n on n.nspname = asked.schema
      join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = asked.name`,
    [JSON.stringify(tables.map(({ schema, name }) => ({ schema, name })))],
  );
}

function selectColumns(): string {
  // A domain is stored as its base type: an image may leave out columns, which a NOT NULL domain would refuse.
  return `
    select asked.oid::bigint as asked,
           a.attname::text as name,
           pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
           base.type as storage_type,
           (select pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname)
              from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
             where t.oid = a.atttypid) as plain_type,
           (select pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(e.typname)
              from pg_catalog.pg_type t
              join pg_catalog.pg_type e on e.oid = t.typelem
              join pg_catalog.pg_namespace n on n.oid = e.typnamespace
             where t.oid = base.oid and base.category = 'A') as element_type,
           (select pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(l.collname)
              from pg_catalog.pg_collation l join pg_catalog.pg_namespace n on n.oid = l.collnamespace
             where l.oid = a.attcollation and l.collname <> 'default') as collation,
           a.attnotnull as not_null,
           a.attgenerated <> '' as generated,
           case when a.attgenerated <> '' then
             (select pg_catalog.pg_get_expr(d.adbin, d.adrelid) from pg_catalog.pg_attrdef d
               where d.adrelid = a.attrelid and d.adnum = a.attnum) end as expression,
           base.plain as base_type,
           base.domain,
           base.length,
           base.storage,
           a.attidentity = 'a' as identity_always,
           a.atthasdef or a.attidentity <> ''
             or (select t.typdefault is not null from pg_catalog.pg_type t where t.oid = a.atttypid) as filled,
           -- Arrays, ranges, enums and records sort by their pseudo-type's class, the others by their own.
           (base.category in ('A', 'R', 'E') or base.kind in ('c', 'm', 'r') or exists (
              select from pg_catalog.pg_opclass o join pg_catalog.pg_am m on m.oid = o.opcmethod
               where m.amname = 'btree' and o.opcdefault
                 and (o.opcintype = base.oid or exists (
                       select from pg_catalog.pg_cast x
                        where x.castsource = base.oid and x.casttarget = o.opcintype and x.castmethod = 'b'
                          and x.castcontext = 'i')))) as sortable
      from ${ASKED}
      join pg_catalog.pg_attribute a on a.attrelid = asked.oid
      cross join lateral (
        with recursive chain as (
          select t.oid, t.typtype, t.typcategory, t.typbasetype, t.typlen, t.typstorage,
                 a.atttypmod as typmod, 1 as depth
            from pg_catalog.pg_type t where t.oid = a.atttypid
          union all
          select t.oid, t.typtype, t.typcategory, t.typbasetype, t.typlen, t.typstorage,
                 chain_domain.typtypmod, chain.depth + 1
            from chain
            join pg_catalog.pg_type chain_domain on chain_domain.oid = chain.oid
            join pg_catalog.pg_type t on t.oid = chain.typbasetype
           where chain.typtype = 'd')
        select chain.oid, chain.typtype as kind, chain.typcategory as category,
               chain.typlen as length, chain.typstorage::text as storage,
               pg_catalog.format_type(chain.oid, chain.typmod) as type,
               (select pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname)
                  from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
                 where t.oid = chain.oid) as plain,
               -- The innermost domain is asked first.
               coalesce((select jsonb_agg(jsonb_build_object('name', asked.name, 'expression', asked.expression)
                                          order by d.depth desc, asked.name)
                  from chain d
                  cross join lateral (
                    select k.conname as name, pg_catalog.pg_get_expr(k.conbin, 0) as expression
                      from pg_catalog.pg_constraint k where k.contypid = d.oid and k.contype = 'c'
                    union all
                    select t.typname, null from pg_catalog.pg_type t where t.oid = d.oid and t.typnotnull) asked
                 where d.typtype = 'd'), '[]') as domain
          from chain where chain.typtype <> 'd') base
     where a.attnum > 0 and not a.attisdropped
     order by a.attnum`;
}
