-- sampleRows: of one group whole, and of one that is too large to name its places
with firsts as materialized (
    select p.msgdb_group, "k" as msgdb_key_1
      from (select (place ->> 'group')::int as msgdb_group,
                   (place ->> 'tab')::oid as msgdb_tab, (place ->> 'tid')::tid as msgdb_tid
              from jsonb_array_elements($1::text::jsonb) as place
             where not (place ->> 'whole')::boolean) p join only "public"."t" f on f.tableoid = p.msgdb_tab and f.ctid = p.msgdb_tid),
  shown as materialized (
    select p.msgdb_group, p.msgdb_tab, p.msgdb_tid, r.*
      from (select (place ->> 'group')::int as msgdb_group,
                   (place ->> 'tab')::oid as msgdb_tab, (place ->> 'tid')::tid as msgdb_tid
              from jsonb_array_elements($1::text::jsonb) as place
             where (place ->> 'whole')::boolean) p join only "public"."t" r on r.tableoid = p.msgdb_tab and r.ctid = p.msgdb_tid union all 
    select * from (
      select case when "k" is distinct from null then (select first.msgdb_group from firsts first where "k" is not distinct from first.msgdb_key_1) end as msgdb_group,
             r.tableoid as msgdb_tab, r.ctid as msgdb_tid, r.*
        from only "public"."t" r) alike
     where msgdb_group is not null),
  ranked as materialized (
    select *, row_number() over (partition by msgdb_group order by "id" asc nulls last, msgdb_tab, msgdb_tid) as msgdb_rank
      from shown),
  compared as (
    select x.msgdb_group,
           to_jsonb(array[coalesce(count(pg_catalog.hashtextextended(x."id"::text collate pg_catalog."C", 0)) not in (0, count(*)) or min(pg_catalog.hashtextextended(x."id"::text collate pg_catalog."C", 0)) <> max(pg_catalog.hashtextextended(x."id"::text collate pg_catalog."C", 0)), false), coalesce(count(pg_catalog.hashtextextended(x."k"::text collate pg_catalog."C", 0)) not in (0, count(*)) or min(pg_catalog.hashtextextended(x."k"::text collate pg_catalog."C", 0)) <> max(pg_catalog.hashtextextended(x."k"::text collate pg_catalog."C", 0)), false), coalesce(count(pg_catalog.hashtextextended(x."v"::text collate pg_catalog."C", 0)) not in (0, count(*)) or min(pg_catalog.hashtextextended(x."v"::text collate pg_catalog."C", 0)) <> max(pg_catalog.hashtextextended(x."v"::text collate pg_catalog."C", 0)), false)]) as differing
      from ranked x
     where x.msgdb_rank <= 10
     group by x.msgdb_group)
  select t.msgdb_group, t."id"::text as "id", t."k"::text as "k", t."v"::text as "v", compared.differing as msgdb_differs
    from ranked t join compared on compared.msgdb_group = t.msgdb_group
   where t.msgdb_rank <= 2
   order by t.msgdb_group, t.msgdb_rank;
-- ["[{\"group\":0,\"whole\":false,\"tab\":\"$t\",\"tid\":\"(0,5)\"},{\"group\":1,\"whole\":true,\"tab\":\"$t\",\"tid\":\"(0,1)\"},{\"group\":1,\"whole\":true,\"tab\":\"$t\",\"tid\":\"(0,2)\"}]"]
