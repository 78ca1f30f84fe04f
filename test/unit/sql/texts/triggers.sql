-- changingTriggers
select t.tgname::text as name, t.tgenabled = 'A' as always
    from pg_catalog.pg_trigger t
    join pg_catalog.pg_class c on c.oid = t.tgrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where n.nspname = $1 and c.relname = $2 and not t.tgisinternal and t.tgenabled in ('O', 'A')
     and t.tgtype & 3 = 3 and t.tgtype & 16 <> 0
   order by t.tgname;
-- ["public","t"]


-- changingTriggers: of an INSERT
select t.tgname::text as name, t.tgenabled = 'A' as always
    from pg_catalog.pg_trigger t
    join pg_catalog.pg_class c on c.oid = t.tgrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where n.nspname = $1 and c.relname = $2 and not t.tgisinternal and t.tgenabled in ('O', 'A')
     and t.tgtype & 3 = 3 and t.tgtype & 4 <> 0
   order by t.tgname;
-- ["public","t"]


-- setTrigger
alter table "public"."t" enable always trigger "Noted";


-- setTrigger: off
alter table "public"."t" disable trigger "Noted";
