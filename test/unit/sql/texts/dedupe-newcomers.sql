-- readMoment
select pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text as moment;


-- findNewcomers: since the beginning of time
select count(*) as count, case when count(*) <= 100000 then array_agg(hash)::text end as hashes
    from (select hash
            from (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row("k"), 0) as hash
      from only "public"."t"
     where "k" is distinct from null and pg_catalog.age(xmin) <= pg_catalog.age($1::text::xid8::xid)) written
           limit 100001) listed;
-- ["3"]
