-- cutGroups
drop table if exists "msgdb"."work_best", "msgdb"."work_parts";

create unlogged table "msgdb"."work_best" as
  select distinct on (msgdb_grp) msgdb_grp as grp, msgdb_tab as tab, msgdb_tid as tid
    from (select s.grp as msgdb_grp, t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.*
            from "msgdb"."work_staged" s join only "public"."t" t on t.tableoid = s.tab and t.ctid = s.tid and (t."id" = s.id1) is true
           where s.size > $1::text::bigint) large
   order by msgdb_grp, "id" asc nulls last, msgdb_tab, msgdb_tid;
-- [2]

create unlogged table "msgdb"."work_parts" as
  with parted as (
    select s.*, b.grp is not null as large,
           case when b.grp is null then 0
                else (row_number() over (partition by s.grp order by s.tab, s.tid) - 1) / $1::text::bigint end as part
      from "msgdb"."work_staged" s left join "msgdb"."work_best" b on b.grp = s.grp
     where b.grp is null or not (s.grp = b.grp and s.tab = b.tab and s.tid = b.tid)
    union all
    select s.*, true, part
      from "msgdb"."work_best" b
      join "msgdb"."work_staged" s on s.grp = b.grp and s.tab = b.tab and s.tid = b.tid
     cross join generate_series(0, (s.size - 2) / $1::text::bigint) part)
  select dense_rank() over (order by large, grp, part) as grp, count(*) over (partition by grp, part) as size,
         tab, tid, id1, large
    from parted;
-- [1]

truncate "msgdb"."work_staged";

insert into "msgdb"."work_staged" (grp, size, tab, tid, id1) select grp, size, tab, tid, id1 from "msgdb"."work_parts";

analyze "msgdb"."work_staged";

select coalesce(max(grp), 0) as groups, count(*) as rows, min(grp) filter (where large) as cut from "msgdb"."work_parts";
