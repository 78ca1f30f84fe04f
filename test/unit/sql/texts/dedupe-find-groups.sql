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


-- countSuspects: of which one hash is that of a single row
select count(*) as groups, coalesce(sum(copies - 1), 0) as excess_rows, coalesce(max(copies), 0) as largest_group
    from (select count(*) as copies
            from (
    select tableoid as tab, ctid as tid, "k" as k1
      from only "public"."t"
     where "k" is distinct from null and pg_catalog.hash_record_extended(row("k"), 0) = any($1::bigint[])) keyed
           group by k1
          having count(*) > 1) confirmed;
-- ["{-3670598878359251130,3647684041653542134,-6566953864026435689}"]


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


-- countDisagreeing
select count(*) as groups
    from (select from only "public"."t"
           where "k" is distinct from null
           group by "k"
          having count(*) > 1 and (count(distinct "v") > 1 or count("v") not in (0, count(*)))) disagreeing;
