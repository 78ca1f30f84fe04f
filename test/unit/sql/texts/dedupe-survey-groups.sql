-- countGroups: all that is counted, with values that survivors take
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
  kin0 as (select * from link0_0),
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
    select c.tableoid as msgdb_tab, c.ctid as msgdb_tid, k.moves as msgdb_moves, c."id" as "id", k.future1 as "t_id", c."n" as "n"
      from (select * from kin0 k where not exists (select from broken0 b where b.tab = k.tab and b.tid = k.tid)) k join only "public"."child" c on c.tableoid = k.tab and c.ctid = k.tid) future
             where (t_id) is distinct from null and (n) is distinct from null
            window siblings as (partition by (t_id), (n) order by msgdb_moves, "id", msgdb_tab, msgdb_tid)) placed
     where copies > 1) ranked where rank > 1),
  moving0 as materialized (select * from kin0 k where k.moves
     and not exists (select from broken0 g where g.tab = k.tab and g.tid = k.tid)
     and not exists (select from doomed0 g where g.tab = k.tab and g.tid = k.tid)),
  excluded0 as materialized (select null::oid as tab, null::tid as tid where false),
  taken as materialized (
    select true as moves, r.tab, r.tid, m.future1
      from (select msgdb_grp as grp, (((array_agg(msgdb_row order by "v" desc, msgdb_rank) filter (where pg_catalog.num_nulls("v") = 0))[1])."v")::integer as future1 from 
    (select r.grp as msgdb_grp, r.rank as msgdb_rank, r.tab as msgdb_tab, r.tid as msgdb_tid, msgdb_t as msgdb_row, msgdb_t.*
       from ranked r
       join only "public"."t" msgdb_t on msgdb_t.tableoid = r.tab and msgdb_t.ctid = r.tid) members group by msgdb_grp) m
      join ranked r on r.grp = m.grp and r.rank = 1
      join only "public"."t" c on c.tableoid = r.tab and c.ctid = r.tid
     where row(c."v"::integer)::record *<> row(m.future1)::record),
  movable0 as materialized (
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
  copies0 as materialized (
    select tab, tid, rank, first_tab, first_tid
      from (select msgdb_tab as tab, msgdb_tid as tid,
                   row_number() over siblings as rank,
                   first_value(msgdb_tab) over siblings as first_tab,
                   first_value(msgdb_tid) over siblings as first_tid,
                   count(*) over (partition by (t_id), (n)) as copies
              from (
    select c.tableoid as msgdb_tab, c.ctid as msgdb_tid, k.moves as msgdb_moves, c."id" as "id", k.future1 as "t_id", c."n" as "n"
      from movable0 k join only "public"."child" c on c.tableoid = k.tab and c.ctid = k.tid) future
             where (t_id) is distinct from null and (n) is distinct from null
            window siblings as (partition by (t_id), (n) order by msgdb_moves, "id", msgdb_tab, msgdb_tid)) placed
     where copies > 1),
  move0 as materialized (
    select k.tab, k.tid, k.tab as to_tab, k.tid as to_tid, k.future1 as v1
      from movable0 k
     where k.moves and not exists (
           select from copies0 d where d.rank > 1 and d.tab = k.tab and d.tid = k.tid)
    union all
    select d.tab, d.tid, k.tab, k.tid, k.future1 as v1
      from copies0 d join movable0 k on k.tab = d.first_tab and k.tid = d.first_tid
     where d.rank > 1 and k.moves)
  select (select to_jsonb(counts) from (
  select count(*) filter (where false) as groups,
         to_jsonb(array[]::bigint[]) as columns,
         count(*) filter (where left_alone) as left_groups,
         coalesce(sum(copies - 1) filter (where left_alone), 0) as left_rows
    from (select bool_or(false) as left_alone,
                 r.copies
            from ranked r join only "public"."t" t on t.tableoid = r.tab and t.ctid = r.tid
            join only "public"."t" s on s.tableoid = r.first_tab and s.ctid = r.first_tid
           where r.rank > 1
           group by r.grp, r.copies) every_group) counts) as differing,
         (select to_jsonb(counts) from (
  select to_jsonb(array[(select count(distinct (k.tab, k.tid)) from link0_0 k where k.moves and not exists (select from (select tab, tid from broken0 union select tab, tid from doomed0
              union select tab, tid from excluded0) g where g.tab = k.tab and g.tid = k.tid))]::bigint[]) as moving,
         to_jsonb(array[(select count(distinct (k.tab, k.tid)) from link0_0 k where k.moves and (exists (select from doomed0 g where g.tab = k.tab and g.tid = k.tid)))]::bigint[]) as colliding,
         to_jsonb(array[(select count(*) from link0_0 k where k.moves and pg_catalog.num_nulls(k.future1) > 0)]::bigint[]) as unnamed,
         to_jsonb(array[(select count(distinct (k.tab, k.tid)) from link0_0 k where k.moves and (exists (select from broken0 g where g.tab = k.tab and g.tid = k.tid) or exists (select from excluded0 g where g.tab = k.tab and g.tid = k.tid)))]::bigint[]) as refused) counts) as children,
         (select to_jsonb(counts) from (
  select to_jsonb(array[(
    select count(*)
      from (select r.grp as msgdb_grp, l."id"
              from ranked r
              join only "public"."t" l on l.tableoid = r.tab and l.ctid = r.tid
              join only "public"."t" s on s.tableoid = r.first_tab and s.ctid = r.first_tid
             where r.rank > 1 and row(l."id")::record *<> row(s."id")::record) gone
      join (select tableoid, ctid, "id" from only "public"."t" offset 0) x on x."id" = gone."id"
      left join ranked own on x.tableoid = own.tab and x.ctid = own.tid
     where own.grp is distinct from gone.msgdb_grp)]::bigint[]) as others) counts) as ambiguous,
         (select to_jsonb(counts) from (
  select to_jsonb(array[(select count(*) 
      from ranked r
      join only "public"."t" l on l.tableoid = r.tab and l.ctid = r.tid
      join only "public"."t" s on s.tableoid = r.first_tab and s.ctid = r.first_tid where r.rank > 1 and not row(l."id")::record *<> row(s."id")::record)]::bigint[]) as alike,
         to_jsonb(array[0]::bigint[]) as children) counts) as taken,
         (select to_jsonb(counts) from (
  select to_jsonb(array[]::bigint[]) as met) counts) as ties;


-- countGroups: columns that differ, in groups that are left alone
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
     where copies > 1)
  select (select to_jsonb(counts) from (
  select count(*) filter (where d0) as groups,
         to_jsonb(array[count(*) filter (where d0)]::bigint[]) as columns,
         count(*) filter (where left_alone) as left_groups,
         coalesce(sum(copies - 1) filter (where left_alone), 0) as left_rows
    from (select bool_or(row(t."v")::record *<> row(s."v")::record) as d0,
                 bool_or(t."v" is distinct from s."v") as left_alone,
                 r.copies
            from ranked r join only "public"."t" t on t.tableoid = r.tab and t.ctid = r.tid
            join only "public"."t" s on s.tableoid = r.first_tab and s.ctid = r.first_tid
           where r.rank > 1
           group by r.grp, r.copies) every_group) counts) as differing,
         null as children,
         null as ambiguous,
         null as taken,
         null as ties;


-- countGroups: columns that differ, of rows whose places are known
with 
  ranked as materialized (
    select dense_rank() over (order by first_tab, first_tid) as grp, rank, copies, tab, tid, first_tab, first_tid
      from (select msgdb_tab as tab, msgdb_tid as tid,
                   row_number() over survivors as rank,
                   first_value(msgdb_tab) over survivors as first_tab,
                   first_value(msgdb_tid) over survivors as first_tid,
                   count(*) over (partition by msgdb_grp, "k") as copies
              from (
    select msgdb_at.*
      from unnest($1::tid[]) msgdb_found(msgdb_place)
     cross join lateral (select pg_catalog.hash_record_extended(row("k"), 0) as msgdb_grp, tableoid as msgdb_tab, ctid as msgdb_tid, t.* from only "public"."t" t where "k" is distinct from null and ctid = msgdb_place offset 0) msgdb_at) now
            window survivors as (partition by msgdb_grp, "k"
                                 order by "id" asc nulls last, msgdb_tab, msgdb_tid)) every_row
     where copies > 1)
  select (select to_jsonb(counts) from (
  select count(*) filter (where d0) as groups,
         to_jsonb(array[count(*) filter (where d0)]::bigint[]) as columns,
         count(*) filter (where left_alone) as left_groups,
         coalesce(sum(copies - 1) filter (where left_alone), 0) as left_rows
    from (select bool_or(row(t."v")::record *<> row(s."v")::record) as d0,
                 bool_or(t."v" is distinct from s."v") as left_alone,
                 r.copies
            from ranked r join lateral (select t.* from only "public"."t" t where t.tableoid = r.tab and t.ctid = r.tid offset 0) t on true
            join lateral (select s.* from only "public"."t" s where s.tableoid = r.first_tab and s.ctid = r.first_tid offset 0) s on true
           where r.rank > 1
           group by r.grp, r.copies) every_group) counts) as differing,
         null as children,
         null as ambiguous,
         null as taken,
         null as ties;
-- ["{\"(0,1)\",\"(0,2)\",\"(0,4)\",\"(0,5)\",\"(0,6)\"}"]
