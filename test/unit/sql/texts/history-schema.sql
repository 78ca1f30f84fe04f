-- createHistorySchema
create schema if not exists msgdb;

revoke all on schema msgdb from public;

create table if not exists msgdb.runs (
    id text primary key,
    command text not null,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    run_by text not null default current_user,
    version text not null);

create table if not exists msgdb.migrations (
    name text primary key,
    checksum text not null,
    state text not null check (state in ('running', 'done', 'failed', 'rolled back')),
    run_id text not null,
    changed_at timestamptz not null default clock_timestamp(),
    duration_ms bigint,
    run_by text not null default current_user,
    version text not null,
    error text);

create table if not exists msgdb.ledger (
    id bigint generated always as identity primary key,
    run_id text not null,
    migration text,
    operation integer,
    kind text not null,
    object jsonb not null default '{}',
    row_count bigint not null default 0,
    restored_count bigint not null default 0,
    at timestamptz not null default clock_timestamp(),
    undone_at timestamptz);

create table if not exists msgdb.archives (
    name text primary key,
    source_schema text not null,
    source_table text not null,
    columns jsonb not null,
    identity jsonb not null);

revoke all on all tables in schema msgdb from public;


-- createHistoryTables
revoke all on schema msgdb from public;

create table if not exists msgdb.runs (
    id text primary key,
    command text not null,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    run_by text not null default current_user,
    version text not null);

create table if not exists msgdb.migrations (
    name text primary key,
    checksum text not null,
    state text not null check (state in ('running', 'done', 'failed', 'rolled back')),
    run_id text not null,
    changed_at timestamptz not null default clock_timestamp(),
    duration_ms bigint,
    run_by text not null default current_user,
    version text not null,
    error text);

create table if not exists msgdb.ledger (
    id bigint generated always as identity primary key,
    run_id text not null,
    migration text,
    operation integer,
    kind text not null,
    object jsonb not null default '{}',
    row_count bigint not null default 0,
    restored_count bigint not null default 0,
    at timestamptz not null default clock_timestamp(),
    undone_at timestamptz);

create table if not exists msgdb.archives (
    name text primary key,
    source_schema text not null,
    source_table text not null,
    columns jsonb not null,
    identity jsonb not null);

revoke all on all tables in schema msgdb from public;


-- openRun
insert into msgdb.runs (id, command, version) values ($1, $2, $3) on conflict do nothing;
-- ["other","dedupe","VERSION"]


-- findArchive
select from msgdb.archives where name = $1 and pg_catalog.to_regclass($2) is not null;
-- ["archive_t_84995649","\"msgdb\".\"archive_t_84995649\""]


-- findArchive: that is not there
select from msgdb.archives where name = $1 and pg_catalog.to_regclass($2) is not null;
-- ["archive_t_84995649","\"msgdb\".\"archive_t_84995649\""]


-- createArchive
create table if not exists "msgdb"."archive_t_84995649" (
    msgdb_ledger bigint not null,
    msgdb_image text not null,
    msgdb_pair bigint,
    msgdb_restored_at timestamptz,
    "id" integer,
    "k" integer,
    "v" integer,
    msgdb_survivor_1 integer);

do $msgdb$
  declare settings text;
  begin
    select string_agg(format('alter column %I set storage external', attname), ', ') into settings
      from pg_catalog.pg_attribute
     where attrelid = '"msgdb"."archive_t_84995649"'::regclass and attnum > 0 and attstorage in ('m', 'x')
       and not exists (select from msgdb.archives where name = 'archive_t_84995649');
    if settings is not null then execute concat_ws(' ', 'alter table', '"msgdb"."archive_t_84995649"', settings); end if;
  end $msgdb$;

create index if not exists "archive_t_84995649_ledger" on "msgdb"."archive_t_84995649"
    using brin (msgdb_ledger);

create index if not exists "archive_t_84995649_pair" on "msgdb"."archive_t_84995649"
    (msgdb_ledger, msgdb_pair) where msgdb_image <> 'removed';

alter table "msgdb"."archive_t_84995649" replica identity full;

revoke all on "msgdb"."archive_t_84995649" from public;

insert into msgdb.archives (name, source_schema, source_table, columns, identity)
   values ($1, $2, $3, $4::text::jsonb, $5::text::jsonb) on conflict (name) do nothing;
-- ["archive_t_84995649","public","t","[{\"name\":\"id\",\"storageType\":\"integer\",\"generated\":false,\"identityAlways\":false},{\"name\":\"k\",\"storageType\":\"integer\",\"generated\":false,\"identityAlways\":false},{\"name\":\"v\",\"storageType\":\"integer\",\"generated\":false,\"identityAlways\":false}]","[\"id\"]"]


-- openEntry
insert into msgdb.ledger (run_id, migration, operation, kind, object)
 values ($1, $2, $3::text::integer, $4, $5::text::jsonb);
-- ["run","0001-once",0,"removed","{\"table\":{\"schema\":\"public\",\"name\":\"t\"}}"]


-- dropEmptyEntries
delete from msgdb.ledger where run_id = $1 and row_count = 0 and kind in ('removed', 'updated', 'created');
-- ["run"]


-- recordUndone
update msgdb.ledger set undone_at = clock_timestamp()
    where migration = $1 and undone_at is null and kind not in ('removed', 'updated', 'created');
-- ["0001-once"]

update msgdb.migrations set state = 'rolled back', changed_at = clock_timestamp(), run_by = current_user
    where name = $1;
-- ["0001-once"]
