-- openMembers
declare msgdb_members no scroll cursor for
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
  left_alone as materialized (
    select distinct l.grp
      from ranked l
      join only "public"."t" t on t.tableoid = l.tab and t.ctid = l.tid
      join only "public"."t" s on s.tableoid = l.first_tab and s.ctid = l.first_tid
     where l.rank > 1 and (false))
  select pg_catalog.format('{"group":%s,"rank":%s,"key":%s,"row":"%s"}', r.grp, r.rank, pg_catalog.jsonb_build_object('id', t."id"), pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.record_send(row(t."id", t."k", t."v"::text))), 'hex'), 32)) as line
    from ranked r
    join only "public"."t" t on t.tableoid = r.tab and t.ctid = r.tid
   where r.grp not in (select grp from left_alone)
   order by r.grp, r.rank;

fetch forward 1 from msgdb_members;


-- fetchMembers
fetch forward 9 from msgdb_members;


-- closeMembers
close msgdb_members;
