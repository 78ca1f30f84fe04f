-- askLinking: of children that refer twice, by a CHECK between two batches and by which copy stays
with 
  members as materialized (
    select grp, tab, tid
      from (select hash::bigint as grp, tab, tid, count(*) over (partition by hash) as copies
              from (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row("k"), 0) as hash
      from only "public"."t"
     where "k" is distinct from null) every_row) counted
     where copies > 1),
  ranked as materialized (
    select dense_rank() over (order by first_tab, first_tid) as grp, rank, copies, tab, tid, first_tab, first_tid
      from (select msgdb_tab as tab, msgdb_tid as tid,
                   row_number() over survivors as rank,
                   first_value(msgdb_tab) over survivors as first_tab,
                   first_value(msgdb_tid) over survivors as first_tid,
                   count(*) over (partition by msgdb_grp, "k") as copies
              from 
    (select m.grp as msgdb_grp, t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.*
       from members m join only "public"."t" t on t.tableoid = m.tab and t.ctid = m.tid) now
            window survivors as (partition by msgdb_grp, "k"
                                 order by "id" asc nulls last, msgdb_tab, msgdb_tid)) every_row
     where copies > 1),
  link0_0 as materialized (
    select true as moves, c.tableoid as tab, c.ctid as tid, s."id"::integer as future1
      from ranked lost
      join only "public"."t" l on l.tableoid = lost.tab and l.ctid = lost.tid
      join only "public"."t" s on s.tableoid = lost.first_tab and s.ctid = lost.first_tid
      join only "public"."child" c on l."id" operator(pg_catalog.=) c."t_id"
     where lost.rank > 1 and row(l."id")::record *<> row(s."id")::record and true
    union all
    select false, c.tableoid, c.ctid, c."t_id"
      from ranked kept
      join only "public"."t" s on s.tableoid = kept.tab and s.ctid = kept.tid
      join only "public"."child" c on s."id" operator(pg_catalog.=) c."t_id"
     where kept.rank = 1),
  link0_1 as materialized (
    select true as moves, c.tableoid as tab, c.ctid as tid, s."id"::integer as future1
      from ranked lost
      join only "public"."t" l on l.tableoid = lost.tab and l.ctid = lost.tid
      join only "public"."t" s on s.tableoid = lost.first_tab and s.ctid = lost.first_tid
      join only "public"."child" c on l."id" operator(pg_catalog.=) c."n"
     where lost.rank > 1 and row(l."id")::record *<> row(s."id")::record and true
    union all
    select false, c.tableoid, c.ctid, c."n"
      from ranked kept
      join only "public"."t" s on s.tableoid = kept.tab and s.ctid = kept.tid
      join only "public"."child" c on s."id" operator(pg_catalog.=) c."n"
     where kept.rank = 1),
  kin0 as materialized (
    select every_row.moves, every_row.tab, every_row.tid, case when m0.tab is not null then m0.future1 else c."t_id" end as future1, case when m1.tab is not null then m1.future1 else c."n" end as future2
      from (select tab, tid, bool_or(moves) as moves
              from (select tab, tid, moves from link0_0 union all select tab, tid, moves from link0_1) links
             group by tab, tid) every_row
      join only "public"."child" c on c.tableoid = every_row.tab and c.ctid = every_row.tid
      left join link0_0 m0 on m0.tab = every_row.tab and m0.tid = every_row.tid and m0.moves
      left join link0_1 m1 on m1.tab = every_row.tab and m1.tid = every_row.tid and m1.moves),
  broken0 as materialized (select null::oid as tab, null::tid as tid where false),
  doomed0 as materialized (select null::oid as tab, null::tid as tid where false
    union select tab, tid from (
    select tab, tid, rank, first_tab, first_tid
      from (select msgdb_tab as tab, msgdb_tid as tid,
                   row_number() over siblings as rank,
                   first_value(msgdb_tab) over siblings as first_tab,
                   first_value(msgdb_tid) over siblings as first_tid,
                   count(*) over (partition by (t_id), (n)) as copies
              from (
    select c.tableoid as msgdb_tab, c.ctid as msgdb_tid, k.moves as msgdb_moves, c."id" as "id", k.future1 as "t_id", k.future2 as "n"
      from (select * from kin0 k where not exists (select from broken0 b where b.tab = k.tab and b.tid = k.tid)) k join only "public"."child" c on c.tableoid = k.tab and c.ctid = k.tid) future
             where (t_id) is distinct from null and (n) is distinct from null
            window siblings as (partition by (t_id), (n) order by msgdb_moves, "id", msgdb_tab, msgdb_tid)) placed
     where copies > 1) ranked where rank > 1),
  moving0 as materialized (select * from kin0 k where k.moves
     and not exists (select from broken0 g where g.tab = k.tab and g.tid = k.tid)
     and not exists (select from doomed0 g where g.tab = k.tab and g.tid = k.tid)),
  excluded0 as materialized (select null::oid as tab, null::tid as tid where false),
  grouped0_0 as materialized (
    select true as moves, c.tableoid as tab, c.ctid as tid, s."id"::integer as future1, lost.grp
      from ranked lost
      join only "public"."t" l on l.tableoid = lost.tab and l.ctid = lost.tid
      join only "public"."t" s on s.tableoid = lost.first_tab and s.ctid = lost.first_tid
      join only "public"."child" c on l."id" operator(pg_catalog.=) c."t_id"
     where lost.rank > 1 and row(l."id")::record *<> row(s."id")::record and true),
  grouped0_1 as materialized (
    select true as moves, c.tableoid as tab, c.ctid as tid, s."id"::integer as future1, lost.grp
      from ranked lost
      join only "public"."t" l on l.tableoid = lost.tab and l.ctid = lost.tid
      join only "public"."t" s on s.tableoid = lost.first_tab and s.ctid = lost.first_tid
      join only "public"."child" c on l."id" operator(pg_catalog.=) c."n"
     where lost.rank > 1 and row(l."id")::record *<> row(s."id")::record and true),
  shared0 as materialized (
    select tab, tid from (select tab, tid, grp from grouped0_0 union select tab, tid, grp from grouped0_1) each_one
     group by tab, tid having count(*) > 1),
  midway0 as materialized (
    select true as moves, s.tab, s.tid, case when ((state.bits & 1) > 0) then m0.future1 else c."t_id" end as future1, case when ((state.bits & 2) > 0) then m1.future1 else c."n" end as future2
      from shared0 s
      join only "public"."child" c on c.tableoid = s.tab and c.ctid = s.tid
      left join grouped0_0 m0 on m0.tab = s.tab and m0.tid = s.tid
      left join grouped0_1 m1 on m1.tab = s.tab and m1.tid = s.tid
     cross join generate_series(1, 3) as state(bits)
     where (m0.tab is not null or not ((state.bits & 1) > 0)) and (m1.tab is not null or not ((state.bits & 2) > 0)) and (m1.grp is distinct from m0.grp or ((state.bits & 2) > 0) = ((state.bits & 1) > 0)) and not ((m0.tab is null or ((state.bits & 1) > 0)) and (m1.tab is null or ((state.bits & 2) > 0))))
  select jsonb_build_array(exists (select m.tab, m.tid from (
    select msgdb_tab as tab, msgdb_tid as tid
      from (
    select c.tableoid as msgdb_tab, c.ctid as msgdb_tid, c."id" as "id", k.future1 as "t_id", k.future2 as "n"
      from midway0 k join only "public"."child" c on c.tableoid = k.tab and c.ctid = k.tid where k.moves) as "child"
     where (t_id + n <> 7) is false) m),
         exists (select s.tab, s.tid from shared0 s join (select tab, tid from (
    select tab, tid, rank, first_tab, first_tid
      from (select msgdb_tab as tab, msgdb_tid as tid,
                   row_number() over siblings as rank,
                   first_value(msgdb_tab) over siblings as first_tab,
                   first_value(msgdb_tid) over siblings as first_tid,
                   count(*) over (partition by (t_id), (n)) as copies
              from (
    select c.tableoid as msgdb_tab, c.ctid as msgdb_tid, k.moves as msgdb_moves, c."id" as "id", k.future1 as "t_id", k.future2 as "n"
      from (select * from kin0 k where not exists (select from broken0 b where b.tab = k.tab and b.tid = k.tid)) k join only "public"."child" c on c.tableoid = k.tab and c.ctid = k.tid) future
             where (t_id) is distinct from null and (n) is distinct from null
            window siblings as (partition by (t_id), (n) order by msgdb_moves, "id", msgdb_tab, msgdb_tid)) placed
     where copies > 1) ranked) k on k.tab = s.tab and k.tid = s.tid where exists (select from (
    select msgdb_tab as tab, msgdb_tid as tid
      from (
    select c.tableoid as msgdb_tab, c.ctid as msgdb_tid, c."id" as "id", k.future1 as "t_id", k.future2 as "n"
      from kin0 k join only "public"."child" c on c.tableoid = k.tab and c.ctid = k.tid where k.moves) as "child"
     where (t_id + n <> 7) is false) s join (select tab, tid from (
    select tab, tid, rank, first_tab, first_tid
      from (select msgdb_tab as tab, msgdb_tid as tid,
                   row_number() over siblings as rank,
                   first_value(msgdb_tab) over siblings as first_tab,
                   first_value(msgdb_tid) over siblings as first_tid,
                   count(*) over (partition by (t_id), (n)) as copies
              from (
    select c.tableoid as msgdb_tab, c.ctid as msgdb_tid, k.moves as msgdb_moves, c."id" as "id", k.future1 as "t_id", k.future2 as "n"
      from (select * from kin0 k where not exists (select from broken0 b where b.tab = k.tab and b.tid = k.tid)) k join only "public"."child" c on c.tableoid = k.tab and c.ctid = k.tid) future
             where (t_id) is distinct from null and (n) is distinct from null
            window siblings as (partition by (t_id), (n) order by msgdb_moves, "id", msgdb_tab, msgdb_tid)) placed
     where copies > 1) ranked) k on k.tab = s.tab and k.tid = s.tid))) as met;
