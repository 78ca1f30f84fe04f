-- readInOrder
select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true), set_config('enable_incremental_sort', 'off', true), set_config('enable_indexscan', 'on', true), set_config('enable_indexonlyscan', 'on', true);


-- readInAnyOrder
select set_config(name, reset_val, true) from pg_catalog.pg_settings where name in ('enable_seqscan', 'enable_bitmapscan', 'enable_sort', 'enable_incremental_sort');


-- countEntries
select count(*) as entries,
         count(*) filter (where (row(k1) >= row("last_k1")) is false) as misplaced
    from (select k1, lag(k1) over (order by k1) as "last_k1"
            from (select "k" as k1
                    from only "public"."t" where "k" is distinct from null) entry) ordered;


-- countEntries: of an index that knows one row less
select count(*) as entries,
         count(*) filter (where (row(k1) >= row("last_k1")) is false) as misplaced
    from (select k1, lag(k1) over (order by k1) as "last_k1"
            from (select "id" as k1
                    from only "public"."t" where "id" is distinct from null) entry) ordered;
