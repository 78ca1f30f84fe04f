-- listSuspects
select count(*) as count, case when count(*) <= 100000 then array_agg(hash)::text end as hashes
    from (select hash from (
  select hash, count(*) as copies, min(tid) as first
    from (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row("k"), 0) as hash
      from only "public"."t"
     where "k" is distinct from null) hashed
   group by hash
  having count(*) > 1) s limit 100001) listed;


-- findSuspects
with found as materialized (
    select hash, count(*) as copies, grouping(hash) = 1 as whole
      from (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row("k"), 0) as hash
      from only "public"."t"
     where "k" is distinct from null) hashed
     group by grouping sets ((hash), ())
    having count(*) > 1 or grouping(hash) = 1)
  select pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text as moment,
         (select copies from found where whole) as covered,
         (select count(*) from found where not whole) as groups,
         (select case when count(*) <= 100000 then array_agg(hash)::text end
            from (select hash from found where not whole limit 100001) listed) as every,
         (select array_agg(hash)::text
            from (select hash from found where not whole order by copies desc, hash limit 1000) listed) as largest;


-- findSuspects: of no rows
with found as materialized (
    select hash, count(*) as copies, grouping(hash) = 1 as whole
      from (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row("k"), 0) as hash
      from only "public"."t"
     where (false) and "k" is distinct from null) hashed
     group by grouping sets ((hash), ())
    having count(*) > 1 or grouping(hash) = 1)
  select pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text as moment,
         (select copies from found where whole) as covered,
         (select count(*) from found where not whole) as groups,
         (select case when count(*) <= 100000 then array_agg(hash)::text end
            from (select hash from found where not whole limit 100001) listed) as every,
         (select array_agg(hash)::text
            from (select hash from found where not whole order by copies desc, hash limit 1000) listed) as largest;


-- findSuspects: of two parts that have functions of their own
with found as materialized (
    select hash, count(*) as copies, grouping(hash) = 1 as whole
      from (
    select tableoid as tab, ctid as tid, pg_catalog.hashtextextended(('a'::text), pg_catalog.hashint4extended("k", 0)) as hash
      from only "public"."t"
     where "k" is distinct from null and ('a'::text) is distinct from null) hashed
     group by grouping sets ((hash), ())
    having count(*) > 1 or grouping(hash) = 1)
  select pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text as moment,
         (select copies from found where whole) as covered,
         (select count(*) from found where not whole) as groups,
         (select case when count(*) <= 100000 then array_agg(hash)::text end
            from (select hash from found where not whole limit 100001) listed) as every,
         (select array_agg(hash)::text
            from (select hash from found where not whole order by copies desc, hash limit 1000) listed) as largest;


-- countByKey: in an index that has the key sorted
with found as materialized (
    select pg_catalog.hash_record_extended(row(k1), 0) as hash, count(*) as copies, grouping(k1) = 1 as whole
      from (
    select tableoid as tab, ctid as tid, "k" as k1
      from only "public"."t"
     where "k" is distinct from null
     order by k1) keyed
     group by grouping sets ((k1), ())
    having count(*) > 1 or grouping(k1) = 1)
  select pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text as moment,
         (select copies from found where whole) as covered,
         counted.*,
         (select case when count(*) <= 100000 then array_agg(hash)::text end
            from (select hash from found where not whole limit 100001) listed) as every,
         (select array_agg(hash)::text
            from (select hash from found where not whole order by copies desc, hash limit 1000) listed) as largest
    from (select count(*) as groups, coalesce(sum(copies - 1), 0) as excess_rows, coalesce(max(copies), 0) as largest_group
            from found where not whole) counted;


-- countByKey: without a hash
with found as materialized (
    select count(*) as copies, grouping(k1) = 1 as whole
      from (
    select tableoid as tab, ctid as tid, "k" as k1
      from only "public"."t"
     where "k" is distinct from null) keyed
     group by grouping sets ((k1), ())
    having count(*) > 1 or grouping(k1) = 1)
  select (select copies from found where whole) as covered,
         counted.*
    from (select count(*) as groups, coalesce(sum(copies - 1), 0) as excess_rows, coalesce(max(copies), 0) as largest_group
            from found where not whole) counted;


-- countByKey: where NULLs are equal, of rows that a predicate covers
with found as materialized (
    select pg_catalog.hash_record_extended(row(k1), 0) as hash, count(*) as copies, grouping(k1) = 1 as whole
      from (
    select tableoid as tab, ctid as tid, "k" as k1
      from only "public"."t"
     where (v > 20)) keyed
     group by grouping sets ((k1), ())
    having count(*) > 1 or grouping(k1) = 1)
  select pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text as moment,
         (select copies from found where whole) as covered,
         counted.*,
         (select case when count(*) <= 100000 then array_agg(hash)::text end
            from (select hash from found where not whole limit 100001) listed) as every,
         (select array_agg(hash)::text
            from (select hash from found where not whole order by copies desc, hash limit 1000) listed) as largest
    from (select count(*) as groups, coalesce(sum(copies - 1), 0) as excess_rows, coalesce(max(copies), 0) as largest_group
            from found where not whole) counted;


-- groupByKey
select from (
    select tableoid as tab, ctid as tid, "k" as k1
      from only "public"."t"
     where "k" is distinct from null) keyed group by k1;


-- readKeys
select k1 from (
    select tableoid as tab, ctid as tid, "k" as k1
      from only "public"."t"
     where "k" is distinct from null) keyed;


-- sampleGroups
select count(*) as copies, (array_agg(k1::text) filter (where place = 1))[1] as k1,
         to_jsonb(array_agg(tab::bigint order by place) filter (where place <= 2)) as tabs,
         to_jsonb(array_agg(tid::text order by place) filter (where place <= 2)) as tids
    from (select keyed.*, row_number() over (partition by k1 order by tab, tid) as place
            from (
    select tableoid as tab, ctid as tid, "k" as k1
      from only "public"."t"
     where "k" is distinct from null) keyed) numbered
   group by k1
  having count(*) > 1
   order by count(*) desc, min(tid)
   limit 5;


-- sampleGroups: of one hash, at places that are known, of which one has no row
select count(*) as copies, (array_agg(k1::text) filter (where place = 1))[1] as k1,
         to_jsonb(array_agg(tab::bigint order by place) filter (where place <= 2)) as tabs,
         to_jsonb(array_agg(tid::text order by place) filter (where place <= 2)) as tids
    from (select keyed.*, row_number() over (partition by k1 order by tab, tid) as place
            from (
    select msgdb_at.*
      from unnest($1::tid[]) msgdb_found(msgdb_place)
     cross join lateral (
    select tableoid as tab, ctid as tid, "k" as k1
      from only "public"."t"
     where "k" is distinct from null and pg_catalog.hash_record_extended(row("k"), 0) = any($2::bigint[]) and ctid = msgdb_place offset 0) msgdb_at) keyed) numbered
   group by k1
  having count(*) > 1
   order by count(*) desc, min(tid)
   limit 5;
-- ["{\"(0,1)\",\"(0,2)\",\"(0,4)\",\"(9,9)\"}","{-3670598878359251130}"]


-- countDisagreeing
select count(*) as groups
    from (select from (select * from only "public"."t" where "k" is distinct from null) covered
           group by "k"
          having count(*) > 1 and (count(distinct "v") > 1 or count("v") not in (0, count(*)))) disagreeing;


-- countDisagreeing: at places that are known
select count(*) as groups
    from (select from (
    select msgdb_at.*
      from unnest($1::tid[]) msgdb_found(msgdb_place)
     cross join lateral (select * from only "public"."t" where "k" is distinct from null and ctid = msgdb_place offset 0) msgdb_at) covered
           group by "k"
          having count(*) > 1 and (count(distinct "v") > 1 or count("v") not in (0, count(*)))) disagreeing;
-- ["{\"(0,1)\",\"(0,2)\"}"]
