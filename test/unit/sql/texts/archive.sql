-- listRuns
select r.id, r.command, r.run_by,
         to_char(r.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as started_at,
         jsonb_agg(jsonb_build_object('schema', l.schema, 'table', l.name, 'kind', l.kind, 'rows', l.rows,
                                      'undone', l.undone) order by l.schema, l.name, l.kind) as tables
    from msgdb.runs r
    join (select run_id, object -> 'table' ->> 'schema' as schema, object -> 'table' ->> 'name' as name, kind,
                 sum(row_count) as rows, sum(restored_count) as undone
            from msgdb.ledger where kind in ('removed', 'updated', 'created')
           group by 1, 2, 3, 4) l on l.run_id = r.id
   group by r.id order by r.started_at desc, r.id desc;


-- showRows
select msgdb_image, "id"::text as "id", "k"::text as "k", "v"::text as "v" from "msgdb"."archive_t_84995649"
  where msgdb_ledger = $1::text::bigint and msgdb_restored_at is null order by ctid limit $2::text::integer;
-- [3,2]


-- purgeRows
with gone as (delete from "msgdb"."archive_t_84995649" where msgdb_ledger = $1::text::bigint
               returning msgdb_image)
 select count(*) filter (where msgdb_image <> 'after') as rows from gone;
-- [3]


-- markPurged
update msgdb.ledger set kind = 'purged' where id = $1::text::bigint;
-- [3]


-- oldEntries
select l.id, l.run_id, l.object ->> 'archive' as archive
   from msgdb.ledger l join msgdb.runs r on r.id = l.run_id
  where l.kind in ('removed', 'updated', 'created')
    and r.started_at < clock_timestamp() - $1::text::double precision * interval '1 millisecond'
  order by l.id;
-- [3600000]


-- oldEntries: of a run of this hour
select l.id, l.run_id, l.object ->> 'archive' as archive
   from msgdb.ledger l join msgdb.runs r on r.id = l.run_id
  where l.kind in ('removed', 'updated', 'created')
    and r.started_at < clock_timestamp() - $1::text::double precision * interval '1 millisecond'
  order by l.id;
-- [3600000]
