-- sortEachByItself: for 100 columns
select pg_catalog.set_config(name, 'off', true) from pg_catalog.pg_settings
   where name = 'enable_presorted_aggregate';
