-- findRows: of which one hash is that of a single row
with members as materialized (
    select tid, hash, count(*) over same as copies, row_number() over same as place
      from (select tid, k1, pg_catalog.hash_record_extended(row(k1), 0) as hash
              from (
    select tableoid as tab, ctid as tid, "k" as k1
      from only "public"."t"
     where "k" is distinct from null and pg_catalog.hash_record_extended(row("k"), 0) = any($1::bigint[])) keyed) hashed
    window same as (partition by hash, k1))
  select count(*) filter (where place = 1) as groups, count(*) filter (where place > 1) as excess_rows,
         coalesce(max(copies), 0) as largest_group,
         (select case when count(*) between 1 and 200000 then jsonb_build_object(
                   'places', array_agg(tid order by tid)::text, 'mark', bit_xor(pg_catalog.hash_record_extended(row(tid, hash), 0))::text) end
            from (select tid, hash from members where copies > 1 limit 200001) listed) as found
    from members where copies > 1;
-- ["{-3670598878359251130,3647684041653542134,-6566953864026435689}"]


-- readMark
select bit_xor(pg_catalog.hash_record_extended(row(tid, hash), 0))::text as mark from (
    select msgdb_at.*
      from unnest($1::tid[]) msgdb_found(msgdb_place)
     cross join lateral (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row("k"), 0) as hash
      from only "public"."t"
     where "k" is distinct from null and ctid = msgdb_place offset 0) msgdb_at) now;
-- ["{\"(0,1)\"}"]


-- readMark: of a row that is gone
select bit_xor(pg_catalog.hash_record_extended(row(tid, hash), 0))::text as mark from (
    select msgdb_at.*
      from unnest($1::tid[]) msgdb_found(msgdb_place)
     cross join lateral (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row("k"), 0) as hash
      from only "public"."t"
     where "k" is distinct from null and ctid = msgdb_place offset 0) msgdb_at) now;
-- ["{\"(0,9)\"}"]
