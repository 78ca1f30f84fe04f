-- statementsOf: steps of one transaction, with a limit of time
begin;

lock table "public"."t" in share row exclusive mode;

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

drop index if exists "public"."old";

call msgdb.work_limit();

set constraints all immediate;

call msgdb.work_limit();

insert into msgdb.ledger (run_id, migration, operation, kind, object)
 values ($1, $2, $3::text::integer, $4, $5::text::jsonb);
-- ["run","0001-once",0,"built-index","{\"table\":{\"schema\":\"public\",\"name\":\"t\"},\"index\":\"t_k_key\"}"]

call msgdb.work_limit();

create unique index "t_k_key" on "public"."t" using "btree" ("id");

call msgdb.work_limit();

set constraints all immediate;

call msgdb.work_limit();

alter table "public"."t" add constraint "t_k_key" unique using index "t_k_key";

call msgdb.work_limit();

insert into msgdb.ledger (run_id, migration, operation, kind, object)
 values ($1, $2, $3::text::integer, $4, $5::text::jsonb);
-- ["run","0001-once",0,"attached-constraint","{\"table\":{\"schema\":\"public\",\"name\":\"t\"},\"constraint\":\"t_k_key\"}"]

call msgdb.work_limit();

set constraints all immediate;

set local statement_timeout = 0;

drop procedure msgdb.work_limit;

commit;


-- statementsOf: a script of the user that takes another role
begin;

set search_path = nowhere;

do $msgdb$
  declare noted text := coalesce(nullif(pg_catalog.current_setting('msgdb.role', true), ''), 'none');
  begin
    set session authorization default;
    reset all;
    perform pg_catalog.set_config('role', noted, false), pg_catalog.set_config('msgdb.role', noted, false);
  end $msgdb$;

insert into msgdb.ledger (run_id, migration, operation, kind, object)
 values ($1, $2, $3::text::integer, $4, $5::text::jsonb);
-- ["run","0001-once",0,"ran-sql","{\"checksum\":\"aff09f42f04b1896facb6c0cb0457bb3b837285467d859c4d9d76bb87b79c0f4\"}"]

commit;


-- BEGIN
begin;

commit;


-- COMMIT
begin;

delete from child;

commit;


-- ROLLBACK
begin;

create table never ();

rollback;
