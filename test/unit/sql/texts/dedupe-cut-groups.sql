-- cutGroups
drop table if exists "msgdb"."work_large", "msgdb"."work_parts";

create unlogged table "msgdb"."work_large" as
  select msgdb_grp as grp, dense_rank() over (order by msgdb_grp, "k") as number, row_number() over survivors as rank,
         count(*) over (partition by msgdb_grp, "k") as copies, msgdb_tab as tab, msgdb_tid as tid, "id" as id1
    from (select s.grp as msgdb_grp, t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.*
            from "msgdb"."work_staged" s join only "public"."t" t on t.tableoid = s.tab and t.ctid = s.tid and (t."id" = s.id1) is true
           where s.size > $1::text::bigint) large
   where "k" is distinct from null
  window survivors as (partition by msgdb_grp, "k" order by "id" asc nulls last, msgdb_tab, msgdb_tid);
-- [2]

create unlogged table "msgdb"."work_parts" as
  with parted as (
    select grp, 0::bigint as number, 0::bigint as part, tab, tid, id1, false as large
      from "msgdb"."work_staged" where size <= $1::text::bigint
    union all
    select grp, number, part, tab, tid, id1, copies > $1::text::bigint
      from "msgdb"."work_large"
     cross join lateral (
       select 0::bigint as part where copies <= $1::text::bigint
        union all
       select (rank - 2) / $2::text::bigint where rank > 1 and copies > $1::text::bigint
        union all
       select generate_series(0, (copies - 2) / $2::text::bigint) where rank = 1 and copies > $1::text::bigint) parts
     where copies > 1)
  select dense_rank() over (order by large, grp, number, part) as grp,
         count(*) over (partition by large, grp, number, part) as size, tab, tid, id1, large
    from parted;
-- [2,1]

truncate "msgdb"."work_staged";

insert into "msgdb"."work_staged" (grp, size, tab, tid, id1) select grp, size, tab, tid, id1 from "msgdb"."work_parts";

analyze "msgdb"."work_staged";

select coalesce(max(grp), 0) as groups, count(*) as rows, min(grp) filter (where large) as cut,
         count(*) filter (where not large) as uncut
    from "msgdb"."work_parts";
