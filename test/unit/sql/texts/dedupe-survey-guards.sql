-- countRefused: by a CHECK of survivors that take values, and by a damaged primary key
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
     where row(c."v"::integer)::record *<> row(m.future1)::record)
  select jsonb_build_array((select jsonb_build_object('rows', count(*), 'sample', coalesce(to_jsonb((array_agg(pg_catalog.concat_ws(', ', c."id"::text) order by pg_catalog.concat_ws(', ', c."id"::text)))[1:3]), '[]'))
            from (
    select msgdb_tab as tab, msgdb_tid as tid
      from (
    select c.tableoid as msgdb_tab, c.ctid as msgdb_tid, c."id" as "id", c."k" as "k", k.future1 as "v"
      from taken k join only "public"."t" c on c.tableoid = k.tab and c.ctid = k.tid where k.moves) as "t"
     where (v < 50) is false) met join only "public"."t" c on c.tableoid = met.tab and c.ctid = met.tid),
         (select jsonb_build_object('rows', count(*), 'sample', coalesce(to_jsonb((array_agg(pg_catalog.concat_ws(', ', c."id"::text) order by pg_catalog.concat_ws(', ', c."id"::text)))[1:3]), '[]'))
            from (
    select distinct f.msgdb_tab as tab, f.msgdb_tid as tid
      from (
    select tableoid as msgdb_tab, ctid as msgdb_tid, (id) as msgdb_k1
      from only "public"."t"
     where (id) is distinct from null offset 0) f
      join taken k on k.tab = f.msgdb_tab and k.tid = f.msgdb_tid
      join (
    select tableoid as msgdb_tab, ctid as msgdb_tid, (id) as msgdb_k1
      from only "public"."t"
     where (id) is distinct from null offset 0) o on o.msgdb_k1 = f.msgdb_k1 and (o.msgdb_tab, o.msgdb_tid) <> (f.msgdb_tab, f.msgdb_tid)
     where not exists (select from (select tab, tid from ranked where rank > 1) g where g.tab = o.msgdb_tab and g.tid = o.msgdb_tid)) met join only "public"."t" c on c.tableoid = met.tab and c.ctid = met.tid)) as refused;


-- countRefused: by the rule itself, of losers that are marked
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
  marked as materialized (
    select true as moves, msgdb_tab as tab, msgdb_tid as tid, ('3'::integer)::integer as future1
      from 
    (select r.grp as msgdb_grp, r.rank as msgdb_rank, r.tab as msgdb_tab, r.tid as msgdb_tid, msgdb_t as msgdb_row, msgdb_t.*
       from ranked r
       join only "public"."t" msgdb_t on msgdb_t.tableoid = r.tab and msgdb_t.ctid = r.tid) members where msgdb_rank > 1)
  select jsonb_build_array((select jsonb_build_object('rows', count(*), 'sample', coalesce(to_jsonb((array_agg(pg_catalog.concat_ws(', ', c."id"::text) order by pg_catalog.concat_ws(', ', c."id"::text)))[1:3]), '[]'))
            from (
    select distinct f.msgdb_tab as tab, f.msgdb_tid as tid
      from (
    select tableoid as msgdb_tab, ctid as msgdb_tid, (id) as msgdb_k1
      from only "public"."t"
     where (id) is distinct from null offset 0) f
      join marked k on k.tab = f.msgdb_tab and k.tid = f.msgdb_tid
      join (
    select tableoid as msgdb_tab, ctid as msgdb_tid, (id) as msgdb_k1
      from only "public"."t"
     where (id) is distinct from null offset 0) o on o.msgdb_k1 = f.msgdb_k1 and (o.msgdb_tab, o.msgdb_tid) <> (f.msgdb_tab, f.msgdb_tid)
     where not exists (select from (select tab, tid from ranked where false) g where g.tab = o.msgdb_tab and g.tid = o.msgdb_tid)) met join only "public"."t" c on c.tableoid = met.tab and c.ctid = met.tid),
         (select jsonb_build_object('rows', count(*), 'sample', coalesce(to_jsonb((array_agg(pg_catalog.concat_ws(', ', c."id"::text) order by pg_catalog.concat_ws(', ', c."id"::text)))[1:3]), '[]'))
            from (
    select tab, tid
      from (select msgdb_tab as tab, msgdb_tid as tid, msgdb_rank as rank,
                   count(*) over (partition by msgdb_grp, "k") as copies
              from (
    select r.grp as msgdb_grp, r.rank as msgdb_rank, r.tab as msgdb_tab, r.tid as msgdb_tid, c."id" as "id", case when k.tab is null then c."k" else k.future1 end as "k", c."v" as "v"
      from ranked r join only "public"."t" c on c.tableoid = r.tab and c.ctid = r.tid left join marked k on k.tab = r.tab and k.tid = r.tid) as "t"
             where "k" is distinct from null) left_over
     where copies > 1 and rank > 1) met join only "public"."t" c on c.tableoid = met.tab and c.ctid = met.tid)) as refused;
-- ["{\"(0,1)\",\"(0,2)\",\"(0,4)\",\"(0,5)\",\"(0,6)\"}"]
