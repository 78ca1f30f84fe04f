-- countInserted
select coalesce(sum(pg_catalog.pg_stat_get_xact_tuples_inserted(relid)), 0) as inserted
  from (select $1::regclass::oid as relid
         union select relid from pg_catalog.pg_partition_tree($1::regclass)) as tables;
-- ["\"public\".\"fresh\""]
