-- explainCopies
with 
  suspects as materialized (select hash, copies from (
  select hash, count(*) as copies, min(tid) as first
    from (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row((id / 2)), 0) as hash
      from only "public"."texts"
     where case when (id < 4) then (id / 2) is distinct from null else false end) hashed
   group by hash
  having count(*) > 1) s),
  chosen as materialized (
    select hash
      from (select *, coalesce(sum(least(copies, $2::text::integer)) over (
                       order by hash rows between unbounded preceding and 1 preceding), 0) as rows_before
              from (select * from suspects order by hash limit $1::text::integer) sampled) counted
     where rows_before < $3::text::integer),
  members as materialized (
    select hash as grp, tab, tid
      from (select h.*, row_number() over (partition by h.hash order by h.tab, h.tid) as place
              from chosen c join (
    select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row((id / 2)), 0) as hash
      from only "public"."texts"
     where case when (id < 4) then (id / 2) is distinct from null else false end) h on h.hash = c.hash) placed
     where place <= $2::text::integer),
  copies as materialized (
    select * from (
      select min(msgdb_place) over same as leader, count(*) over same as copies,
             msgdb_place as place, msgdb_tx as tx,
             case when "at" between '0001-01-02' and '9999-12-30' then "at" end as at,
             pg_catalog.hashtextextended("body"::text collate "C", 0) as c1
        from (select m.grp as msgdb_grp, (t.tableoid::text || t.ctid::text) collate "C" as msgdb_place,
                     t.xmin::text::bigint as msgdb_tx, t.*
                from members m
                join only "public"."texts" t on t.tableoid = m.tab and t.ctid = m.tid) now
      window same as (partition by msgdb_grp, (id / 2))) confirmed
     where copies > 1),
  arrivals as materialized (
    select leader, at, row_number() over arriving as turn,
           extract(epoch from at - lag(at) over arriving)::double precision as gap,
           tx = lag(tx) over arriving as together
      from copies where at is not null
    window arriving as (partition by leader order by at, place)),
  gaps as (
    select pg_catalog.width_bucket(gap, array[5e-7, 0.01, 1, 60, 3600, 86400, 2592000]::double precision[]) as gap,
           count(*) as pairs, count(*) filter (where together) as together
      from arrivals where gap is not null group by 1),
  shared as materialized (select leader, tx from copies group by leader, tx having count(*) > 1),
  later as (select floor(extract(epoch from at) / 3600)::bigint as hour, count(*) as rows
              from arrivals where turn > 1 group by 1)
  select (select count(distinct leader) from copies) as groups,
         (select count(*) from copies) as rows,
         (select coalesce(jsonb_agg(jsonb_build_array(size, groups)), '[]')
            from (select pg_catalog.width_bucket(copies, array[2, 3, 4, 5, 10, 100]::bigint[]) as size,
                         count(*) as groups
                    from (select count(*) as copies from copies group by leader) g group by 1) s) as sizes,
         (select count(*) from copies where at is null) as untimed,
         (select coalesce(jsonb_agg(jsonb_build_array(gap, pairs, together)), '[]') from gaps) as gaps,
         (select count(distinct leader) from shared) as shared_groups,
         (select count(distinct tx) from shared) as shared_transactions,
         (select coalesce(max(groups), 0) from (select count(*) as groups from shared group by tx) s) as shared_most,
         (select case when count(at) = 0 then null when bool_and(at = pg_catalog.date_trunc('day', at, 'UTC')) then 'day' when bool_and(at = pg_catalog.date_trunc('second', at, 'UTC')) then 'second' when bool_and(at = pg_catalog.date_trunc('millisecond', at, 'UTC')) then 'millisecond' else 'microsecond' end from copies) as precision,
         (select coalesce(jsonb_agg(jsonb_build_array(hour, rows)), '[]') from later) as hours,
         (select extract(epoch from max(at)) * 1000 from arrivals where turn > 1) as last,
         (select extract(epoch from max(case when "at" between '0001-01-02' and '9999-12-30' then "at" end)) * 1000
           from only "public"."texts" where case when (id < 4) then (id / 2) is distinct from null else false end) as newest,
         extract(epoch from now()) * 1000 as now,
         (select (select to_jsonb(d) from (select count(*) filter (where c1 <> 0) as c1, count(*) filter (where c1 = 2) as c1_filled
           from (select case when min(c1) <> max(c1) then 1 when count(c1) not in (0, count(*)) then 2 else 0 end
               as c1 from copies group by leader) per_group) d)) as differs;
-- [10,10,100]
