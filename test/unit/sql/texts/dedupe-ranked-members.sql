-- rankInBulk
select set_config('enable_nestloop', 'off', true);
