-- sizesOfArchived
select pg_catalog.width_bucket(copies, array[2, 3, 4, 5, 10, 100]::bigint[]) as size, count(*) as groups
   from (select count(*) + 1 as copies from "msgdb"."archive_t_84995649" a
     where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'removed' and a."msgdb_survivor_1" is not null group by "msgdb_survivor_1") g group by 1;
-- [3]


-- archivedGroups
with groups as (
    select "msgdb_survivor_1", count(*) as losers, min(ctid) as first
      from "msgdb"."archive_t_84995649" a
     where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'removed' and a."msgdb_survivor_1" is not null group by "msgdb_survivor_1" order by min(ctid) limit $2::text::integer)
  select g.losers,
         jsonb_object(array['id']::text[], array[g."msgdb_survivor_1"::text]::text[]) as survivor,
         (select jsonb_agg(r.row) from (
            select jsonb_object(array['id', 'k', 'v']::text[], array[a."id"::text, a."k"::text, a."v"::text]::text[]) as row from "msgdb"."archive_t_84995649" a
     where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'removed' and a."msgdb_survivor_1" is not null
               and a."msgdb_survivor_1" = g."msgdb_survivor_1"
             order by a.ctid limit 4) r) as rows,
         (select jsonb_object(array['id', 'v']::text[], array[t."id"::text, t."v"::text]::text[]) from "public"."t" t where t."id" = g."msgdb_survivor_1") as kept
    from groups g order by g.first;
-- [3,2]


-- archivedGroups: of a table that may not be read
with groups as (
    select "msgdb_survivor_1", count(*) as losers, min(ctid) as first
      from "msgdb"."archive_t_84995649" a
     where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'removed' and a."msgdb_survivor_1" is not null group by "msgdb_survivor_1" order by min(ctid) limit $2::text::integer)
  select g.losers,
         jsonb_object(array['id']::text[], array[g."msgdb_survivor_1"::text]::text[]) as survivor,
         (select jsonb_agg(r.row) from (
            select jsonb_object(array['id']::text[], array[a."id"::text]::text[]) as row from "msgdb"."archive_t_84995649" a
     where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'removed' and a."msgdb_survivor_1" is not null
               and a."msgdb_survivor_1" = g."msgdb_survivor_1"
             order by a.ctid limit 4) r) as rows,
         null as kept
    from groups g order by g.first;
-- [3,1]
