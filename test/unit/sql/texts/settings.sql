-- applySettings
select set_config(key, value, false) from jsonb_each_text($1::text::jsonb);
-- ["{\"work_mem\":\"64MB\"}"]


-- setLocally
select pg_catalog.set_config('work_mem', '32MB', true);


-- limitStatements
set local statement_timeout = 1501;


-- restoreRole
set local session authorization default;

select pg_catalog.set_config('role', $1, true);
-- ["none"]
