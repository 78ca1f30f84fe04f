-- absorbLosers: with children, of which one becomes a copy
drop table if exists "msgdb"."work_moved_0";

create unlogged table "msgdb"."work_moved_0" (tab oid, tid tid, new_tab oid, new_tid tid);

drop table if exists "msgdb"."work_kin_0_0";

create unlogged table "msgdb"."work_kin_0_0" as
  select null::bigint as pair, false as moves, c.tableoid as tab, c.ctid as tid, null::integer as future1, c."id" as id1
    from only "public"."child" c
    with no data;

insert into "msgdb"."work_kin_0_0"
  select row_number() over (), true, tab, tid, future1, id1
    from (select c.tableoid as tab, c.ctid as tid, s."id"::integer as future1, c."id" as id1
            from "msgdb"."work_ranked_0" lost
            join "msgdb"."work_ranked_0" kept on kept.grp = lost.grp and kept.rank = 1
            join only "public"."t" l on l.tableoid = lost.tab and l.ctid = lost.tid
            join only "public"."t" s on s.tableoid = kept.tab and s.ctid = kept.tid
            join only "public"."child" c on l."id" operator(pg_catalog.=) c."t_id"
           where lost.rank > 1 and row(l."id")::record *<> row(s."id")::record and true
             for update of c) found;

insert into "msgdb"."work_kin_0_0"
  select null, false, c.tableoid, c.ctid, c."t_id", c."id" as id1
    from "msgdb"."work_ranked_0" kept
    join only "public"."t" s on s.tableoid = kept.tab and s.ctid = kept.tid
    join only "public"."child" c on s."id" operator(pg_catalog.=) c."t_id"
   where kept.rank = 1
     and not exists (select from "msgdb"."work_kin_0_0" k where k.tab = c.tableoid and k.tid = c.ctid)
     for update of c;

analyze "msgdb"."work_kin_0_0";

select count(*) as rows from "msgdb"."work_kin_0_0" k where k.moves and pg_catalog.num_nulls(k.future1) > 0;

drop table if exists "msgdb"."work_ranked_0_0_0";

create unlogged table "msgdb"."work_ranked_0_0_0" as
  select dense_rank() over (order by first_tab, first_tid) as grp, rank, tab, tid, id1, msgdb_survivor_1
    from (select msgdb_tab as tab, msgdb_tid as tid, msgdb_id1 as id1, first_value(msgdb_id1) over siblings as msgdb_survivor_1,
                 row_number() over siblings as rank,
                 first_value(msgdb_tab) over siblings as first_tab,
                 first_value(msgdb_tid) over siblings as first_tid,
                 count(*) over (partition by (t_id), (n)) as copies
            from (
    select c.tableoid as msgdb_tab, c.ctid as msgdb_tid, k.moves as msgdb_moves, c."id" as msgdb_id1, c."id" as "id", k.future1 as "t_id", c."n" as "n"
      from "msgdb"."work_kin_0_0" k join only "public"."child" c on c.tableoid = k.tab and c.ctid = k.tid) future
           where (t_id) is distinct from null and (n) is distinct from null
          window siblings as (partition by (t_id), (n) order by msgdb_moves, "id", msgdb_tab, msgdb_tid)) colliding
   where copies > 1;

analyze "msgdb"."work_ranked_0_0_0";

insert into msgdb.ledger (run_id, migration, operation, kind, object)
 values ($1, $2, $3::text::integer, $4, $5::text::jsonb);
-- ["run","0001-once",0,"removed","{\"table\":{\"schema\":\"public\",\"name\":\"child\"},\"archive\":\"archive_child_0a437321\",\"refersTo\":[{\"archive\":\"archive_t_84995649\",\"columns\":[\"t_id\"],\"referenced\":[\"id\"],\"array\":false}]}"]

with gone as (delete from only "public"."child" t using "msgdb"."work_ranked_0_0_0" r where r.rank > 1 and t.ctid = r.tid returning r.grp as msgdb_grp, r.msgdb_survivor_1, t.*),
  tallied as (
    update msgdb.ledger set row_count = row_count + (select count(*) from gone)
     where id = (select pg_catalog.currval('msgdb.ledger_id_seq')))
  insert into "msgdb"."archive_child_0a437321"
           (msgdb_ledger, msgdb_image, msgdb_pair, "id", "t_id", "n", msgdb_survivor_1)
  select (select pg_catalog.currval('msgdb.ledger_id_seq')), 'removed', g.msgdb_grp, g."id", g."t_id", g."n", g.msgdb_survivor_1 from gone g;

with lost as materialized (select r.ctid as place, r.* from "msgdb"."work_ranked_0_0_0" r where r.rank = 1 and not exists (select from only "public"."child" x where x.tableoid = r.tab and x.ctid = r.tid)),
  found as (
    update "msgdb"."work_ranked_0_0_0" w set tab = t.tableoid, tid = t.ctid
      from lost l join only "public"."child" t on t."id" = l.id1 where w.ctid = l.place returning 1)
  select (select count(*) from lost) - (select count(*) from found) as rows;

delete from "msgdb"."work_kin_0_0" k using "msgdb"."work_ranked_0_0_0" r
   where r.rank > 1 and k.id1 = r.id1
     and not exists (select from only "public"."child" c where c."id" = k.id1);

with lost as materialized (select r.ctid as place, r.* from "msgdb"."work_kin_0_0" r where true and not exists (select from only "public"."child" x where x.tableoid = r.tab and x.ctid = r.tid)),
  found as (
    update "msgdb"."work_kin_0_0" w set tab = t.tableoid, tid = t.ctid
      from lost l join only "public"."child" t on t."id" = l.id1 where w.ctid = l.place returning 1)
  select (select count(*) from lost) - (select count(*) from found) as rows;

insert into msgdb.ledger (run_id, migration, operation, kind, object)
 values ($1, $2, $3::text::integer, $4, $5::text::jsonb);
-- ["run","0001-once",0,"updated","{\"table\":{\"schema\":\"public\",\"name\":\"child\"},\"archive\":\"archive_child_0a437321\",\"refersTo\":[{\"archive\":\"archive_t_84995649\",\"columns\":[\"t_id\"],\"referenced\":[\"id\"],\"array\":false}]}"]

insert into "msgdb"."archive_child_0a437321"
           (msgdb_ledger, msgdb_image, msgdb_pair, "id", "t_id", "n")
  select (select pg_catalog.currval('msgdb.ledger_id_seq')), 'before', r.pair, t."id", t."t_id", t."n"
    from "msgdb"."work_kin_0_0" r, only "public"."child" t where r.moves and t.tableoid = r.tab and t.ctid = r.tid;

with changed as (
    update only "public"."child" t set "t_id" = r.future1
      from "msgdb"."work_kin_0_0" r where r.moves and t.tableoid = r.tab and t.ctid = r.tid
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

update "msgdb"."work_kin_0_0" w set tab = m.new_tab, tid = m.new_tid
    from "msgdb"."work_moved_0" m where w.tab = m.tab and w.tid = m.tid;

delete from "msgdb"."work_moved_0";

select count(*) as rows
    from "msgdb"."work_kin_0_0" k
    join only "public"."child" c on c.tableoid = k.tab and c.ctid = k.tid
   where k.moves and (c."t_id" is distinct from k.future1);

with lost as materialized (select r.ctid as place, r.* from "msgdb"."work_ranked_0" r where true and not exists (select from only "public"."t" x where x.tableoid = r.tab and x.ctid = r.tid)),
  found as (
    update "msgdb"."work_ranked_0" w set tab = t.tableoid, tid = t.ctid
      from lost l join only "public"."t" t on t."id" = l.id1 where w.ctid = l.place returning 1)
  select (select count(*) from lost) - (select count(*) from found) as rows;

select count(*) as rows
    from "msgdb"."work_ranked_0" lost
    join only "public"."t" l on l.tableoid = lost.tab and l.ctid = lost.tid
    join "msgdb"."work_ranked_0" kept on kept.grp = lost.grp and kept.rank = 1
    join only "public"."t" s on s.tableoid = kept.tab and s.ctid = kept.tid
    join only "public"."child" c on l."id" operator(pg_catalog.=) c."t_id"
   where lost.rank > 1 and true and (s."id" operator(pg_catalog.=) c."t_id") is not true;

select set_config('enable_indexscan', 'off', true), set_config('enable_indexonlyscan', 'off', true), set_config('enable_bitmapscan', 'off', true)
   where exists (
     select
       from "msgdb"."work_ranked_0" lost
       join only "public"."t" l on l.tableoid = lost.tab and l.ctid = lost.tid
       join "msgdb"."work_ranked_0" kept on kept.grp = lost.grp and kept.rank = 1
       join only "public"."t" s on s.tableoid = kept.tab and s.ctid = kept.tid
      where lost.rank > 1 and (not row(l."id")::record *<> row(s."id")::record));

discard plans;

insert into msgdb.ledger (run_id, migration, operation, kind, object)
 values ($1, $2, $3::text::integer, $4, $5::text::jsonb);
-- ["run","0001-once",0,"removed","{\"table\":{\"schema\":\"public\",\"name\":\"t\"},\"archive\":\"archive_t_84995649\"}"]

with gone as (delete from only "public"."t" t using "msgdb"."work_ranked_0" r where r.rank > 1 and t.ctid = r.tid returning r.grp as msgdb_grp, r.msgdb_survivor_1, t.*),
  tallied as (
    update msgdb.ledger set row_count = row_count + (select count(*) from "msgdb"."work_ranked_0" where rank > 1)
     where id = (select pg_catalog.currval('msgdb.ledger_id_seq')))
  insert into "msgdb"."archive_t_84995649"
           (msgdb_ledger, msgdb_image, msgdb_pair, "id", "k", "v", msgdb_survivor_1)
  select (select pg_catalog.currval('msgdb.ledger_id_seq')), 'removed', g.msgdb_grp, g."id", g."k", g."v", g.msgdb_survivor_1 from gone g;

with lost as materialized (select r.ctid as place, r.* from "msgdb"."work_ranked_0" r where r.rank = 1 and not exists (select from only "public"."t" x where x.tableoid = r.tab and x.ctid = r.tid)),
  found as (
    update "msgdb"."work_ranked_0" w set tab = t.tableoid, tid = t.ctid
      from lost l join only "public"."t" t on t."id" = l.id1 where w.ctid = l.place returning 1)
  select (select count(*) from lost) - (select count(*) from found) as rows;

select count(*) as rows
    from (select pg_catalog.to_regclass(name)::oid as oid, shape
            from (values ('"public"."t"', '4426611989729726050'), ('"public"."child"', '8253797267732026078')) listed(name, shape)) known
   where shape is distinct from (select pg_catalog.hashtextextended(coalesce(pg_catalog.string_agg(part, ',' order by part), ''), 0)::text
     from (select pg_catalog.jsonb_build_array(a.attname, tn.nspname, t.typname, a.attgenerated)::text
                    collate pg_catalog."C" as part
             from pg_catalog.pg_attribute a
             join pg_catalog.pg_type t on t.oid = a.atttypid
             join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
            where a.attrelid = known.oid and a.attnum > 0 and not a.attisdropped
            union all
           select pg_catalog.jsonb_build_array(k.conname, kn.nspname, kc.relname, k.confdeltype)::text
             from pg_catalog.pg_constraint k
             join pg_catalog.pg_class kc on kc.oid = k.conrelid
             join pg_catalog.pg_namespace kn on kn.oid = kc.relnamespace
            where k.contype = 'f' and k.conparentid = 0
              and k.confrelid in (select known.oid
                                   union select relid from pg_catalog.pg_partition_ancestors(known.oid)
                                   union select relid from pg_catalog.pg_partition_tree(known.oid))) parts);


-- absorbLosers: whose survivors take values
drop table if exists "msgdb"."work_merged_0";

create unlogged table "msgdb"."work_merged_0" as
  select msgdb_grp as grp, (((array_agg(msgdb_row order by "v" desc, msgdb_rank) filter (where pg_catalog.num_nulls("v") = 0))[1])."v")::integer as m1
    from 
    (select r.grp as msgdb_grp, r.rank as msgdb_rank, r.tab as msgdb_tab, r.tid as msgdb_tid, msgdb_t as msgdb_row, msgdb_t.*
       from "msgdb"."work_ranked_0" r
       join only "public"."t" msgdb_t on msgdb_t.tableoid = r.tab and msgdb_t.ctid = r.tid) members
   group by msgdb_grp;

insert into msgdb.ledger (run_id, migration, operation, kind, object)
 values ($1, $2, $3::text::integer, $4, $5::text::jsonb);
-- ["run","0001-once",0,"removed","{\"table\":{\"schema\":\"public\",\"name\":\"t\"},\"archive\":\"archive_t_84995649\"}"]

with gone as (delete from only "public"."t" t using "msgdb"."work_ranked_0" r where r.rank > 1 and t.ctid = r.tid returning r.grp as msgdb_grp, r.msgdb_survivor_1, t.*),
  tallied as (
    update msgdb.ledger set row_count = row_count + (select count(*) from "msgdb"."work_ranked_0" where rank > 1)
     where id = (select pg_catalog.currval('msgdb.ledger_id_seq')))
  insert into "msgdb"."archive_t_84995649"
           (msgdb_ledger, msgdb_image, msgdb_pair, "id", "k", "v", msgdb_survivor_1)
  select (select pg_catalog.currval('msgdb.ledger_id_seq')), 'removed', g.msgdb_grp, g."id", g."k", g."v", g.msgdb_survivor_1 from gone g;

with lost as materialized (select r.ctid as place, r.* from "msgdb"."work_ranked_0" r where r.rank = 1 and not exists (select from only "public"."t" x where x.tableoid = r.tab and x.ctid = r.tid)),
  found as (
    update "msgdb"."work_ranked_0" w set tab = t.tableoid, tid = t.ctid
      from lost l join only "public"."t" t on t."id" = l.id1 where w.ctid = l.place returning 1)
  select (select count(*) from lost) - (select count(*) from found) as rows;

insert into msgdb.ledger (run_id, migration, operation, kind, object)
 values ($1, $2, $3::text::integer, $4, $5::text::jsonb);
-- ["run","0001-once",0,"updated","{\"table\":{\"schema\":\"public\",\"name\":\"t\"},\"archive\":\"archive_t_84995649\"}"]

insert into "msgdb"."archive_t_84995649"
           (msgdb_ledger, msgdb_image, msgdb_pair, "id", "k", "v")
  select (select pg_catalog.currval('msgdb.ledger_id_seq')), 'before', r.grp, t."id", t."k", t."v"
    from "msgdb"."work_ranked_0" r join "msgdb"."work_merged_0" m on m.grp = r.grp, only "public"."t" t where r.rank = 1 and row(t."v")::record *<> row(m.m1)::record and t.tableoid = r.tab and t.ctid = r.tid;

with changed as (
    update only "public"."t" t set "v" = m.m1
      from "msgdb"."work_ranked_0" r join "msgdb"."work_merged_0" m on m.grp = r.grp where r.rank = 1 and row(t."v")::record *<> row(m.m1)::record and t.tableoid = r.tab and t.ctid = r.tid
    returning r.tab as msgdb_tab, r.tid as msgdb_tid, t.tableoid as msgdb_new_tab, t.ctid as msgdb_new_tid,
              r.grp as msgdb_pair, t.*),
  archived as (
    insert into "msgdb"."archive_t_84995649"
           (msgdb_ledger, msgdb_image, msgdb_pair, "id", "k", "v")
    select (select pg_catalog.currval('msgdb.ledger_id_seq')), 'after', c.msgdb_pair, c."id", c."k", c."v" from changed c returning 1),
  tallied as (
    update msgdb.ledger set row_count = row_count + (select count(*) from archived)
     where id = (select pg_catalog.currval('msgdb.ledger_id_seq')))
  select count(*) as rows from archived;

select count(*) as rows
    from (select pg_catalog.to_regclass(name)::oid as oid, shape
            from (values ('"public"."t"', '4426611989729726050'), ('"public"."child"', '8253797267732026078')) listed(name, shape)) known
   where shape is distinct from (select pg_catalog.hashtextextended(coalesce(pg_catalog.string_agg(part, ',' order by part), ''), 0)::text
     from (select pg_catalog.jsonb_build_array(a.attname, tn.nspname, t.typname, a.attgenerated)::text
                    collate pg_catalog."C" as part
             from pg_catalog.pg_attribute a
             join pg_catalog.pg_type t on t.oid = a.atttypid
             join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
            where a.attrelid = known.oid and a.attnum > 0 and not a.attisdropped
            union all
           select pg_catalog.jsonb_build_array(k.conname, kn.nspname, kc.relname, k.confdeltype)::text
             from pg_catalog.pg_constraint k
             join pg_catalog.pg_class kc on kc.oid = k.conrelid
             join pg_catalog.pg_namespace kn on kn.oid = kc.relnamespace
            where k.contype = 'f' and k.conparentid = 0
              and k.confrelid in (select known.oid
                                   union select relid from pg_catalog.pg_partition_ancestors(known.oid)
                                   union select relid from pg_catalog.pg_partition_tree(known.oid))) parts);


-- absorbLosers: that are marked, and stay
drop table if exists "msgdb"."work_moved_0";

create unlogged table "msgdb"."work_moved_0" (tab oid, tid tid, new_tab oid, new_tid tid);

drop table if exists "msgdb"."work_marks_0";

create unlogged table "msgdb"."work_marks_0" as
  select row_number() over () as pair, msgdb_tab as tab, msgdb_tid as tid,
         (null)::integer as m1
    from (select r.tab as msgdb_tab, r.tid as msgdb_tid, msgdb_t.*
            from "msgdb"."work_ranked_0" r
            join only "public"."t" msgdb_t on msgdb_t.tableoid = r.tab and msgdb_t.ctid = r.tid
           where r.rank > 1) losers;

insert into msgdb.ledger (run_id, migration, operation, kind, object)
 values ($1, $2, $3::text::integer, $4, $5::text::jsonb);
-- ["run","0001-once",0,"updated","{\"table\":{\"schema\":\"public\",\"name\":\"t\"},\"archive\":\"archive_t_84995649\"}"]

insert into "msgdb"."archive_t_84995649"
           (msgdb_ledger, msgdb_image, msgdb_pair, "id", "k", "v")
  select (select pg_catalog.currval('msgdb.ledger_id_seq')), 'before', r.pair, t."id", t."k", t."v"
    from "msgdb"."work_marks_0" r, only "public"."t" t where true and t.tableoid = r.tab and t.ctid = r.tid;

with changed as (
    update only "public"."t" t set "k" = r.m1
      from "msgdb"."work_marks_0" r where true and t.tableoid = r.tab and t.ctid = r.tid
    returning r.tab as msgdb_tab, r.tid as msgdb_tid, t.tableoid as msgdb_new_tab, t.ctid as msgdb_new_tid,
              r.pair as msgdb_pair, t.*),
  moved as (
    insert into "msgdb"."work_moved_0" select msgdb_tab, msgdb_tid, msgdb_new_tab, msgdb_new_tid from changed),
  archived as (
    insert into "msgdb"."archive_t_84995649"
           (msgdb_ledger, msgdb_image, msgdb_pair, "id", "k", "v")
    select (select pg_catalog.currval('msgdb.ledger_id_seq')), 'after', c.msgdb_pair, c."id", c."k", c."v" from changed c returning 1),
  tallied as (
    update msgdb.ledger set row_count = row_count + (select count(*) from archived)
     where id = (select pg_catalog.currval('msgdb.ledger_id_seq')))
  select count(*) as rows from archived;

update "msgdb"."work_ranked_0" w set tab = m.new_tab, tid = m.new_tid
    from "msgdb"."work_moved_0" m where w.tab = m.tab and w.tid = m.tid;

delete from "msgdb"."work_moved_0";

select count(*) as rows
    from (select from (select r.grp as msgdb_grp, msgdb_t.*
                         from "msgdb"."work_ranked_0" r
                         join only "public"."t" msgdb_t on msgdb_t.tableoid = r.tab and msgdb_t.ctid = r.tid) marked
           where "k" is distinct from null
           group by msgdb_grp, "k" having count(*) > 1) left_over;

with lost as materialized (select r.ctid as place, r.* from "msgdb"."work_ranked_0" r where r.rank = 1 and not exists (select from only "public"."t" x where x.tableoid = r.tab and x.ctid = r.tid)),
  found as (
    update "msgdb"."work_ranked_0" w set tab = t.tableoid, tid = t.ctid
      from lost l join only "public"."t" t on t."id" = l.id1 where w.ctid = l.place returning 1)
  select (select count(*) from lost) - (select count(*) from found) as rows;

select count(*) as rows
    from (select pg_catalog.to_regclass(name)::oid as oid, shape
            from (values ('"public"."child"', '8253797267732026078')) listed(name, shape)) known
   where shape is distinct from (select pg_catalog.hashtextextended(coalesce(pg_catalog.string_agg(part, ',' order by part), ''), 0)::text
     from (select pg_catalog.jsonb_build_array(a.attname, tn.nspname, t.typname, a.attgenerated)::text
                    collate pg_catalog."C" as part
             from pg_catalog.pg_attribute a
             join pg_catalog.pg_type t on t.oid = a.atttypid
             join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
            where a.attrelid = known.oid and a.attnum > 0 and not a.attisdropped
            union all
           select pg_catalog.jsonb_build_array(k.conname, kn.nspname, kc.relname, k.confdeltype)::text
             from pg_catalog.pg_constraint k
             join pg_catalog.pg_class kc on kc.oid = k.conrelid
             join pg_catalog.pg_namespace kn on kn.oid = kc.relnamespace
            where k.contype = 'f' and k.conparentid = 0
              and k.confrelid in (select known.oid
                                   union select relid from pg_catalog.pg_partition_ancestors(known.oid)
                                   union select relid from pg_catalog.pg_partition_tree(known.oid))) parts);


-- absorbLosers: whose survivors take values, where a trigger may write others
with wanted as materialized (
    select r.grp as msgdb_pair, m.m1 as w1, t."v" as b1 from "msgdb"."work_ranked_0" r join "msgdb"."work_merged_0" m on m.grp = r.grp, only "public"."t" t where r.rank = 1 and row(t."v")::record *<> row(m.m1)::record and t.tableoid = r.tab and t.ctid = r.tid),
  changed as (
    update only "public"."t" t set "v" = m.m1
      from "msgdb"."work_ranked_0" r join "msgdb"."work_merged_0" m on m.grp = r.grp where r.rank = 1 and row(t."v")::record *<> row(m.m1)::record and t.tableoid = r.tab and t.ctid = r.tid
    returning r.tab as msgdb_tab, r.tid as msgdb_tid, t.tableoid as msgdb_new_tab, t.ctid as msgdb_new_tid,
              r.grp as msgdb_pair, t.*),
  archived as (
    insert into "msgdb"."archive_t_84995649"
           (msgdb_ledger, msgdb_image, msgdb_pair, "id", "k", "v")
    select (select pg_catalog.currval('msgdb.ledger_id_seq')), 'after', c.msgdb_pair, c."id", c."k", c."v" from changed c returning 1),
  tallied as (
    update msgdb.ledger set row_count = row_count + (select count(*) from archived)
     where id = (select pg_catalog.currval('msgdb.ledger_id_seq')))
  select count(*) as rows,
         (select jsonb_build_array(count(*) filter (where row((case when c.msgdb_pair is null then w.b1 else c."v" end)::integer)::record *<> row((w.w1)::integer)::record)) from wanted w left join changed c on c.msgdb_pair = w.msgdb_pair) as differing from archived;


-- absorbLosers: that are marked, where a trigger may write other values
drop table if exists "msgdb"."work_moved_0";

create unlogged table "msgdb"."work_moved_0" (tab oid, tid tid, new_tab oid, new_tid tid);

drop table if exists "msgdb"."work_marks_0";

create unlogged table "msgdb"."work_marks_0" as
  select row_number() over () as pair, msgdb_tab as tab, msgdb_tid as tid,
         (null)::integer as m1,
         "k" as b1
    from (select r.tab as msgdb_tab, r.tid as msgdb_tid, msgdb_t.*
            from "msgdb"."work_ranked_0" r
            join only "public"."t" msgdb_t on msgdb_t.tableoid = r.tab and msgdb_t.ctid = r.tid
           where r.rank > 1) losers;

insert into msgdb.ledger (run_id, migration, operation, kind, object)
 values ($1, $2, $3::text::integer, $4, $5::text::jsonb);
-- ["run","0001-once",0,"updated","{\"table\":{\"schema\":\"public\",\"name\":\"t\"},\"archive\":\"archive_t_84995649\"}"]

insert into "msgdb"."archive_t_84995649"
           (msgdb_ledger, msgdb_image, msgdb_pair, "id", "k", "v")
  select (select pg_catalog.currval('msgdb.ledger_id_seq')), 'before', r.pair, t."id", t."k", t."v"
    from "msgdb"."work_marks_0" r, only "public"."t" t where true and t.tableoid = r.tab and t.ctid = r.tid;

with wanted as materialized (
    select r.pair as msgdb_pair, r.m1 as w1, t."k" as b1 from "msgdb"."work_marks_0" r, only "public"."t" t where true and t.tableoid = r.tab and t.ctid = r.tid),
  changed as (
    update only "public"."t" t set "k" = r.m1
      from "msgdb"."work_marks_0" r where true and t.tableoid = r.tab and t.ctid = r.tid
    returning r.tab as msgdb_tab, r.tid as msgdb_tid, t.tableoid as msgdb_new_tab, t.ctid as msgdb_new_tid,
              r.pair as msgdb_pair, t.*),
  moved as (
    insert into "msgdb"."work_moved_0" select msgdb_tab, msgdb_tid, msgdb_new_tab, msgdb_new_tid from changed),
  archived as (
    insert into "msgdb"."archive_t_84995649"
           (msgdb_ledger, msgdb_image, msgdb_pair, "id", "k", "v")
    select (select pg_catalog.currval('msgdb.ledger_id_seq')), 'after', c.msgdb_pair, c."id", c."k", c."v" from changed c returning 1),
  tallied as (
    update msgdb.ledger set row_count = row_count + (select count(*) from archived)
     where id = (select pg_catalog.currval('msgdb.ledger_id_seq')))
  select count(*) as rows,
         (select jsonb_build_array(count(*) filter (where row((case when c.msgdb_pair is null then w.b1 else c."k" end)::integer)::record *<> row((w.w1)::integer)::record)) from wanted w left join changed c on c.msgdb_pair = w.msgdb_pair) as differing from archived;

update "msgdb"."work_ranked_0" w set tab = m.new_tab, tid = m.new_tid
    from "msgdb"."work_moved_0" m where w.tab = m.tab and w.tid = m.tid;

update "msgdb"."work_marks_0" w set tab = m.new_tab, tid = m.new_tid
    from "msgdb"."work_moved_0" m where w.tab = m.tab and w.tid = m.tid;

delete from "msgdb"."work_moved_0";

select count(*) as rows
    from "msgdb"."work_marks_0" r
    join only "public"."t" t on t.tableoid = r.tab and t.ctid = r.tid
   where (row((r.m1)::integer)::record *<> row((r.b1)::integer)::record and row((t."k")::integer)::record *= row((r.b1)::integer)::record);

select count(*) as rows
    from (select from (select r.grp as msgdb_grp, msgdb_t.*
                         from "msgdb"."work_ranked_0" r
                         join only "public"."t" msgdb_t on msgdb_t.tableoid = r.tab and msgdb_t.ctid = r.tid) marked
           where "k" is distinct from null
           group by msgdb_grp, "k" having count(*) > 1) left_over;

with lost as materialized (select r.ctid as place, r.* from "msgdb"."work_ranked_0" r where r.rank = 1 and not exists (select from only "public"."t" x where x.tableoid = r.tab and x.ctid = r.tid)),
  found as (
    update "msgdb"."work_ranked_0" w set tab = t.tableoid, tid = t.ctid
      from lost l join only "public"."t" t on t."id" = l.id1 where w.ctid = l.place returning 1)
  select (select count(*) from lost) - (select count(*) from found) as rows;

select count(*) as rows
    from (select pg_catalog.to_regclass(name)::oid as oid, shape
            from (values ('"public"."child"', '8253797267732026078')) listed(name, shape)) known
   where shape is distinct from (select pg_catalog.hashtextextended(coalesce(pg_catalog.string_agg(part, ',' order by part), ''), 0)::text
     from (select pg_catalog.jsonb_build_array(a.attname, tn.nspname, t.typname, a.attgenerated)::text
                    collate pg_catalog."C" as part
             from pg_catalog.pg_attribute a
             join pg_catalog.pg_type t on t.oid = a.atttypid
             join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
            where a.attrelid = known.oid and a.attnum > 0 and not a.attisdropped
            union all
           select pg_catalog.jsonb_build_array(k.conname, kn.nspname, kc.relname, k.confdeltype)::text
             from pg_catalog.pg_constraint k
             join pg_catalog.pg_class kc on kc.oid = k.conrelid
             join pg_catalog.pg_namespace kn on kn.oid = kc.relnamespace
            where k.contype = 'f' and k.conparentid = 0
              and k.confrelid in (select known.oid
                                   union select relid from pg_catalog.pg_partition_ancestors(known.oid)
                                   union select relid from pg_catalog.pg_partition_tree(known.oid))) parts);


-- absorbLosers: that are deleted for good
insert into msgdb.ledger (run_id, migration, operation, kind, object)
 values ($1, $2, $3::text::integer, $4, $5::text::jsonb);
-- ["run","0001-once",0,"deleted","{\"table\":{\"schema\":\"public\",\"name\":\"t\"}}"]

with tallied as (
    update msgdb.ledger set row_count = row_count + (select count(*) from "msgdb"."work_ranked_0" where rank > 1)
     where id = (select pg_catalog.currval('msgdb.ledger_id_seq'))) delete from only "public"."t" t using "msgdb"."work_ranked_0" r where r.rank > 1 and t.ctid = r.tid;

with lost as materialized (select r.ctid as place, r.* from "msgdb"."work_ranked_0" r where r.rank = 1 and not exists (select from only "public"."t" x where x.tableoid = r.tab and x.ctid = r.tid)),
  found as (
    update "msgdb"."work_ranked_0" w set tab = t.tableoid, tid = t.ctid
      from lost l join only "public"."t" t on t."id" = l.id1 where w.ctid = l.place returning 1)
  select (select count(*) from lost) - (select count(*) from found) as rows;

select count(*) as rows
    from (select pg_catalog.to_regclass(name)::oid as oid, shape
            from (values ('"public"."t"', '4426611989729726050'), ('"public"."child"', '8253797267732026078')) listed(name, shape)) known
   where shape is distinct from (select pg_catalog.hashtextextended(coalesce(pg_catalog.string_agg(part, ',' order by part), ''), 0)::text
     from (select pg_catalog.jsonb_build_array(a.attname, tn.nspname, t.typname, a.attgenerated)::text
                    collate pg_catalog."C" as part
             from pg_catalog.pg_attribute a
             join pg_catalog.pg_type t on t.oid = a.atttypid
             join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
            where a.attrelid = known.oid and a.attnum > 0 and not a.attisdropped
            union all
           select pg_catalog.jsonb_build_array(k.conname, kn.nspname, kc.relname, k.confdeltype)::text
             from pg_catalog.pg_constraint k
             join pg_catalog.pg_class kc on kc.oid = k.conrelid
             join pg_catalog.pg_namespace kn on kn.oid = kc.relnamespace
            where k.contype = 'f' and k.conparentid = 0
              and k.confrelid in (select known.oid
                                   union select relid from pg_catalog.pg_partition_ancestors(known.oid)
                                   union select relid from pg_catalog.pg_partition_tree(known.oid))) parts);
