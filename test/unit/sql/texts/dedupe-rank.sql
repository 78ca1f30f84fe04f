-- lockRows
drop table if exists "msgdb"."work_ranked_0";

create unlogged table "msgdb"."work_ranked_0" as
  select grp, rank, tab, tid, suspect, id1, msgdb_survivor_1
    from (select (msgdb_grp << 31) + row_number() over staged - row_number() over survivors + 1 as grp,
                 row_number() over survivors as rank,
                 lead(true) over survivors as followed,
                 count(*) over staged = msgdb_size as whole,
                 msgdb_tab as tab, msgdb_tid as tid, msgdb_grp as suspect, "id" as id1, first_value("id") over survivors as msgdb_survivor_1
            from (
    select s.grp as msgdb_grp, s.size as msgdb_size, l.*
      from (select * from "msgdb"."work_staged" s where s.grp between $1::text::bigint and $2::text::bigint order by s.grp, s.tid) s
     cross join lateral (
       select t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.* from only "public"."t" t
        where t.tableoid = s.tab and t.ctid = s.tid and (t."id" = s.id1) is true offset 0 for update of t) l) locked
           where "k" is distinct from null
          window survivors as (partition by msgdb_grp, "k" order by "id" asc nulls last, msgdb_tab, msgdb_tid),
                 staged as (partition by msgdb_grp order by "k", "id" asc nulls last, msgdb_tab, msgdb_tid
                              rows between unbounded preceding and unbounded following)) ranked
   where (rank > 1 or followed) and whole;
-- [1,2]


-- lockRows: of which one moved
drop table if exists "msgdb"."work_ranked_0";

create unlogged table "msgdb"."work_ranked_0" as
  select grp, rank, tab, tid, suspect, id1, msgdb_survivor_1
    from (select (msgdb_grp << 31) + row_number() over staged - row_number() over survivors + 1 as grp,
                 row_number() over survivors as rank,
                 lead(true) over survivors as followed,
                 count(*) over staged = msgdb_size as whole,
                 msgdb_tab as tab, msgdb_tid as tid, msgdb_grp as suspect, "id" as id1, first_value("id") over survivors as msgdb_survivor_1
            from (
    select s.grp as msgdb_grp, s.size as msgdb_size, l.*
      from (select * from "msgdb"."work_staged" s where s.grp between $1::text::bigint and $2::text::bigint order by s.grp, s.tid) s
     cross join lateral (
       select t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.* from only "public"."t" t
        where t.tableoid = s.tab and t.ctid = s.tid and (t."id" = s.id1) is true offset 0 for update of t) l) locked
           where "k" is distinct from null
          window survivors as (partition by msgdb_grp, "k" order by "id" asc nulls last, msgdb_tab, msgdb_tid),
                 staged as (partition by msgdb_grp order by "k", "id" asc nulls last, msgdb_tab, msgdb_tid
                              rows between unbounded preceding and unbounded following)) ranked
   where (rank > 1 or followed) and whole;
-- [1,2]


-- lockAndRank: by an order of its own, and without groups that differ where they must not
drop table if exists "msgdb"."work_ranked_0";

create unlogged table "msgdb"."work_ranked_0" as
  select grp, rank, tab, tid, suspect, id1, msgdb_survivor_1
    from (select (msgdb_grp << 31) + row_number() over staged - row_number() over survivors + 1 as grp,
                 row_number() over survivors as rank,
                 lead(true) over survivors as followed,
                 count(*) over staged = msgdb_size as whole,
                 msgdb_tab as tab, msgdb_tid as tid, msgdb_grp as suspect, "id" as id1, first_value("id") over survivors as msgdb_survivor_1
            from (
    select s.grp as msgdb_grp, s.size as msgdb_size, l.*
      from (select * from "msgdb"."work_staged" s where s.grp between $1::text::bigint and $2::text::bigint order by s.grp, s.tid) s
     cross join lateral (
       select t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.* from only "public"."t" t
        where t.tableoid = s.tab and t.ctid = s.tid and (t."id" = s.id1) is true offset 0 for update of t) l) locked
           where "k" is distinct from null
          window survivors as (partition by msgdb_grp, "k" order by "v" desc nulls last, "id" asc nulls last, msgdb_tab, msgdb_tid),
                 staged as (partition by msgdb_grp order by "k", "v" desc nulls last, "id" asc nulls last, msgdb_tab, msgdb_tid
                              rows between unbounded preceding and unbounded following)) ranked
   where (rank > 1 or followed) and whole;
-- [1,2]

with disagreeing as (
    select distinct l.grp
      from "msgdb"."work_ranked_0" l
      join "msgdb"."work_ranked_0" first on first.grp = l.grp and first.rank = 1
      join only "public"."t" t on t.tableoid = l.tab and t.ctid = l.tid
      join only "public"."t" s on s.tableoid = first.tab and s.ctid = first.tid
     where t."id" is distinct from s."id"),
  left_alone as (delete from "msgdb"."work_ranked_0" r using disagreeing d where r.grp = d.grp returning 1)
  select count(*) as rows from disagreeing;

analyze "msgdb"."work_ranked_0";

select count(*) filter (where rank > 1) as rows from "msgdb"."work_ranked_0";


-- countOpen
select count(distinct s.grp) as groups 
      from "msgdb"."work_staged" s
     where s.grp between $1::text::bigint and $2::text::bigint
       and not exists (select from "msgdb"."work_ranked_0" r where r.suspect = s.grp);
-- [1,2]


-- followMoved
with open as materialized (select s.ctid as place, s.* 
      from "msgdb"."work_staged" s
     where s.grp between $1::text::bigint and $2::text::bigint
       and not exists (select from "msgdb"."work_ranked_0" r where r.suspect = s.grp)),
  moved as (
    select o.place, o.grp, t.tableoid as tab, t.ctid as tid
      from open o join only "public"."t" t on t."id" = o.id1
     where not exists (select from only "public"."t" x where x.tableoid = o.tab and x.ctid = o.tid and (x."id" = o.id1) is true)
       for update of t),
  -- Where a damaged index let two rows have one primary key, neither may stand for the other.
  single as (
    select distinct on (m.grp, m.tab, m.tid) m.* from moved m
     where not exists (select from open z where z.grp = m.grp and z.tab = m.tab and z.tid = m.tid)),
  followed as (
    update "msgdb"."work_staged" s set tab = m.tab, tid = m.tid from single m where s.ctid = m.place returning 1)
  select count(*) as rows from followed;
-- [1,2]


-- rankStaged
drop table if exists "msgdb"."work_ranked_0";

create unlogged table "msgdb"."work_ranked_0" as
  select grp, rank, tab, tid, suspect, id1, msgdb_survivor_1
    from (select row_number() over (order by msgdb_grp, "k", "id" asc nulls last, msgdb_tab, msgdb_tid) - row_number() over survivors + 1 as grp,
                 row_number() over survivors as rank,
                 lead(true) over survivors as followed,
                 true as whole,
                 msgdb_tab as tab, msgdb_tid as tid, msgdb_grp as suspect, "id" as id1, first_value("id") over survivors as msgdb_survivor_1
            from 
    (select s.grp as msgdb_grp, t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.*
       from "msgdb"."work_staged" s join only "public"."t" t on t.tableoid = s.tab and t.ctid = s.tid) staged
           where "k" is distinct from null
          window survivors as (partition by msgdb_grp, "k" order by "id" asc nulls last, msgdb_tab, msgdb_tid)) ranked
   where (rank > 1 or followed) and whole;

analyze "msgdb"."work_ranked_0";

select count(*) filter (where rank > 1) as rows from "msgdb"."work_ranked_0";

select count(*) from (
    select from "msgdb"."work_ranked_0" r join only "public"."t" t on t.tableoid = r.tab and t.ctid = r.tid order by r.tab, r.tid for update of t) locked;


-- rankKnown: of which one is that of a single row
drop table if exists "msgdb"."work_ranked_0";

create unlogged table "msgdb"."work_ranked_0" as
  select grp, rank, tab, tid, suspect, id1, msgdb_survivor_1
    from (select row_number() over (order by msgdb_grp, "k", "id" asc nulls last, msgdb_tab, msgdb_tid) - row_number() over survivors + 1 as grp,
                 row_number() over survivors as rank,
                 lead(true) over survivors as followed,
                 true as whole,
                 msgdb_tab as tab, msgdb_tid as tid, msgdb_grp as suspect, "id" as id1, first_value("id") over survivors as msgdb_survivor_1
            from (select pg_catalog.hash_record_extended(row("k"), 0) as msgdb_grp, tableoid as msgdb_tab, ctid as msgdb_tid, t.* from only "public"."t" t where "k" is distinct from null and pg_catalog.hash_record_extended(row("k"), 0) = any($1::bigint[])) suspected
           where "k" is distinct from null
          window survivors as (partition by msgdb_grp, "k" order by "id" asc nulls last, msgdb_tab, msgdb_tid)) ranked
   where (rank > 1 or followed) and whole
   order by tab, tid;
-- ["{-3670598878359251130,3647684041653542134,-6566953864026435689}"]

analyze "msgdb"."work_ranked_0";

select count(*) filter (where rank > 1) as rows from "msgdb"."work_ranked_0";

select count(*) from (
    select from "msgdb"."work_ranked_0" r join only "public"."t" t on t.tableoid = r.tab and t.ctid = r.tid order by r.tab, r.tid for update of t) locked;


-- rankKnown: at places, one of which has a single row
drop table if exists "msgdb"."work_ranked_0";

create unlogged table "msgdb"."work_ranked_0" as
  select grp, rank, tab, tid, suspect, id1, msgdb_survivor_1
    from (select row_number() over (order by msgdb_grp, "k", "id" asc nulls last, msgdb_tab, msgdb_tid) - row_number() over survivors + 1 as grp,
                 row_number() over survivors as rank,
                 lead(true) over survivors as followed,
                 true as whole,
                 msgdb_tab as tab, msgdb_tid as tid, msgdb_grp as suspect, "id" as id1, first_value("id") over survivors as msgdb_survivor_1
            from (
    select msgdb_at.*
      from unnest($1::tid[]) msgdb_found(msgdb_place)
     cross join lateral (select pg_catalog.hash_record_extended(row("k"), 0) as msgdb_grp, tableoid as msgdb_tab, ctid as msgdb_tid, t.* from only "public"."t" t where "k" is distinct from null and ctid = msgdb_place offset 0) msgdb_at) suspected
           where "k" is distinct from null
          window survivors as (partition by msgdb_grp, "k" order by "id" asc nulls last, msgdb_tab, msgdb_tid)) ranked
   where (rank > 1 or followed) and whole
   order by tab, tid;
-- ["{\"(0,1)\",\"(0,2)\",\"(0,3)\",\"(0,4)\",\"(0,5)\",\"(0,6)\"}"]

analyze "msgdb"."work_ranked_0";

select count(*) filter (where rank > 1) as rows from "msgdb"."work_ranked_0";

select count(*) from (
    select from "msgdb"."work_ranked_0" r join only "public"."t" t on t.tableoid = r.tab and t.ctid = r.tid order by r.tab, r.tid for update of t) locked;


-- rankKnown: whose rows go by place alone
drop table if exists "msgdb"."work_ranked_0";

create unlogged table "msgdb"."work_ranked_0" as
  select grp, rank, tab, tid, suspect, id1, msgdb_survivor_1
    from (select msgdb_grp as grp,
                 row_number() over survivors as rank,
                 lead(true) over survivors as followed,
                 true as whole,
                 msgdb_tab as tab, msgdb_tid as tid, msgdb_grp as suspect, "id" as id1, first_value("id") over survivors as msgdb_survivor_1
            from (select pg_catalog.hash_record_extended(row("k"), 0) as msgdb_grp, tableoid as msgdb_tab, ctid as msgdb_tid, t.* from only "public"."t" t where "k" is distinct from null and pg_catalog.hash_record_extended(row("k"), 0) = any($1::bigint[])) suspected
           where "k" is distinct from null
          window survivors as (partition by msgdb_grp, "k" order by "id" asc nulls last, msgdb_tab, msgdb_tid)) ranked
   where (rank > 1 or followed) and whole
   order by tab, tid;
-- ["{-3670598878359251130,3647684041653542134,-6566953864026435689}"]

analyze "msgdb"."work_ranked_0";

select count(*) filter (where rank > 1) as rows from "msgdb"."work_ranked_0";

select set_config('random_page_cost', '0.1', true);


-- rankEveryRow
drop table if exists "msgdb"."work_ranked_0";

create unlogged table "msgdb"."work_ranked_0" as
  select grp, rank, tab, tid, suspect, id1, msgdb_survivor_1
    from (select row_number() over (order by msgdb_grp, "k", "id" asc nulls last, msgdb_tab, msgdb_tid) - row_number() over survivors + 1 as grp,
                 row_number() over survivors as rank,
                 lead(true) over survivors as followed,
                 true as whole,
                 msgdb_tab as tab, msgdb_tid as tid, msgdb_grp as suspect, "id" as id1, first_value("id") over survivors as msgdb_survivor_1
            from 
    (select pg_catalog.hash_record_extended(row("k"), 0) as msgdb_grp, tableoid as msgdb_tab, ctid as msgdb_tid, t.* from only "public"."t" t) every
           where "k" is distinct from null
          window survivors as (partition by msgdb_grp, "k" order by "id" asc nulls last, msgdb_tab, msgdb_tid)) ranked
   where (rank > 1 or followed) and whole;

analyze "msgdb"."work_ranked_0";

select count(*) filter (where rank > 1) as rows from "msgdb"."work_ranked_0";

select count(*) from (
    select from "msgdb"."work_ranked_0" r join only "public"."t" t on t.tableoid = r.tab and t.ctid = r.tid order by r.tab, r.tid for update of t) locked;
