import type { Key } from '../../model/dedupe.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { hashedRows, hashOf, hashOfRow, keyedRows, keyNames, withHash } from './keyed.ts';

/** The places of more rows than this are not handed out: 3 MB. */
const MOST_PLACES = 200_000;

/**
 * Counts what breaks a rule among the rows of suspect hashes, by the real key: a hash is a filter, never a verdict.
 * Groups, rows beyond the first of each, the size of the largest; and where their rows are, in the order of the heap, so that
 * nothing has to look for them again. A place in a partition says nothing without the partition: of those none is handed out.
 */
export function findRows(key: Key, hashes: string): Statement {
  // By the hash first: texts are compared only where it is equal.
  const same = ['hash', ...keyNames(key)].join(', ');
  const places = key.partitioned
    ? ''
    : `,
             (select case when count(*) between 1 and ${MOST_PLACES} then jsonb_build_object(
                       'places', array_agg(tid order by tid)::text, 'mark', ${markOfRows}) end
                from (select tid, hash from members where copies > 1 limit ${MOST_PLACES + 1}) listed) as found`;
  return statement(
    `
      with members as materialized (
        select tid, hash, count(*) over same as copies, row_number() over same as place
          from (select tid, ${keyNames(key).join(', ')}, ${hashOf(key, keyNames(key))} as hash
                  from (${keyedRows(key)} ${withHash(key)}) keyed) hashed
        window same as (partition by ${same}))
      select count(*) filter (where place = 1) as groups, count(*) filter (where place > 1) as excess_rows,
             coalesce(max(copies), 0) as largest_group${places}
        from members where copies > 1`,
    [hashes],
  );
}

/** What the rows at these places have for keys now: the same mark as then, if every one is where it was, with its key. */
export function readMark(key: Key, places: string): Statement {
  return statement(`select ${markOfRows} as mark from (${atPlaces(hashedRows(key))}) now`, [places]);
}

/** SQL: 64 bits of the places and hashes of rows (tid, hash) in any order. */
const markOfRows = `bit_xor(${hashOfRow(['tid', 'hash'])})::text`;

/**
 * Of rows that are selected by a condition, those at the places that `$1` holds: looked up one by one, in a LATERAL
 * subquery that the planner cannot turn into a join. It would read the whole table for a few of its rows.
 */
export function atPlaces(rows: string): string {
  return `
        select msgdb_at.*
          from unnest($1::tid[]) msgdb_found(msgdb_place)
         cross join lateral (${rows} and ctid = msgdb_place offset 0) msgdb_at`;
}
