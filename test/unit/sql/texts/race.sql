-- createRace
create schema "msgdb_race_1";

comment on schema "msgdb_race_1" is 'scratch schema of msgdb verify --race';

create table "msgdb_race_1"."contest" (like "public"."t" including all);

create table "msgdb_race_1"."seed" (like "public"."t");


-- selectLeftoverRaces
select n.nspname::text as name from pg_catalog.pg_namespace n
 where n.nspname ~ '^msgdb_race_[0-9]+$' and pg_catalog.obj_description(n.oid, 'pg_namespace') = 'scratch schema of msgdb verify --race'
   and pg_catalog.pg_has_role(n.nspowner, 'usage')
   and not exists (select from pg_catalog.pg_stat_activity a
                    where n.nspname = 'msgdb_race_' || a.pid and a.pid <> pg_catalog.pg_backend_pid());


-- dropRaceSchema
drop schema if exists "msgdb_race_1" cascade;


-- copySeed
insert into "msgdb_race_1"."seed" ("id", "k", "v") select "id", "k", "v" from "public"."t" where (v = 30) and "id" is distinct from null limit 1 returning 1;


-- inventSeed
insert into "msgdb_race_1"."seed" ("id", "k", "v") values ('1', null, null);


-- isSeedCovered
select (k > 0) and "id" is distinct from null as covered from "msgdb_race_1"."seed";


-- dropOther
drop index "msgdb_race_1"."other";


-- raceUpsert
select pg_catalog.pg_advisory_xact_lock_shared(1836279652, 77);
 insert into "msgdb_race_1"."contest" ("id", "k", "v") overriding system value
 select "id", "k", "v" from "msgdb_race_1"."seed" on conflict ("id") do update set "id" = excluded."id";


-- countContest
select count(*)::integer as rows from "msgdb_race_1"."contest";


-- emptyContest
truncate "msgdb_race_1"."contest";


-- closeBarrier
select pg_catalog.pg_advisory_lock(1836279652, 77);


-- openBarrier
select pg_catalog.pg_advisory_unlock(1836279652, 78);


-- countWaiting
select count(*)::integer as waiting from pg_catalog.pg_locks
  where locktype = 'advisory' and classid = $1::text::oid and objid = $2::text::oid and objsubid = 2 and not granted
    and database = (select oid from pg_catalog.pg_database where datname = current_database());
-- ["1836279652","78"]
