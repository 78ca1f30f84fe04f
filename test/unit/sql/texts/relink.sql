-- surveyLost
with lost as (
    select c."n" as k1, pg_catalog.num_nulls(c."n") = 0 as whole, (select count(*) from only "public"."t" m where m."v" = c."n") as matches,
           pg_catalog.concat_ws(', ', c."id"::text) as name,
           false as wide
      from only "public"."child" c
     where (c."t_id" is null or not exists (
        select from only "public"."t" x where x."id" = c."t_id")))
  select count(*) as lost,
         count(*) filter (where whole and matches = 1) as matched,
         count(*) filter (where whole and matches > 1) as ambiguous,
         count(*) filter (where whole and matches = 0) as waiting,
         (select count(*) from (select distinct k1 from lost where whole and matches = 0) each)
           as missing,
         count(*) filter (where whole and matches = 1 and wide) as wide,
         coalesce(to_jsonb((array_agg(name order by name) filter (where whole and matches = 1 and wide))[1:3]), '[]') as wide_rows
    from lost;


-- relinkRows
drop table if exists "msgdb"."work_moved_0";

create unlogged table "msgdb"."work_moved_0" (tab oid, tid tid, new_tab oid, new_tid tid);

drop table if exists "msgdb"."work_lost";

create unlogged table "msgdb"."work_lost" as
  select row_number() over () as pair, tab, tid, found
    from (select c.tableoid as tab, c.ctid as tid, p."id" as found
            from only "public"."child" c
            join only "public"."t" p on p."v" = c."n"
           where (c."t_id" is null or not exists (
        select from only "public"."t" x where x."id" = c."t_id")) and (select count(*) from only "public"."t" m where m."v" = c."n") = 1
             for update of c) matched;

insert into msgdb.ledger (run_id, migration, operation, kind, object)
 values ($1, $2, $3::text::integer, $4, $5::text::jsonb);
-- ["run","0001-once",0,"updated","{\"table\":{\"schema\":\"public\",\"name\":\"child\"},\"archive\":\"archive_child_0a437321\"}"]

insert into "msgdb"."archive_child_0a437321"
           (msgdb_ledger, msgdb_image, msgdb_pair, "id", "t_id", "n")
  select (select pg_catalog.currval('msgdb.ledger_id_seq')), 'before', r.pair, t."id", t."t_id", t."n"
    from "msgdb"."work_lost" r, only "public"."child" t where true and t.tableoid = r.tab and t.ctid = r.tid;

with changed as (
    update only "public"."child" t set "t_id" = r.found
      from "msgdb"."work_lost" r where true and t.tableoid = r.tab and t.ctid = r.tid
    returning r.tab as msgdb_tab, r.tid as msgdb_tid, t.tableoid as msgdb_new_tab, t.ctid as msgdb_new_tid,
              r.pair as msgdb_pair, t.*),
  moved as (
    insert into "msgdb"."work_moved_0" select msgdb_tab, msgdb_tid, msgdb_new_tab, msgdb_new_tid from changed),
  archived as (
    insert into "msgdb"."archive_child_0a437321"
           (msgdb_ledger, msgdb_image, msgdb_pair, "id", "t_id", "n")
    select (select pg_catalog.currval('msgdb.ledger_id_seq')), 'after', c.msgdb_pair, c."id", c."t_id", c."n" from changed c returning 1),
  tallied as (
    update msgdb.ledger set row_count = row_count + (select count(*) from archived)
     where id = (select pg_catalog.currval('msgdb.ledger_id_seq')))
  select count(*) as rows from archived;

update "msgdb"."work_lost" w set tab = m.new_tab, tid = m.new_tid
    from "msgdb"."work_moved_0" m where w.tab = m.tab and w.tid = m.tid;

delete from "msgdb"."work_moved_0";

select count(*) as rows
    from "msgdb"."work_lost" r
    join only "public"."child" c on c.tableoid = r.tab and c.ctid = r.tid
   where c."t_id" is distinct from r.found;

drop table "msgdb"."work_lost";

drop table "msgdb"."work_moved_0";


-- relinkRows: and creates what is missing
insert into msgdb.ledger (run_id, migration, operation, kind, object)
 values ($1, $2, $3::text::integer, $4, $5::text::jsonb);
-- ["run","0001-once",0,"created","{\"table\":{\"schema\":\"public\",\"name\":\"t\"},\"archive\":\"archive_t_84995649\"}"]

with made as (
    insert into "public"."t" as t ("v", "id")
    select "n", (1000)::integer
      from (select c.* from only "public"."child" c
             where (c."t_id" is null or not exists (
        select from only "public"."t" x where x."id" = c."t_id")) and pg_catalog.num_nulls(c."n") = 0
               and (select count(*) from only "public"."t" m where m."v" = c."n") = 0) lost
     group by "n"
    on conflict do nothing
    returning t.*),
  tallied as (
    update msgdb.ledger set row_count = row_count + (select count(*) from made)
     where id = (select pg_catalog.currval('msgdb.ledger_id_seq')))
  insert into "msgdb"."archive_t_84995649"
           (msgdb_ledger, msgdb_image, msgdb_pair, "id", "k", "v")
  select (select pg_catalog.currval('msgdb.ledger_id_seq')), 'created', null, m."id", m."k", m."v" from made m;

drop table if exists "msgdb"."work_moved_0";

create unlogged table "msgdb"."work_moved_0" (tab oid, tid tid, new_tab oid, new_tid tid);

drop table if exists "msgdb"."work_lost";

create unlogged table "msgdb"."work_lost" as
  select row_number() over () as pair, tab, tid, found
    from (select c.tableoid as tab, c.ctid as tid, p."id" as found
            from only "public"."child" c
            join only "public"."t" p on p."v" = c."n"
           where (c."t_id" is null or not exists (
        select from only "public"."t" x where x."id" = c."t_id")) and (select count(*) from only "public"."t" m where m."v" = c."n") = 1
             for update of c) matched;

insert into msgdb.ledger (run_id, migration, operation, kind, object)
 values ($1, $2, $3::text::integer, $4, $5::text::jsonb);
-- ["run","0001-once",0,"updated","{\"table\":{\"schema\":\"public\",\"name\":\"child\"},\"archive\":\"archive_child_0a437321\"}"]

insert into "msgdb"."archive_child_0a437321"
           (msgdb_ledger, msgdb_image, msgdb_pair, "id", "t_id", "n")
  select (select pg_catalog.currval('msgdb.ledger_id_seq')), 'before', r.pair, t."id", t."t_id", t."n"
    from "msgdb"."work_lost" r, only "public"."child" t where true and t.tableoid = r.tab and t.ctid = r.tid;

with changed as (
    update only "public"."child" t set "t_id" = r.found
      from "msgdb"."work_lost" r where true and t.tableoid = r.tab and t.ctid = r.tid
    returning r.tab as msgdb_tab, r.tid as msgdb_tid, t.tableoid as msgdb_new_tab, t.ctid as msgdb_new_tid,
              r.pair as msgdb_pair, t.*),
  moved as (
    insert into "msgdb"."work_moved_0" select msgdb_tab, msgdb_tid, msgdb_new_tab, msgdb_new_tid from changed),
  archived as (
    insert into "msgdb"."archive_child_0a437321"
           (msgdb_ledger, msgdb_image, msgdb_pair, "id", "t_id", "n")
    select (select pg_catalog.currval('msgdb.ledger_id_seq')), 'after', c.msgdb_pair, c."id", c."t_id", c."n" from changed c returning 1),
  tallied as (
    update msgdb.ledger set row_count = row_count + (select count(*) from archived)
     where id = (select pg_catalog.currval('msgdb.ledger_id_seq')))
  select count(*) as rows from archived;

update "msgdb"."work_lost" w set tab = m.new_tab, tid = m.new_tid
    from "msgdb"."work_moved_0" m where w.tab = m.tab and w.tid = m.tid;

delete from "msgdb"."work_moved_0";

select count(*) as rows
    from "msgdb"."work_lost" r
    join only "public"."child" c on c.tableoid = r.tab and c.ctid = r.tid
   where c."t_id" is distinct from r.found;

drop table "msgdb"."work_lost";

drop table "msgdb"."work_moved_0";
