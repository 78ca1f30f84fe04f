-- listRemaining
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
  select count(*) over () as rows, name
    from (select to_jsonb(array[t."v"::text, t.ctid::text]) as name,
                 count(*) over (partition by t."v") as copies
            from only "public"."t" t
           where t."v" is distinct from null
             and not exists (select from (select tab, tid from ranked where rank > 1) r where t.tableoid = r.tab and t.ctid = r.tid)) remaining
   where copies > 1
   order by name limit 5;


-- listRemaining: beside groups that are left alone
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
  select count(*) over () as rows, name
    from (select to_jsonb(array[t."v"::text, t.ctid::text]) as name,
                 count(*) over (partition by t."v") as copies
            from only "public"."t" t
           where t."v" is distinct from null
             and not exists (select from (select tab, tid from ranked where rank > 1 and grp not in (
                 select r.grp from ranked r join only "public"."t" t on t.tableoid = r.tab and t.ctid = r.tid
            join only "public"."t" s on s.tableoid = r.first_tab and s.ctid = r.first_tid where r.rank > 1 and (t."v" is distinct from s."v"))) r where t.tableoid = r.tab and t.ctid = r.tid)) remaining
   where copies > 1
   order by name limit 1;
