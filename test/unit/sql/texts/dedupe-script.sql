-- dedupeInScript
drop table if exists "msgdb"."work_trial";

create table "msgdb"."work_trial" (like "public"."t" including storage including compression);

create unique index "work_trial_key" on "msgdb"."work_trial" using "btree" ("k");

drop table "msgdb"."work_trial";

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

create table if not exists "msgdb"."archive_child_0a437321" (
    msgdb_ledger bigint not null,
    msgdb_image text not null,
    msgdb_pair bigint,
    msgdb_restored_at timestamptz,
    "id" integer,
    "t_id" integer,
    "n" integer,
    msgdb_survivor_1 integer);

do $msgdb$
  declare settings text;
  begin
    select string_agg(format('alter column %I set storage external', attname), ', ') into settings
      from pg_catalog.pg_attribute
     where attrelid = '"msgdb"."archive_child_0a437321"'::regclass and attnum > 0 and attstorage in ('m', 'x')
       and not exists (select from msgdb.archives where name = 'archive_child_0a437321');
    if settings is not null then execute concat_ws(' ', 'alter table', '"msgdb"."archive_child_0a437321"', settings); end if;
  end $msgdb$;

create index if not exists "archive_child_0a437321_ledger" on "msgdb"."archive_child_0a437321"
    using brin (msgdb_ledger);

create index if not exists "archive_child_0a437321_pair" on "msgdb"."archive_child_0a437321"
    (msgdb_ledger, msgdb_pair) where msgdb_image <> 'removed';

alter table "msgdb"."archive_child_0a437321" replica identity full;

revoke all on "msgdb"."archive_child_0a437321" from public;

insert into msgdb.archives (name, source_schema, source_table, columns, identity)
   values ($1, $2, $3, $4::text::jsonb, $5::text::jsonb) on conflict (name) do nothing;
-- ["archive_child_0a437321","public","child","[{\"name\":\"id\",\"storageType\":\"integer\",\"generated\":false,\"identityAlways\":false},{\"name\":\"t_id\",\"storageType\":\"integer\",\"generated\":false,\"identityAlways\":false},{\"name\":\"n\",\"storageType\":\"integer\",\"generated\":false,\"identityAlways\":false}]","[\"id\"]"]

select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["off"]

drop table if exists "msgdb"."work_staged", "msgdb"."work_suspects";

select set_config('parallel_tuple_cost', '0', true);

create unlogged table "msgdb"."work_suspects" as
  select hash, copies as size, row_number() over (order by first, hash) as grp from (
  select hash, count(*) as copies, min(tid) as first
    from (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row("k"), 0) as hash
      from only "public"."t"
     where "k" is distinct from null) hashed
   group by hash
  having count(*) > 1) s;

analyze "msgdb"."work_suspects";

create unlogged table "msgdb"."work_staged" as
  select s.grp, s.size, h.tab, h.tid, id1
    from "msgdb"."work_suspects" s join (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row("k"), 0) as hash, "id" as id1
      from only "public"."t"
     where "k" is distinct from null) h on h.hash = s.hash;

select set_config(name, reset_val, true) from pg_catalog.pg_settings where name = 'parallel_tuple_cost';

select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["on"]

create index on "msgdb"."work_staged" (grp);

analyze "msgdb"."work_staged";

select coalesce(max(grp), 0) as groups, count(*) as rows, coalesce(max(size), 0) as largest from "msgdb"."work_staged";

drop table if exists "msgdb"."work_ranked_0";

create unlogged table "msgdb"."work_ranked_0" as
  select grp, rank, tab, tid, suspect, id1, msgdb_survivor_1
    from (select (msgdb_grp << 31) + row_number() over staged - row_number() over survivors + 1 as grp,
                 row_number() over survivors as rank,
                 lead(true) over survivors as followed,
                 count(*) over staged = msgdb_size as whole,
                 msgdb_tab as tab, msgdb_tid as tid, msgdb_grp as suspect, "id" as id1, first_value("id") over survivors as msgdb_survivor_1
            from (
    select s.grp as msgdb_grp, s.size as msgdb_size, l.*
      from (select * from "msgdb"."work_staged" s where s.grp between $1::text::bigint and $2::text::bigint order by s.grp, s.tid) s
     cross join lateral (
       select t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.* from only "public"."t" t
        where t.tableoid = s.tab and t.ctid = s.tid and (t."id" = s.id1) is true offset 0 for update of t) l) locked
           where "k" is distinct from null
          window survivors as (partition by msgdb_grp, "k" order by "id" asc nulls last, msgdb_tab, msgdb_tid),
                 staged as (partition by msgdb_grp order by "k", "id" asc nulls last, msgdb_tab, msgdb_tid
                              rows between unbounded preceding and unbounded following)) ranked
   where (rank > 1 or followed) and whole;
-- [1,9007199254740991]

analyze "msgdb"."work_ranked_0";

select count(*) filter (where rank > 1) as rows from "msgdb"."work_ranked_0";

do $msgdb$ declare found bigint; begin
    execute $msgdb_assert$select greatest(count(*) filter (where rank > 1) - 100, 0) as rows from "msgdb"."work_ranked_0"$msgdb_assert$ into found;
    if found > 0 then
      raise exception using message = 'More rows of t than the limit of 100 would be removed: copies have come since this script was written.', hint = 'Write the script again, with the plan of now.';
    end if;
  end $msgdb$;

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

do $msgdb$ declare found bigint; begin
    execute $msgdb_assert$select count(*) as rows from "msgdb"."work_kin_0_0" k where k.moves and pg_catalog.num_nulls(k.future1) > 0$msgdb_assert$ into found;
    if found > 0 then
      raise exception using message = 'Rows of child.t_id would lose their reference: the survivor has NULL in id; the batch was undone.', hint = 'Let a row that has id survive: keep: [{ most: ''complete'', of: [''id''] }].';
    end if;
  end $msgdb$;

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

do $msgdb$ declare found bigint; begin
    execute $msgdb_assert$with lost as materialized (select r.ctid as place, r.* from "msgdb"."work_ranked_0_0_0" r where r.rank = 1 and not exists (select from only "public"."child" x where x.tableoid = r.tab and x.ctid = r.tid)),
  found as (
    update "msgdb"."work_ranked_0_0_0" w set tab = t.tableoid, tid = t.ctid
      from lost l join only "public"."child" t on t."id" = l.id1 where w.ctid = l.place returning 1)
  select (select count(*) from lost) - (select count(*) from found) as rows$msgdb_assert$ into found;
    if found > 0 then
      raise exception using message = 'A trigger moved or removed rows of child while their copies were removed; the batch was undone.', hint = 'Disable the trigger on "public"."child", or on a table that refers to it, that changes rows of "public"."child" (alter table … disable trigger …) while msgdb works.';
    end if;
  end $msgdb$;

delete from "msgdb"."work_kin_0_0" k using "msgdb"."work_ranked_0_0_0" r
   where r.rank > 1 and k.id1 = r.id1
     and not exists (select from only "public"."child" c where c."id" = k.id1);

do $msgdb$ declare found bigint; begin
    execute $msgdb_assert$with lost as materialized (select r.ctid as place, r.* from "msgdb"."work_kin_0_0" r where true and not exists (select from only "public"."child" x where x.tableoid = r.tab and x.ctid = r.tid)),
  found as (
    update "msgdb"."work_kin_0_0" w set tab = t.tableoid, tid = t.ctid
      from lost l join only "public"."child" t on t."id" = l.id1 where w.ctid = l.place returning 1)
  select (select count(*) from lost) - (select count(*) from found) as rows$msgdb_assert$ into found;
    if found > 0 then
      raise exception using message = 'A trigger moved or removed rows of child while their copies were removed; the batch was undone.', hint = 'Disable the trigger on "public"."child", or on a table that refers to it, that changes rows of "public"."child" (alter table … disable trigger …) while msgdb works.';
    end if;
  end $msgdb$;

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

do $msgdb$ declare found bigint; begin
    execute $msgdb_assert$select count(*) as rows
    from "msgdb"."work_kin_0_0" k
    join only "public"."child" c on c.tableoid = k.tab and c.ctid = k.tid
   where k.moves and (c."t_id" is distinct from k.future1)$msgdb_assert$ into found;
    if found > 0 then
      raise exception using message = 'Rows of child.t_id still refer to a loser after they were re-pointed; the batch was undone.', hint = 'Disable the trigger that keeps them while msgdb works: alter table "public"."child" disable trigger user.';
    end if;
  end $msgdb$;

do $msgdb$ declare found bigint; begin
    execute $msgdb_assert$with lost as materialized (select r.ctid as place, r.* from "msgdb"."work_ranked_0" r where true and not exists (select from only "public"."t" x where x.tableoid = r.tab and x.ctid = r.tid)),
  found as (
    update "msgdb"."work_ranked_0" w set tab = t.tableoid, tid = t.ctid
      from lost l join only "public"."t" t on t."id" = l.id1 where w.ctid = l.place returning 1)
  select (select count(*) from lost) - (select count(*) from found) as rows$msgdb_assert$ into found;
    if found > 0 then
      raise exception using message = 'A trigger moved or removed rows of t while their copies were removed; the batch was undone.', hint = 'Disable the trigger on "public"."t", or on a table that refers to it, that changes rows of "public"."t" (alter table … disable trigger …) while msgdb works.';
    end if;
  end $msgdb$;

do $msgdb$ declare found bigint; begin
    execute $msgdb_assert$select count(*) as rows
    from "msgdb"."work_ranked_0" lost
    join only "public"."t" l on l.tableoid = lost.tab and l.ctid = lost.tid
    join "msgdb"."work_ranked_0" kept on kept.grp = lost.grp and kept.rank = 1
    join only "public"."t" s on s.tableoid = kept.tab and s.ctid = kept.tid
    join only "public"."child" c on l."id" operator(pg_catalog.=) c."t_id"
   where lost.rank > 1 and true and (s."id" operator(pg_catalog.=) c."t_id") is not true$msgdb_assert$ into found;
    if found > 0 then
      raise exception using message = 'Rows of child.t_id still refer to rows that would be removed; the batch was undone.', hint = 'Disable the trigger that changes them while msgdb works: alter table "public"."child" disable trigger user. If it has no trigger, `msgdb verify --heap` finds the index that is damaged.';
    end if;
  end $msgdb$;

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

do $msgdb$ declare found bigint; begin
    execute $msgdb_assert$with lost as materialized (select r.ctid as place, r.* from "msgdb"."work_ranked_0" r where r.rank = 1 and not exists (select from only "public"."t" x where x.tableoid = r.tab and x.ctid = r.tid)),
  found as (
    update "msgdb"."work_ranked_0" w set tab = t.tableoid, tid = t.ctid
      from lost l join only "public"."t" t on t."id" = l.id1 where w.ctid = l.place returning 1)
  select (select count(*) from lost) - (select count(*) from found) as rows$msgdb_assert$ into found;
    if found > 0 then
      raise exception using message = 'A trigger moved or removed rows of t while their copies were removed; the batch was undone.', hint = 'Disable the trigger on "public"."t", or on a table that refers to it, that changes rows of "public"."t" (alter table … disable trigger …) while msgdb works.';
    end if;
  end $msgdb$;

do $msgdb$ declare found bigint; begin
    execute $msgdb_assert$select count(*) as rows
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
                                   union select relid from pg_catalog.pg_partition_tree(known.oid))) parts)$msgdb_assert$ into found;
    if found > 0 then
      raise exception using message = 'The columns of t or child, or the foreign keys that refer to it, have changed since msgdb looked at them; the batch was undone.', hint = 'Run the same command again: it makes a new plan.';
    end if;
  end $msgdb$;

do $msgdb$ declare found bigint; begin
    execute $msgdb_assert$select count(*) as rows from "msgdb"."work_ranked_0" r join only "public"."t" t on t.tableoid = r.tab and t.ctid = r.tid where r.rank > 1$msgdb_assert$ into found;
    if found > 0 then
      raise exception using message = 'Rows of t that were to be removed are still there.', hint = 'A trigger keeps them: alter table "public"."t" disable trigger user, or mark the losers with losers: { set: … }.';
    end if;
  end $msgdb$;

select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["off"]

drop table if exists "msgdb"."work_staged", "msgdb"."work_suspects";

select set_config('parallel_tuple_cost', '0', true);

create unlogged table "msgdb"."work_suspects" as
  select hash, copies as size, row_number() over (order by first, hash) as grp from (
  select hash, count(*) as copies, min(tid) as first
    from (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row("k"), 0) as hash
      from only "public"."t"
     where "k" is distinct from null) hashed
   group by hash
  having count(*) > 1) s;

analyze "msgdb"."work_suspects";

create unlogged table "msgdb"."work_staged" as
  select s.grp, s.size, h.tab, h.tid, id1
    from "msgdb"."work_suspects" s join (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row("k"), 0) as hash, "id" as id1
      from only "public"."t"
     where "k" is distinct from null) h on h.hash = s.hash;

select set_config(name, reset_val, true) from pg_catalog.pg_settings where name = 'parallel_tuple_cost';

select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
        set_config('enable_bitmapscan', $1, true);
-- ["on"]

create index on "msgdb"."work_staged" (grp);

analyze "msgdb"."work_staged";

select coalesce(max(grp), 0) as groups, count(*) as rows, coalesce(max(size), 0) as largest from "msgdb"."work_staged";

drop table if exists "msgdb"."work_ranked_0";

create unlogged table "msgdb"."work_ranked_0" as
  select grp, rank, tab, tid, suspect, id1, msgdb_survivor_1
    from (select (msgdb_grp << 31) + row_number() over staged - row_number() over survivors + 1 as grp,
                 row_number() over survivors as rank,
                 lead(true) over survivors as followed,
                 count(*) over staged = msgdb_size as whole,
                 msgdb_tab as tab, msgdb_tid as tid, msgdb_grp as suspect, "id" as id1, first_value("id") over survivors as msgdb_survivor_1
            from (
    select s.grp as msgdb_grp, s.size as msgdb_size, l.*
      from (select * from "msgdb"."work_staged" s where s.grp between $1::text::bigint and $2::text::bigint order by s.grp, s.tid) s
     cross join lateral (
       select t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.* from only "public"."t" t
        where t.tableoid = s.tab and t.ctid = s.tid and (t."id" = s.id1) is true offset 0 for update of t) l) locked
           where "k" is distinct from null
          window survivors as (partition by msgdb_grp, "k" order by "id" asc nulls last, msgdb_tab, msgdb_tid),
                 staged as (partition by msgdb_grp order by "k", "id" asc nulls last, msgdb_tab, msgdb_tid
                              rows between unbounded preceding and unbounded following)) ranked
   where (rank > 1 or followed) and whole;
-- [1,9007199254740991]

analyze "msgdb"."work_ranked_0";

select count(*) filter (where rank > 1) as rows from "msgdb"."work_ranked_0";

do $msgdb$ declare found bigint; begin
    execute $msgdb_assert$select count(*) filter (where rank > 1) as rows from "msgdb"."work_ranked_0"$msgdb_assert$ into found;
    if found > 0 then
      raise exception using message = 'New copies came into t while the script removed the old ones.', hint = 'Run `msgdb dedupe` instead of a script: it makes passes until one finds nothing.';
    end if;
  end $msgdb$;

delete from msgdb.ledger where run_id = $1 and row_count = 0 and kind in ('removed', 'updated', 'created');
-- ["run"]

do $$
  declare work name;
  begin
    for work in select relname from pg_catalog.pg_class
                 where relnamespace = 'msgdb'::regnamespace and relkind = 'r' and relname like 'work\_%'
    loop execute format('drop table msgdb.%I', work); end loop;
  end $$;


-- scripted: a statement that is sent only where there is a row to write
do $msgdb$ begin
    if exists (select from child where id = 10) then
      execute $msgdb_write$delete from child where id = '10'$msgdb_write$;
    end if;
  end $msgdb$;


-- scripted: a statement that says what a trigger has left
do $msgdb$ declare done record; begin
    execute $msgdb_write$with gone as (delete from child where id = 10) select 1 as rows, '[1]'::jsonb as differing$msgdb_write$ into done;
    if (done.differing ->> 0)::bigint > 0 then
      raise warning using message = concat(done.differing ->> 0, ' survivors of t have another value in v than was set'),
        hint = 'A trigger BEFORE UPDATE sets it: what it wrote stays.';
    end if;
  end $msgdb$;
