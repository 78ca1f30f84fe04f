-- forgetTimeouts
select set_config(name, '0', false) from pg_catalog.pg_settings
    where name in (select jsonb_array_elements_text($1::text::jsonb));
-- ["[\"statement_timeout\",\"lock_timeout\",\"idle_in_transaction_session_timeout\",\"idle_session_timeout\",\"transaction_timeout\"]"]


-- setSearchPath
select pg_catalog.set_config('search_path', $1, false);
-- ["pg_catalog, \"Mine\""]


-- noteRole
do $msgdb$ begin
    perform pg_catalog.set_config('msgdb.role', pg_catalog.current_setting('role'), false);
  end $msgdb$;


-- RESTORE_SESSION
do $msgdb$
  declare noted text := coalesce(nullif(pg_catalog.current_setting('msgdb.role', true), ''), 'none');
  begin
    set session authorization default;
    reset all;
    perform pg_catalog.set_config('role', noted, false), pg_catalog.set_config('msgdb.role', noted, false);
  end $msgdb$;


-- openTransaction
begin;

set local lock_timeout = '2000ms';

do $msgdb$ begin
    if not pg_catalog.pg_try_advisory_xact_lock(1836279652, 6434609) then
      raise exception using errcode = 'lock_not_available',
        message = 'Another msgdb run is working on this database.', hint = 'Run the script again when it is done.';
    end if;
  end $msgdb$;

commit;


-- limitTime
create procedure msgdb.work_limit() language plpgsql as $msgdb$
  declare left_ms numeric;
  begin
    left_ms = 1000 * (current_setting('msgdb.lock_until')::numeric - extract(epoch from clock_timestamp()));
    if left_ms < 1 then
      raise exception using errcode = 'query_canceled',
        message = 'msgdb: the lock was held for 60 s. The transaction was undone.';
    end if;
    perform set_config('statement_timeout', ceil(left_ms)::text, true);
  end $msgdb$;

do $msgdb$ begin
    perform set_config('msgdb.lock_until', (extract(epoch from clock_timestamp()) + 60)::text, true);
  end $msgdb$;

call msgdb.work_limit();

delete from child;

set local statement_timeout = 0;

drop procedure msgdb.work_limit;
