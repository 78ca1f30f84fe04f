-- convertAll
select count((k)::text) as rows from only "public"."t";


-- typeOfValue
select pg_catalog.format_type(pg_catalog.pg_typeof(k.value), null) as type
  from (select) one left join (select (length(k::text)) as value from only "public"."t" where false) k on true;
