-- createFence
drop trigger if exists "msgdb_ins_abc" on "public"."t";

drop trigger if exists "msgdb_upd_abc" on "public"."t";

drop trigger if exists "zz_msgdb_abc" on "public"."t";

drop function if exists "msgdb"."fence_abc"() cascade;

create function "msgdb"."fence_abc"() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp as '
#variable_conflict use_column
declare
  msgdb_now record;
  msgdb_was record;
  msgdb_copies bigint;
  msgdb_locks integer;
begin
  -- What msgdb itself re-points is its own to clean up.
  if current_setting(''application_name'') like ''msgdb: %'' then return new; end if;
  select (k) as k1, row(t."id")::record as other1, true and num_nulls((k)) = 0 as covered into msgdb_now from (select new.*) t;
  if not coalesce(msgdb_now.covered, false) then return new; end if;
  if tg_op = ''UPDATE'' then
    select (k) as k1, true and num_nulls((k)) = 0 as covered into msgdb_was from (select old.*) t;
    if coalesce(msgdb_was.covered, false) and (msgdb_now.k1 operator(pg_catalog.=) msgdb_was.k1) then return new; end if;
  end if;
  msgdb_locks := coalesce(nullif(current_setting(''msgdb.fence_locks'', true), ''''), ''0'')::integer;
  if msgdb_locks < 1000 then
    perform set_config(''msgdb.fence_locks'', (msgdb_locks + 1)::text, true);
    perform pg_advisory_xact_lock(hash_record_extended(row(msgdb_now.k1), 2748::bigint));
  end if;
  if tg_when = ''BEFORE'' then
    select count(*) into msgdb_copies from (select from only "public"."t" t where (k) operator(pg_catalog.=) msgdb_now.k1 and not (row(t."id")::record operator(pg_catalog.*=) msgdb_now.other1) limit 2) copies;
    if msgdb_copies > 0 then return null; end if;
    return new;
  end if;
  select count(*) into msgdb_copies from (select from only "public"."t" t where (k) operator(pg_catalog.=) msgdb_now.k1 limit 2) copies;
  if msgdb_copies < 2 then return new; end if;
  perform from only "public"."t" t where (k) operator(pg_catalog.=) msgdb_now.k1 for key share;
  select count(*) into msgdb_copies from (select from only "public"."t" t where (k) operator(pg_catalog.=) msgdb_now.k1 limit 2) copies;
  if msgdb_copies < 2 then return new; end if;
  raise unique_violation using
    message = format(''duplicate key value violates unique constraint "%s"'', ''t_k_key''),
    detail = format(''Key (%s)=(%s) already exists.'', ''k'',
                    concat_ws('', '', msgdb_now.k1)),
    hint = ''The index is being built by msgdb; until it is there, a trigger rejects new copies.'',
    schema = tg_table_schema, table = tg_table_name, constraint = ''t_k_key'';
end';

comment on function "msgdb"."fence_abc"() is '{"id":"abc","table":{"schema":"public","name":"t"},"index":"t_k_key","mode":"reject","hash":"52d1a4bc6c541436"}';

revoke all on function "msgdb"."fence_abc"() from public;

create trigger "msgdb_ins_abc" after insert on "public"."t"
  for each row execute function "msgdb"."fence_abc"();

create trigger "msgdb_upd_abc" after update on "public"."t"
  for each row when (pg_catalog.record_image_ne(row(old."k"), row(new."k"))) execute function "msgdb"."fence_abc"();


-- createFence: that leaves copies out
drop trigger if exists "msgdb_ins_abc" on "public"."t";

drop trigger if exists "msgdb_upd_abc" on "public"."t";

drop trigger if exists "zz_msgdb_abc" on "public"."t";

drop function if exists "msgdb"."fence_abc"() cascade;

create function "msgdb"."fence_abc"() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp as '
#variable_conflict use_column
declare
  msgdb_now record;
  msgdb_was record;
  msgdb_copies bigint;
  msgdb_locks integer;
begin
  -- What msgdb itself re-points is its own to clean up.
  if current_setting(''application_name'') like ''msgdb: %'' then return new; end if;
  select (k) as k1, row(t."id")::record as other1, true and num_nulls((k)) = 0 as covered into msgdb_now from (select new.*) t;
  if not coalesce(msgdb_now.covered, false) then return new; end if;
  if tg_op = ''UPDATE'' then
    select (k) as k1, true and num_nulls((k)) = 0 as covered into msgdb_was from (select old.*) t;
    if coalesce(msgdb_was.covered, false) and (msgdb_now.k1 operator(pg_catalog.=) msgdb_was.k1) then return new; end if;
  end if;
  msgdb_locks := coalesce(nullif(current_setting(''msgdb.fence_locks'', true), ''''), ''0'')::integer;
  if msgdb_locks < 1000 then
    perform set_config(''msgdb.fence_locks'', (msgdb_locks + 1)::text, true);
    perform pg_advisory_xact_lock(hash_record_extended(row(msgdb_now.k1), 2748::bigint));
  end if;
  if tg_when = ''BEFORE'' then
    select count(*) into msgdb_copies from (select from only "public"."t" t where (k) operator(pg_catalog.=) msgdb_now.k1 and not (row(t."id")::record operator(pg_catalog.*=) msgdb_now.other1) limit 2) copies;
    if msgdb_copies > 0 then return null; end if;
    return new;
  end if;
  select count(*) into msgdb_copies from (select from only "public"."t" t where (k) operator(pg_catalog.=) msgdb_now.k1 limit 2) copies;
  if msgdb_copies < 2 then return new; end if;
  perform from only "public"."t" t where (k) operator(pg_catalog.=) msgdb_now.k1 for key share;
  select count(*) into msgdb_copies from (select from only "public"."t" t where (k) operator(pg_catalog.=) msgdb_now.k1 limit 2) copies;
  if msgdb_copies < 2 then return new; end if;
  raise unique_violation using
    message = format(''duplicate key value violates unique constraint "%s"'', ''t_k_key''),
    detail = format(''Key (%s)=(%s) already exists.'', ''k'',
                    concat_ws('', '', msgdb_now.k1)),
    hint = ''The index is being built by msgdb; until it is there, a trigger rejects new copies.'',
    schema = tg_table_schema, table = tg_table_name, constraint = ''t_k_key'';
end';

comment on function "msgdb"."fence_abc"() is '{"id":"abc","table":{"schema":"public","name":"t"},"index":"t_k_key","mode":"skip","hash":"52d1a4bc6c541436"}';

revoke all on function "msgdb"."fence_abc"() from public;

create trigger "msgdb_ins_abc" after insert on "public"."t"
  for each row execute function "msgdb"."fence_abc"();

create trigger "msgdb_upd_abc" after update on "public"."t"
  for each row when (pg_catalog.record_image_ne(row(old."k"), row(new."k"))) execute function "msgdb"."fence_abc"();

create trigger "zz_msgdb_abc" before insert on "public"."t"
  for each row execute function "msgdb"."fence_abc"();


-- createFence: that stays
drop trigger if exists "msgdb_ins_abc" on "public"."t";

drop trigger if exists "msgdb_upd_abc" on "public"."t";

drop trigger if exists "zz_msgdb_abc" on "public"."t";

drop function if exists "msgdb"."fence_abc"() cascade;

create function "msgdb"."fence_abc"() returns trigger language plpgsql security definer
      set search_path = pg_catalog, pg_temp as '
#variable_conflict use_column
declare
  msgdb_now record;
  msgdb_was record;
  msgdb_copies bigint;
  msgdb_locks integer;
begin
  if clock_timestamp() >= ''2026-01-01T00:30:00.000Z''::timestamptz then return new; end if;
  -- What msgdb itself re-points is its own to clean up.
  if current_setting(''application_name'') like ''msgdb: %'' then return new; end if;
  begin
  if tg_op = ''UPDATE'' then
    if record_image_eq(row(old."k"), row(new."k")) then return new; end if;
  end if;
  if pg_get_indexdef(to_regclass(''"public"."msgdb_support_abc"'')) is distinct from ''CREATE INDEX msgdb_support_abc ON public.t USING btree (k)'' then return new; end if;
  select (k) as k1, row(t."id")::record as other1, true and num_nulls((k)) = 0 as covered into msgdb_now from (select new.*) t;
  if not coalesce(msgdb_now.covered, false) then return new; end if;
  if tg_op = ''UPDATE'' then
    select (k) as k1, true and num_nulls((k)) = 0 as covered into msgdb_was from (select old.*) t;
    if coalesce(msgdb_was.covered, false) and (msgdb_now.k1 operator(pg_catalog.=) msgdb_was.k1) then return new; end if;
  end if;
  msgdb_locks := coalesce(nullif(current_setting(''msgdb.fence_locks'', true), ''''), ''0'')::integer;
  if msgdb_locks < 1000 then
    perform set_config(''msgdb.fence_locks'', (msgdb_locks + 1)::text, true);
    perform pg_advisory_xact_lock(hash_record_extended(row(msgdb_now.k1), 2748::bigint));
  end if;
  if tg_when = ''BEFORE'' then
    select count(*) into msgdb_copies from (select from only "public"."t" t where (k) operator(pg_catalog.=) msgdb_now.k1 and not (row(t."id")::record operator(pg_catalog.*=) msgdb_now.other1) limit 2) copies;
    if msgdb_copies > 0 then return null; end if;
    return new;
  end if;
  select count(*) into msgdb_copies from (select from only "public"."t" t where (k) operator(pg_catalog.=) msgdb_now.k1 limit 2) copies;
  if msgdb_copies < 2 then return new; end if;
  perform from only "public"."t" t where (k) operator(pg_catalog.=) msgdb_now.k1 for key share;
  select count(*) into msgdb_copies from (select from only "public"."t" t where (k) operator(pg_catalog.=) msgdb_now.k1 limit 2) copies;
  if msgdb_copies < 2 then return new; end if;
  raise unique_violation using
    message = format(''duplicate key value violates unique constraint "%s"'', ''t_k_key''),
    detail = format(''Key (%s)=(%s) already exists.'', ''k'',
                    concat_ws('', '', msgdb_now.k1)),
    hint = ''Until 2026-01-01T00:30:00.000Z, a trigger put up by msgdb rejects new copies for the index that is to come; `msgdb fence drop` takes it down.'',
    schema = tg_table_schema, table = tg_table_name, constraint = ''t_k_key'';
  exception when syntax_error_or_access_rule_violation or invalid_schema_name or feature_not_supported then
    return new;
  end;
end';

comment on function "msgdb"."fence_abc"() is '{"id":"abc","table":{"schema":"public","name":"t"},"index":"t_k_key","mode":"reject","hash":"b14ab1d2bf6d54d4","kept":{"key":"(k)","nulls":"distinct","since":"2026-01-01T00:00:00.000Z","until":"2026-01-01T00:30:00.000Z","by":"alice","runId":"R","reads":["k"]}}';

revoke all on function "msgdb"."fence_abc"() from public;

create trigger "msgdb_ins_abc" after insert on "public"."t"
  for each row execute function "msgdb"."fence_abc"();

create trigger "msgdb_upd_abc" after update on "public"."t"
  for each row execute function "msgdb"."fence_abc"();


-- recordFence
insert into msgdb.ledger (run_id, migration, operation, kind, object)
 values ($1, $2, $3::text::integer, $4, $5::text::jsonb);
-- ["R",null,null,"kept-fence","{\"table\":{\"schema\":\"public\",\"name\":\"t\"},\"fence\":\"abc\",\"index\":\"t_k_key\",\"key\":\"(k)\",\"until\":\"2026-01-01T00:30:00.000Z\"}"]


-- closeFence
update msgdb.ledger set undone_at = clock_timestamp()
  where kind = 'kept-fence' and undone_at is null and object ->> 'fence' = $1;
-- ["abc"]


-- dropFence
drop trigger if exists "msgdb_ins_abc" on "public"."t";

drop trigger if exists "msgdb_upd_abc" on "public"."t";

drop trigger if exists "zz_msgdb_abc" on "public"."t";

drop function if exists "msgdb"."fence_abc"() cascade;


-- giveFence
grant create on schema "msgdb" to "msgdb_somebody";

alter function "msgdb"."fence_abc"() owner to "msgdb_somebody";

revoke create on schema "msgdb" from "msgdb_somebody";
