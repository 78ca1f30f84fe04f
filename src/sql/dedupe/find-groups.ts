import type { Key } from '../../model/dedupe.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { quoteName } from '../quote.ts';
import { covered, rowsOf } from '../relation.ts';
import { partSql } from '../terms.ts';
import { atPlaces } from './found-rows.ts';
import { hashedRows, hashOf, keyedRows, keyNames, withHash } from './keyed.ts';
import { MOMENT, MOST_HASHES } from './newcomers.ts';

/** As many of the largest groups can be shown. */
const MOST_SAMPLES = 1_000;

/**
 * Hashes that more than one row has, each once, with how many, and their first place where the table is read. Sorting
 * eight bytes is cheaper than sorting keys, unless an index has them sorted: it is read alone, and knows no places. Keys
 * of equal hashes are not rare: of a bigint PostgreSQL hashes the exclusive or of its halves, 1 and 2^32 alike.
 */
export function suspectHashes(key: Key): string {
  if (key.grouping === 'index') {
    const names = keyNames(key).join(', ');
    return `
      select hash, sum(copies)::bigint as copies, null::tid as first
        from (select ${hashOf(key, keyNames(key))} as hash, count(*) as copies
                from (${keyedRows(key)}) keyed
               group by ${names}
              having count(*) > 1) keys
       group by hash`;
  }
  return `
      select hash, count(*) as copies, min(tid) as first
        from (${hashedRows(key)}) hashed
       group by hash
      having count(*) > 1`;
}

/** How many hashes are suspect, and all of them; null when they are too many. */
export function listSuspects(key: Key): Statement {
  return statement(`
      select count(*) as count, case when count(*) <= ${MOST_HASHES} then array_agg(hash)::text end as hashes
        from (select hash from (${suspectHashes(key)}) s limit ${MOST_HASHES + 1}) listed`);
}

/**
 * In one read: how many rows are covered, how many hashes are suspect, all of them unless they are too many, and those
 * with the most rows. The last grouping set is all rows: HAVING leaves it and the suspects.
 */
export function findSuspects(key: Key): Statement {
  return statement(`
      with found as materialized (
        select hash, count(*) as copies, grouping(hash) = 1 as whole
          from (${hashedRows(key)}) hashed
         group by grouping sets ((hash), ())
        having count(*) > 1 or grouping(hash) = 1)
      select ${MOMENT} as moment,
             (select copies from found where whole) as covered,
             (select count(*) from found where not whole) as groups,
             ${handOut}`);
}

/** Hashes of the groups that were found: every one of them, unless they are too many, and the largest. */
const handOut = `
             (select case when count(*) <= ${MOST_HASHES} then array_agg(hash)::text end
                from (select hash from found where not whole limit ${MOST_HASHES + 1}) listed) as every,
             (select array_agg(hash)::text
                from (select hash from found where not whole order by copies desc, hash limit ${MOST_SAMPLES}) listed) as largest`.trim();

/**
 * Counts groups, rows beyond the first of each and the size of the largest by the real key, so that nothing is left to be confirmed: GROUP BY uses its types' own equality and collation,
 * as the index does. A key that has no hash is not handed out. `order`: of the parts, as an index has them; with grouping sets
 * PostgreSQL does not find that out, nor that rows come sorted unless they are asked for so.
 */
export function countByKey(key: Key, order: readonly number[] = key.columns.map((_, place) => place)): Statement {
  const names = order.map((place) => keyNames(key)[place]).join(', ');
  const hashed = key.grouping !== 'sort';
  const rows = key.grouping === 'index' ? `${keyedRows(key)}\n         order by ${names}` : keyedRows(key);
  return statement(`
      with found as materialized (
        select ${hashed ? `${hashOf(key, keyNames(key))} as hash, ` : ''}count(*) as copies, grouping(k1) = 1 as whole
          from (${rows}) keyed
         group by grouping sets ((${names}), ())
        having count(*) > 1 or grouping(k1) = 1)
      select ${hashed ? `${MOMENT} as moment,\n             ` : ''}(select copies from found where whole) as covered,
             counted.*${hashed ? `,\n             ${handOut}` : ''}
        from (select count(*) as groups, coalesce(sum(copies - 1), 0) as excess_rows, coalesce(max(copies), 0) as largest_group
                from found where not whole) counted`);
}

/** The groups that `countByKey` would have, as the planner is asked how it would find them. */
export function groupByKey(key: Key): Statement {
  return statement(`select from (${keyedRows(key)}) keyed group by ${keyNames(key).join(', ')}`);
}

/** The rows that it would read. */
export function readKeys(key: Key): Statement {
  return statement(`select ${keyNames(key).join(', ')} from (${keyedRows(key)}) keyed`);
}

/**
 * The first groups with copies, largest first, with the places of their rows. Values of the key are text. With hashes,
 * only the groups among their rows; with places as well, only the rows there are looked at. Places are numbered first: an array of all rows of a group is held in memory, whatever
 * work_mem says.
 */
export function sampleGroups(
  key: Key,
  { groups, mostPlaces }: { readonly groups: number; readonly mostPlaces: number },
  { hashes, places }: { readonly hashes: string | undefined; readonly places: string | undefined },
): Statement {
  const names = keyNames(key).join(', ');
  const texts = keyNames(key).map((name) => `(array_agg(${name}::text) filter (where place = 1))[1] as ${name}`);
  const values = [places, hashes].filter((each) => each !== undefined);
  const suspects = hashes === undefined ? keyedRows(key) : `${keyedRows(key)} ${withHash(key, values.length)}`;
  const rows = places === undefined ? suspects : atPlaces(suspects);
  return statement(
    `
      select count(*) as copies, ${texts.join(', ')},
             to_jsonb(array_agg(tab::bigint order by place) filter (where place <= ${mostPlaces})) as tabs,
             to_jsonb(array_agg(tid::text order by place) filter (where place <= ${mostPlaces})) as tids
        from (select keyed.*, row_number() over (partition by ${names} order by tab, tid) as place
                from (${rows}) keyed) numbered
       group by ${names}
      having count(*) > 1
       order by count(*) desc, min(tid)
       limit ${groups}`,
    values,
  );
}

/**
 * Counts the groups whose rows differ in a column that has to be equal, among those at the places that are known. NULL is a
 * value like any other here.
 */
export function countDisagreeing(key: Key, columns: readonly string[], places: string | undefined): Statement {
  const differ = columns.map((name) => {
    const column = quoteName(name);
    return `count(distinct ${column}) > 1 or count(${column}) not in (0, count(*))`;
  });
  const parts = key.columns.map(partSql);
  const rows = `select * from ${rowsOf(key)} where ${covered(key, parts)}`;
  return statement(
    `
      select count(*) as groups
        from (select from (${places === undefined ? rows : atPlaces(rows)}) covered
               group by ${parts.join(', ')}
              having count(*) > 1 and (${differ.join(' or ')})) disagreeing`,
    places === undefined ? [] : [places],
  );
}
