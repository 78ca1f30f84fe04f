-- judgeRanked: without groups that differ where they must not
with disagreeing as (
    select distinct l.grp
      from "msgdb"."work_ranked_0" l
      join "msgdb"."work_ranked_0" first on first.grp = l.grp and first.rank = 1
      join only "public"."t" t on t.tableoid = l.tab and t.ctid = l.tid
      join only "public"."t" s on s.tableoid = first.tab and s.ctid = first.tid
     where t."v" is distinct from s."v"),
  left_alone as (delete from "msgdb"."work_ranked_0" r using disagreeing d where r.grp = d.grp returning 1)
  select count(*) as rows from disagreeing;

analyze "msgdb"."work_ranked_0";

select count(*) filter (where rank > 1) as rows from "msgdb"."work_ranked_0";
