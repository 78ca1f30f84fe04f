-- stageGroups
select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["off"]

drop table if exists "msgdb"."work_staged", "msgdb"."work_suspects";

select set_config('parallel_tuple_cost', '0', true);

create unlogged table "msgdb"."work_suspects" as
  select hash, copies as size, row_number() over (order by first, hash) as grp from (
  select hash, count(*) as copies, min(tid) as first
    from (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row("k"), 0) as hash
      from only "public"."t"
     where "k" is distinct from null) hashed
   group by hash
  having count(*) > 1) s;

analyze "msgdb"."work_suspects";

create unlogged table "msgdb"."work_staged" as
  select s.grp, s.size, h.tab, h.tid, id1
    from "msgdb"."work_suspects" s join (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row("k"), 0) as hash, "id" as id1
      from only "public"."t"
     where "k" is distinct from null) h on h.hash = s.hash;

select set_config(name, reset_val, true) from pg_catalog.pg_settings where name = 'parallel_tuple_cost';

select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["on"]

create index on "msgdb"."work_staged" (grp);

analyze "msgdb"."work_staged";

select coalesce(max(grp), 0) as groups, count(*) as rows, coalesce(max(size), 0) as largest from "msgdb"."work_staged";


-- stageGroups: in an index that has the key sorted
select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["on"]

drop table if exists "msgdb"."work_staged", "msgdb"."work_suspects";

create unlogged table "msgdb"."work_suspects" as 
  select hash, sum(copies)::bigint as copies, null::tid as first
    from (select pg_catalog.hash_record_extended(row(k1), 0) as hash, count(*) as copies
            from (
    select tableoid as tab, ctid as tid, "k" as k1
      from only "public"."t"
     where "k" is distinct from null) keyed
           group by k1
          having count(*) > 1) keys
   group by hash;

analyze "msgdb"."work_suspects";

create unlogged table "msgdb"."work_staged" as
  with members as materialized (select h.* from "msgdb"."work_suspects" s join (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row("k"), 0) as hash, "id" as id1
      from only "public"."t"
     where "k" is distinct from null) h on h.hash = s.hash),
  numbered as (
    select hash, count(*) as size, row_number() over (order by min(tid), hash) as grp
      from members group by hash having count(*) > 1)
  select n.grp, n.size, m.tab, m.tid, id1 from numbered n join members m on m.hash = n.hash;

select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["on"]

create index on "msgdb"."work_staged" (grp);

analyze "msgdb"."work_staged";

select coalesce(max(grp), 0) as groups, count(*) as rows, coalesce(max(size), 0) as largest from "msgdb"."work_staged";


-- stageGroups: by sorting
select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["off"]

drop table if exists "msgdb"."work_staged", "msgdb"."work_suspects";

create unlogged table "msgdb"."work_staged" as
  select m.grp, m.size, m.tab, m.tid, t."id" as id1
    from (select g.grp, g.size, member.tab, member.tid
            from (select row_number() over (order by min(tid)) as grp, count(*) as size,
                         array_agg(tab) as tabs, array_agg(tid) as tids
                    from (
    select tableoid as tab, ctid as tid, "k" as k1
      from only "public"."t"
     where "k" is distinct from null) keyed
                   group by k1
                  having count(*) > 1) g
           cross join lateral unnest(g.tabs, g.tids) as member(tab, tid)) m
    join only "public"."t" t on t.tableoid = m.tab and t.ctid = m.tid;

select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["on"]

create index on "msgdb"."work_staged" (grp);

analyze "msgdb"."work_staged";

select coalesce(max(grp), 0) as groups, count(*) as rows, coalesce(max(size), 0) as largest from "msgdb"."work_staged";


-- stageGroups: of hashes that a look has found, none of which is there now
select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["off"]

drop table if exists "msgdb"."work_staged", "msgdb"."work_suspects";

select set_config('parallel_tuple_cost', '0', true);

create unlogged table "msgdb"."work_staged" as
  with members as materialized (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row("k"), 0) as hash, "id" as id1
      from only "public"."t"
     where "k" is distinct from null and pg_catalog.hash_record_extended(row("k"), 0) = any($1::bigint[])),
  numbered as (
    select hash, count(*) as size, row_number() over (order by min(tid), hash) as grp
      from members group by hash having count(*) > 1)
  select n.grp, n.size, m.tab, m.tid, id1 from numbered n join members m on m.hash = n.hash;
-- ["{1}"]

select set_config(name, reset_val, true) from pg_catalog.pg_settings where name = 'parallel_tuple_cost';

select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["on"]

create index on "msgdb"."work_staged" (grp);

analyze "msgdb"."work_staged";

select coalesce(max(grp), 0) as groups, count(*) as rows, coalesce(max(size), 0) as largest from "msgdb"."work_staged";


-- stageGroups: of places that a look has found
select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["off"]

drop table if exists "msgdb"."work_staged", "msgdb"."work_suspects";

create unlogged table "msgdb"."work_staged" as
  with members as materialized (
    select msgdb_at.*
      from unnest($1::tid[]) msgdb_found(msgdb_place)
     cross join lateral (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row("k"), 0) as hash, "id" as id1
      from only "public"."t"
     where "k" is distinct from null and ctid = msgdb_place offset 0) msgdb_at),
  numbered as (
    select hash, count(*) as size, row_number() over (order by min(tid), hash) as grp
      from members group by hash having count(*) > 1)
  select n.grp, n.size, m.tab, m.tid, id1 from numbered n join members m on m.hash = n.hash;
-- ["{\"(0,1)\",\"(0,2)\",\"(0,4)\",\"(0,5)\",\"(0,6)\"}"]

select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["on"]

create index on "msgdb"."work_staged" (grp);

analyze "msgdb"."work_staged";

select coalesce(max(grp), 0) as groups, count(*) as rows, coalesce(max(size), 0) as largest from "msgdb"."work_staged";


-- endOfBatch
select max(grp) as last, count(*) as rows
   from (select grp from "msgdb"."work_staged" where grp between $1::text::bigint and $2::text::bigint order by grp
          fetch first ($3::text::bigint) rows with ties) listed;
-- [1,9,2]
