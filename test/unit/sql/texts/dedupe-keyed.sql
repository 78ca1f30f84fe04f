-- readFrom: a table
select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["off"]


-- readFrom: an index
select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["on"]


-- scanTable
select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["off"]


-- allowIndexes
select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["on"]


-- sortNothing
select set_config('enable_sort', 'off', true), set_config('enable_seqscan', 'off', true);


-- sortAgain
select set_config('enable_sort', 'on', true), set_config('enable_seqscan', 'on', true);


-- sortInParallel
select set_config('parallel_tuple_cost', '0', true);


-- resetParallelCost
select set_config(name, reset_val, true) from pg_catalog.pg_settings where name = 'parallel_tuple_cost';


-- resetPageCost
select set_config(name, reset_val, true) from pg_catalog.pg_settings where name = 'random_page_cost';
