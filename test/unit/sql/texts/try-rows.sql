-- countPages
select pg_catalog.pg_relation_size($1::text::regclass) / current_setting('block_size')::bigint as pages;
-- ["\"public\".\"t\""]


-- evaluate: before the row on which it fails
select count(pg_catalog.num_nulls((1 / (v - 30)))) as rows from only "public"."t"
   where ctid >= '(0,1)' and ctid < '(0,3)' and (k > 0);


-- nameRow
select concat_ws(', ', "id"::text, "k"::text) as name from only "public"."t" where ctid = '(0,3)';


-- nameRow: without a primary key
select concat_ws(', ', ctid::text) as name from only "public"."t" where ctid = '(0,3)';
