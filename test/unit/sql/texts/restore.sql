-- restoreRows: that were removed
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


-- restoreRows: that were removed, one of them
with chosen as (
    select a.ctid as msgdb_place, a.* from "msgdb"."archive_t_84995649" a
     where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'removed' and a.msgdb_restored_at is null and a.ctid = '(0,2)' and true order by a.ctid),
  back as (
    insert into "public"."t" ("id", "k", "v") overriding system value
    select "id", "k", "v" from chosen returning 1),
  marked as (
    update "msgdb"."archive_t_84995649" a set msgdb_restored_at = clock_timestamp() from chosen c
     where a.ctid = c.msgdb_place)
  select count(*) as rows from back;
-- [3]


-- restoreRows: that took values, one of which was changed since
with chosen as (select ctid as msgdb_place, a.* from "msgdb"."archive_t_84995649" a where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'after' and a.msgdb_restored_at is null),
  back as (
    update only "public"."t" t set "id" = case when row(a."id"::integer)::record *= row(b."id"::integer)::record then t."id"
                                    else b."id" end, "k" = case when row(a."k"::integer)::record *= row(b."k"::integer)::record then t."k"
                                    else b."k" end, "v" = case when row(a."v"::integer)::record *= row(b."v"::integer)::record then t."v"
                                    else b."v" end
      from chosen a
      join "msgdb"."archive_t_84995649" b
        on b.msgdb_ledger = a.msgdb_ledger and b.msgdb_pair = a.msgdb_pair and b.msgdb_image = 'before'
     where t."id" = a."id"
       and (row(a."id"::integer)::record *= row(b."id"::integer)::record or row(t."id"::integer)::record *= row(a."id"::integer)::record)
       and (row(a."k"::integer)::record *= row(b."k"::integer)::record or row(t."k"::integer)::record *= row(a."k"::integer)::record)
       and (row(a."v"::integer)::record *= row(b."v"::integer)::record or row(t."v"::integer)::record *= row(a."v"::integer)::record)
       and true
    returning a.msgdb_place, b.ctid as msgdb_before),
  marked as (
    update "msgdb"."archive_t_84995649" x set msgdb_restored_at = clock_timestamp()
      from (select msgdb_place from back union all select msgdb_before from back) both_images
     where x.ctid = both_images.msgdb_place)
  select count(*) as rows from back;
-- [4]


-- restoreRows: that were created
with chosen as (select ctid as msgdb_place, a.* from "msgdb"."archive_t_84995649" a where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'created' and a.msgdb_restored_at is null),
  back as (
    delete from only "public"."t" t using chosen a
     where t."id" = a."id" and row(t."id"::integer)::record *= row(a."id"::integer)::record and row(t."k"::integer)::record *= row(a."k"::integer)::record and row(t."v"::integer)::record *= row(a."v"::integer)::record and not exists (select from "public"."child" f where f."t_id" = t."id")
    returning a.msgdb_place),
  marked as (
    update "msgdb"."archive_t_84995649" x set msgdb_restored_at = clock_timestamp() from back
     where x.ctid = back.msgdb_place)
  select count(*) as rows from back;
-- [1]


-- restoreRows: that were created, and that somebody refers to by now
with chosen as (select ctid as msgdb_place, a.* from "msgdb"."archive_t_84995649" a where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'created' and a.msgdb_restored_at is null),
  back as (
    delete from only "public"."t" t using chosen a
     where t."id" = a."id" and row(t."id"::integer)::record *= row(a."id"::integer)::record and row(t."k"::integer)::record *= row(a."k"::integer)::record and row(t."v"::integer)::record *= row(a."v"::integer)::record and not exists (select from "public"."child" f where f."t_id" = t."id")
    returning a.msgdb_place),
  marked as (
    update "msgdb"."archive_t_84995649" x set msgdb_restored_at = clock_timestamp() from back
     where x.ctid = back.msgdb_place)
  select count(*) as rows from back;
-- [1]


-- explainWaiting: that took values, one of which was changed since
select because, count(*) as rows, to_jsonb((array_agg(place order by place::tid))[1:$2::text::integer]) as places
    from (select a.ctid::text as place, case when t.ctid is null then 'gone' when not ((row(a."id"::integer)::record *= row(b."id"::integer)::record or row(t."id"::integer)::record *= row(a."id"::integer)::record)
       and (row(a."k"::integer)::record *= row(b."k"::integer)::record or row(t."k"::integer)::record *= row(a."k"::integer)::record)
       and (row(a."v"::integer)::record *= row(b."v"::integer)::record or row(t."v"::integer)::record *= row(a."v"::integer)::record)) then 'changed'
                 when true then 'other' else 'parent' end as because
            from "msgdb"."archive_t_84995649" a
            join "msgdb"."archive_t_84995649" b
        on b.msgdb_ledger = a.msgdb_ledger and b.msgdb_pair = a.msgdb_pair and b.msgdb_image = 'before'
            left join only "public"."t" t on t."id" = a."id"
           where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'after' and a.msgdb_restored_at is null) kept
   group by because order by because;
-- [4,1]


-- explainWaiting: that were created, and that somebody refers to by now
select because, count(*) as rows, to_jsonb((array_agg(place order by place::tid))[1:$2::text::integer]) as places
    from (select a.ctid::text as place, case when t.ctid is null then 'gone' when not (row(t."id"::integer)::record *= row(a."id"::integer)::record and row(t."k"::integer)::record *= row(a."k"::integer)::record and row(t."v"::integer)::record *= row(a."v"::integer)::record) then 'changed'
                 when true and not exists (select from "public"."child" f where f."t_id" = t."id") then 'other' else 'named' end as because
            from "msgdb"."archive_t_84995649" a
            
            left join only "public"."t" t on t."id" = a."id"
           where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'created' and a.msgdb_restored_at is null) kept
   group by because order by because;
-- [1,5]


-- explainWaiting: that were removed
select because, count(*) as rows, to_jsonb((array_agg(place order by place::tid))[1:$2::text::integer]) as places
    from (select a.ctid::text as place, case when true then 'other' else 'parent' end as because
            from "msgdb"."archive_t_84995649" a
            
            
           where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'removed' and a.msgdb_restored_at is null) kept
   group by because order by because;
-- [3,2]


-- countWaiting
select count(*) as rows from "msgdb"."archive_t_84995649" a where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'removed' and a.msgdb_restored_at is null;
-- [3]


-- countBack
select coalesce(sum(restored_count), 0) as rows from msgdb.ledger
  where run_id = $1 and operation is not distinct from $2::text::integer and kind = 'removed'
    and object -> 'table' = $3::text::jsonb;
-- ["run",0,"{\"schema\":\"public\",\"name\":\"t\"}"]


-- countBack: of which two are back
select coalesce(sum(restored_count), 0) as rows from msgdb.ledger
  where run_id = $1 and operation is not distinct from $2::text::integer and kind = 'removed'
    and object -> 'table' = $3::text::jsonb;
-- ["run",0,"{\"schema\":\"public\",\"name\":\"t\"}"]


-- waitingRows
select a.ctid::text as place from "msgdb"."archive_t_84995649" a
  where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'removed' and a.msgdb_restored_at is null and a.ctid > '(0,1)'::tid order by a.ctid limit 5000;
-- [3]


-- waitingKeys
select pg_catalog.concat_ws(', ', a."id"::text, a."k"::text) as key from "msgdb"."archive_t_84995649" a
  where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'removed' and a.msgdb_restored_at is null order by a.ctid limit $2::text::integer;
-- [3,2]


-- waitingKeys: at places
select pg_catalog.concat_ws(', ', a."id"::text) as key from "msgdb"."archive_t_84995649" a
  where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'removed' and a.msgdb_restored_at is null and a.ctid in ('(0,3)'::tid) order by a.ctid limit $2::text::integer;
-- [3,9]


-- recordRestored
update msgdb.ledger
    set restored_count = restored_count + $2::text::bigint, undone_at = case when $3 then clock_timestamp() end
  where id = $1::text::bigint;
-- [3,2,false]

update msgdb.ledger
    set restored_count = restored_count + $2::text::bigint, undone_at = case when $3 then clock_timestamp() end
  where id = $1::text::bigint;
-- [2,2,true]


-- lockCreated
select 1 from only "public"."t" t, "msgdb"."archive_t_84995649" a
  where a.msgdb_ledger = $1::text::bigint and a.msgdb_image = 'created' and a.msgdb_restored_at is null and t."id" = a."id" for update of t;
-- [1]
