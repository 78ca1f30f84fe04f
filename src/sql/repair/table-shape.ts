import type { TableName } from '../../model/facts.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { ofUsers } from '../own-schema.ts';

/**
 * What of some tables decides whether rows may be removed as it was written down: their columns (an archive would lose
 * one that came later), the foreign keys to them (a later one may cascade), their triggers, and what kind of table they
 * are. A row for each; it names nothing that differs between two databases of one schema.
 */
export function describeShape(tables: readonly TableName[]): Statement {
  const names = JSON.stringify(tables.map(({ schema, name }) => ({ schema, name })));
  return statement(
    `
      with wanted as (
        select c.oid, c.relkind, c.relispartition, pg_catalog.format('%I.%I', n.nspname, c.relname) as label
          from pg_catalog.jsonb_to_recordset($1::text::jsonb) as named(schema text, name text)
          join pg_catalog.pg_namespace n on n.nspname = named.schema
          join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = named.name)
      select shape from (
        select pg_catalog.format('%s is a %s', label, case relkind when 'r' then 'table' when 'p' then 'partitioned table' else 'relation of another kind' end)
               || case when relispartition then ' and a partition' else '' end as shape
          from wanted
        union all
        select pg_catalog.format('%s has the column %I %s%s', label, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
                 case when a.attgenerated <> '' then ', generated' when a.attidentity = 'a' then ', generated always as identity' else '' end)
          from wanted join pg_catalog.pg_attribute a on a.attrelid = wanted.oid and a.attnum > 0 and not a.attisdropped
        union all
        select pg_catalog.format('%s is referred to by %s (%s), %s', label, (select pg_catalog.format('%I.%I', n.nspname, c.relname) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = f.conrelid),
                 (select pg_catalog.string_agg(a.attname, ', ' order by k.place)
                    from pg_catalog.unnest(f.conkey) with ordinality as k(attnum, place)
                    join pg_catalog.pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.attnum),
                 case f.confdeltype when 'c' then 'on delete cascade' when 'n' then 'on delete set null'
                                    when 'd' then 'on delete set default' else 'on delete no action' end)
          from wanted join pg_catalog.pg_constraint f on f.confrelid = wanted.oid and f.contype = 'f' and f.conparentid = 0
        union all
        select pg_catalog.format('%s has the trigger %I, %s', label, t.tgname,
                 case t.tgenabled when 'D' then 'disabled' else 'which calls ' || p.proname end)
          from wanted
          join pg_catalog.pg_trigger t on t.tgrelid = wanted.oid and not t.tgisinternal and t.tgparentid = 0
          join pg_catalog.pg_proc p on p.oid = t.tgfoid
           and not (p.proname like 'fence\\_%' and exists (select from pg_catalog.pg_namespace s where s.oid = p.pronamespace and not (${ofUsers('s.nspname')})))
        union all
        select pg_catalog.format('%s is inherited by %s', label, (select pg_catalog.format('%I.%I', n.nspname, c.relname) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = i.inhrelid))
          from wanted join pg_catalog.pg_inherits i on i.inhparent = wanted.oid and wanted.relkind = 'r') described
       order by shape`,
    [names],
  );
}
