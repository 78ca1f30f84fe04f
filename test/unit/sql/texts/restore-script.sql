-- restoreInScript
do $msgdb$
  begin
    if exists (select from (select t.tgname::text as name, t.tgenabled = 'A' as always
    from pg_catalog.pg_trigger t
    join pg_catalog.pg_class c on c.oid = t.tgrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where n.nspname = $1 and c.relname = $2 and not t.tgisinternal and t.tgenabled in ('O', 'A')
     and (t.tgtype & 3 = 3 and t.tgtype & 4 <> 0
          or t.tgtype & 67 = 1 and t.tgtype & 4 <> 0 and exists (
            select from msgdb.ledger l join pg_catalog.pg_proc p on p.oid = t.tgfoid
             where l.run_id = $3 and l.kind = 'removed' and l.undone_at is null
               and pg_catalog.to_regclass(pg_catalog.format('%I.%I', l.object #>> '{table,schema}', l.object #>> '{table,name}'))
                   <> t.tgrelid
               and p.prosrc ~* ('insert\s+into\s+("?' || regexp_replace(l.object #>> '{table,schema}', '(\W)', '\\\1', 'g') || '"?\s*[.]\s*)?"?'
                                || regexp_replace(l.object #>> '{table,name}', '(\W)', '\\\1', 'g') || '"?($|[^\w$".])')))
   order by t.tgname) found) then
      raise exception using message = 'msgdb: a trigger of "public"."t" that came after this script was written would change its rows on their way back',
        hint = 'Nothing of this step was done. Run msgdb rollback instead: it restores what fits and reports the rest.';
    end if;
  end $msgdb$;
-- ["public","t","run"]

with chosen as (
    select a.ctid as msgdb_place, a.* from "msgdb"."archive_t_84995649" a
     where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'removed' and a.msgdb_restored_at is null and true order by a.ctid),
  back as (
    insert into "public"."t" ("id", "k", "v") overriding system value
    select "id", "k", "v" from chosen returning 1),
  marked as (
    update "msgdb"."archive_t_84995649" a set msgdb_restored_at = clock_timestamp() from chosen c
     where a.ctid = c.msgdb_place)
  select count(*) as rows from back;
-- [3]

do $msgdb$
  begin
    if exists (select from "msgdb"."archive_t_84995649" a where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'removed' and a.msgdb_restored_at is null) then
      raise exception using message = 'msgdb: rows of "public"."t", or what they refer to, are no longer what they were left as',
        hint = 'Nothing of this step was done. Run msgdb rollback instead: it restores what fits and reports the rest.';
    end if;
  end $msgdb$;
-- [3]

update msgdb.ledger set restored_count = row_count, undone_at = clock_timestamp() where id = $1::text::bigint;
-- [3]
