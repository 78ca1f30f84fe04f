import type { ImageColumn } from '../model/dedupe.ts';
import { type Statement, statement } from '../model/statement.ts';
import { OWN } from './own-schema.ts';
import { quoteName } from './quote.ts';

/** Runs that have rows in the archive, newest first, with counts by table and kind. */
export function listRuns(): Statement {
  return statement(`
      select r.id, r.command, r.run_by,
             to_char(r.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as started_at,
             jsonb_agg(jsonb_build_object('schema', l.schema, 'table', l.name, 'kind', l.kind, 'rows', l.rows,
                                          'undone', l.undone) order by l.schema, l.name, l.kind) as tables
        from ${OWN}.runs r
        join (select run_id, object -> 'table' ->> 'schema' as schema, object -> 'table' ->> 'name' as name, kind,
                     sum(row_count) as rows, sum(restored_count) as undone
                from ${OWN}.ledger where kind in ('removed', 'updated', 'created')
               group by 1, 2, 3, 4) l on l.run_id = r.id
       group by r.id order by r.started_at desc, r.id desc`);
}

/** Archived rows of a ledger entry, every column as text. */
export function showRows(archive: string, entry: number, columns: readonly ImageColumn[], limit: number): Statement {
  const texts = columns.map(({ name }) => `${quoteName(name)}::text as ${quoteName(name)}`);
  return statement(
    `select msgdb_image, ${texts.join(', ')} from ${quoteName(OWN)}.${quoteName(archive)}
      where msgdb_ledger = $1::text::bigint and msgdb_restored_at is null order by ctid limit $2::text::integer`,
    [entry, limit],
  );
}

/** Forgets the images of an entry; what it changed can no longer be undone. */
export function purgeRows(archive: string, entry: number): Statement {
  return statement(
    `with gone as (delete from ${quoteName(OWN)}.${quoteName(archive)} where msgdb_ledger = $1::text::bigint
                   returning msgdb_image)
     select count(*) filter (where msgdb_image <> 'after') as rows from gone`,
    [entry],
  );
}

/** Notes of an entry whose images are gone that they were purged. */
export function markPurged(entry: number): Statement {
  return statement(`update ${OWN}.ledger set kind = 'purged' where id = $1::text::bigint`, [entry]);
}

/** Entries with images of runs that began longer ago than a number of milliseconds. */
export function oldEntries(olderThanMs: number): Statement {
  return statement(
    `select l.id, l.run_id, l.object ->> 'archive' as archive
       from ${OWN}.ledger l join ${OWN}.runs r on r.id = l.run_id
      where l.kind in ('removed', 'updated', 'created')
        and r.started_at < clock_timestamp() - $1::text::double precision * interval '1 millisecond'
      order by l.id`,
    [olderThanMs],
  );
}
