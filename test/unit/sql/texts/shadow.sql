-- createExtension
create schema if not exists "ext" authorization "msgdb_shadow";

create extension if not exists "citext" schema "ext" cascade;


-- invalidateIndex
update pg_catalog.pg_index set indisvalid = false, indisready = $2::text::boolean
  where indexrelid = pg_catalog.to_regclass($1);
-- ["\"public\".\"t_pkey\"","true"]
