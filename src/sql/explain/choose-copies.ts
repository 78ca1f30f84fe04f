import type { Key } from '../../model/dedupe.ts';
import { suspectHashes } from '../dedupe/find-groups.ts';
import { hashedRows, keyedRows, keyNames } from '../dedupe/keyed.ts';

/**
 * Common table expressions that end in `members (grp, tab, tid)`: the places of the rows of at most $1 groups, of at most
 * $2 rows of each, and of groups until $3 rows are reached. Which groups is decided by a hash, so they are a fair sample
 * and the same ones in every run.
 */
export function chosenMembers(key: Key): string {
  return key.grouping === 'hash' ? chosenByHash(key) : chosenByKey(key);
}

function chosenByHash(key: Key): string {
  return `
      suspects as materialized (select hash, copies from (${suspectHashes(key)}) s),
      chosen as materialized (
        select hash
          from (select *, ${rowsBefore('hash')} as rows_before
                  from (select * from suspects order by hash limit $1::text::integer) sampled) counted
         where rows_before < $3::text::integer),
      members as materialized (
        select hash as grp, tab, tid
          from (select h.*, row_number() over (partition by h.hash order by h.tab, h.tid) as place
                  from chosen c join (${hashedRows(key)}) h on h.hash = c.hash) placed
         where place <= $2::text::integer)`;
}

/** GROUP BY uses the key types' own equality and collation, as the index does. */
function chosenByKey(key: Key): string {
  return `
      suspects as (
        select count(*) as copies, pg_catalog.hashtidextended(min(tid), 0) as hash,
               (array_agg(tab))[1:$2::text::integer] as tabs, (array_agg(tid))[1:$2::text::integer] as tids
          from (${keyedRows(key)}) keyed
         group by ${keyNames(key).join(', ')}
        having count(*) > 1
         order by 2
         limit $1::text::integer),
      chosen as materialized (
        select row_number() over () as grp, tabs, tids
          from (select *, ${rowsBefore('hash')} as rows_before from suspects) counted
         where rows_before < $3::text::integer),
      members as materialized (
        select chosen.grp, member.tab, member.tid
          from chosen cross join lateral unnest(chosen.tabs, chosen.tids) as member(tab, tid))`;
}

/** Rows to look at of the groups that come before one in the sample. */
function rowsBefore(order: string): string {
  return `coalesce(sum(least(copies, $2::text::integer)) over (
                           order by ${order} rows between unbounded preceding and 1 preceding), 0)`;
}
