-- lockHashes: of which one is that of a single row
drop table if exists "msgdb"."work_ranked_0";

create unlogged table "msgdb"."work_ranked_0" as
  select grp, rank, tab, tid, suspect, id1, msgdb_survivor_1
    from (select row_number() over (order by msgdb_grp, "k", "id" asc nulls last, msgdb_tab, msgdb_tid) - row_number() over survivors + 1 as grp,
                 row_number() over survivors as rank,
                 lead(true) over survivors as followed,
                 true as whole,
                 msgdb_tab as tab, msgdb_tid as tid, msgdb_grp as suspect, "id" as id1, first_value("id") over survivors as msgdb_survivor_1
            from (
    select pg_catalog.hash_record_extended(row("k"), 0) as msgdb_grp, t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.* from only "public"."t" t
     where "k" is distinct from null and pg_catalog.hash_record_extended(row("k"), 0) = any($1::bigint[])
       for update of t) locked
           where "k" is distinct from null
          window survivors as (partition by msgdb_grp, "k" order by "id" asc nulls last, msgdb_tab, msgdb_tid)) ranked
   where (rank > 1 or followed) and whole;
-- ["{-3670598878359251130,3647684041653542134,-6566953864026435689}"]


-- lockHashes: by an order that counts children
drop table if exists "msgdb"."work_ranked_0";

create unlogged table "msgdb"."work_ranked_0" as with locked as materialized (
    select pg_catalog.hash_record_extended(row("k"), 0) as msgdb_grp, t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.* from only "public"."t" t
     where "k" is distinct from null and pg_catalog.hash_record_extended(row("k"), 0) = any($1::bigint[])
       for update of t)
  select grp, rank, tab, tid, suspect, id1, msgdb_survivor_1
    from (select row_number() over (order by msgdb_grp, "k", (msgdb_children_0) desc nulls last, "id" asc nulls last, msgdb_tab, msgdb_tid) - row_number() over survivors + 1 as grp,
                 row_number() over survivors as rank,
                 lead(true) over survivors as followed,
                 true as whole,
                 msgdb_tab as tab, msgdb_tid as tid, msgdb_grp as suspect, "id" as id1, first_value("id") over survivors as msgdb_survivor_1
            from 
    (select ranking.*, coalesce(kids0.n, 0) as msgdb_children_0
       from (select * from locked) ranking
      left join (select p.msgdb_tab, p.msgdb_tid, count(*) as n
                   from (select msgdb_tab, msgdb_tid from locked) p
                   join only "public"."t" s on s.tableoid = p.msgdb_tab and s.ctid = p.msgdb_tid
                   join only "public"."child" c on s."id" operator(pg_catalog.=) c."t_id"
                  group by p.msgdb_tab, p.msgdb_tid) kids0
        on kids0.msgdb_tab = ranking.msgdb_tab and kids0.msgdb_tid = ranking.msgdb_tid) counted
           where "k" is distinct from null
          window survivors as (partition by msgdb_grp, "k" order by (msgdb_children_0) desc nulls last, "id" asc nulls last, msgdb_tab, msgdb_tid)) ranked
   where (rank > 1 or followed) and whole;
-- ["{-3670598878359251130,3647684041653542134,-6566953864026435689}"]
