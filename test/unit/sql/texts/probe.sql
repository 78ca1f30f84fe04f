-- explainProbe
explain (format json) insert into "public"."t" ("id", "k", "v") values (null, null, null) on conflict (id) do nothing;


-- parseProbe
prepare msgdb_probe as insert into "public"."t" ("id", "k", "v") values (null, null, null) on conflict (id) do nothing; deallocate msgdb_probe;


-- analyseStatement
prepare msgdb_probe as insert into t values ($1, $2) on conflict (id) do nothing; deallocate msgdb_probe;


-- apart
set transaction read only;
set local lock_timeout = 500;
set local statement_timeout = 5000; explain (format json) insert into "public"."t" ("id", "k", "v") values (null, null, null) on conflict (id) do nothing;


-- prepareProbe
begin read only;
set local lock_timeout = 500;
set local statement_timeout = 5000;
set local plan_cache_mode = force_generic_plan;
prepare msgdb_probe as insert into "public"."t" ("id", "k", "v") values (null, null, null) on conflict (id) where k > $1 do nothing;
select cardinality(parameter_types) as parameters from pg_catalog.pg_prepared_statements where name = 'msgdb_probe';

rollback;

deallocate msgdb_probe;


-- explainPrepared
explain (format json) execute msgdb_probe(null);


-- forgetPrepared
rollback; deallocate msgdb_probe;
