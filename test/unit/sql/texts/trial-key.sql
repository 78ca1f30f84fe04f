-- makeTrial
drop table if exists "msgdb"."work_trial";

create table "msgdb"."work_trial" (like "public"."t" including storage including compression);


-- indexTrial
create unique index "work_trial_key" on "msgdb"."work_trial" using "btree" ("k");


-- fillTrial
drop index "msgdb"."work_trial_key";

insert into "msgdb"."work_trial"
  select * from only "public"."texts"
   where case when true then case when 27 + coalesce(pg_catalog.pg_column_size("body"), 0) > 2704 then 8 + coalesce(case when pg_catalog.pg_column_compression("body") is null then pg_catalog.octet_length("body") + case when pg_catalog.octet_length("body") > 126 then 4 else 1 end else pg_catalog.pg_column_size("body") + case when pg_catalog.octet_length("body") > 126 then 4 else 0 end end, 0) end > 2704 end;


-- indexFilledTrial
create index "work_trial_key" on "msgdb"."work_trial" using "btree" ("k");


-- dropTrial
drop table "msgdb"."work_trial";


-- tryKeyInScript
drop table if exists "msgdb"."work_trial";

create table "msgdb"."work_trial" (like "public"."t" including storage including compression);

create unique index "work_trial_key" on "msgdb"."work_trial" using "btree" ("k");

drop table "msgdb"."work_trial";
