-- compareWithTable
select "ext".bt_index_check(part.oid, true)
   from (select $1::text::regclass::oid as oid where not exists (
           select from pg_catalog.pg_partition_tree($1::text::regclass) where not isleaf)
         union all
         select relid from pg_catalog.pg_partition_tree($1::text::regclass) where isleaf
            and relid <> $1::text::regclass) part;
-- ["\"public\".\"t_pkey\""]


-- compareWithTable: of a partitioned index: its parts
select "ext".bt_index_check(part.oid, true)
   from (select $1::text::regclass::oid as oid where not exists (
           select from pg_catalog.pg_partition_tree($1::text::regclass) where not isleaf)
         union all
         select relid from pg_catalog.pg_partition_tree($1::text::regclass) where isleaf
            and relid <> $1::text::regclass) part;
-- ["\"public\".\"parted_key\""]
