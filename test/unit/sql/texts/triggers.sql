-- changingTriggers
select t.tgname::text as name, t.tgenabled = 'A' as always
    from pg_catalog.pg_trigger t
    join pg_catalog.pg_class c on c.oid = t.tgrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where n.nspname = $1 and c.relname = $2 and not t.tgisinternal and t.tgenabled in ('O', 'A')
     and (t.tgtype & 3 = 3 and t.tgtype & 16 <> 0
          )
   order by t.tgname;
-- ["public","t"]


-- changingTriggers: of an INSERT
select t.tgname::text as name, t.tgenabled = 'A' as always
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
   order by t.tgname;
-- ["public","t","r"]


-- setTrigger
alter table "public"."t" enable always trigger "Noted";


-- setTrigger: off
alter table "public"."t" disable trigger "Noted";
