import type { Dedupe, Key } from '../../model/dedupe.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { rowsOf, sameRow } from '../relation.ts';
import { partSql, survivorOrder } from '../terms.ts';
import { withChildCounts } from './count-children.ts';
import { suspectHashes } from './find-groups.ts';
import { hashedRows, keyedRows, keyNames } from './keyed.ts';

/**
 * Common table expressions, for looking: `ranked` has the rows of all groups as a run would rank them (grp, rank, tab,
 * tid), with the number of copies of their group and the place of its survivor (first_tab, first_tid).
 */
export function rankedMembers(dedupe: Dedupe): string {
  const { key } = dedupe;
  const parts = key.columns.map(partSql).join(', ');
  const rows = `
        (select m.grp as msgdb_grp, t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.*
           from members m join ${rowsOf(key)} t on ${sameRow('t', 'm')}) now`;
  return `
      ${members(key)},
      ranked as materialized (
        select dense_rank() over (order by first_tab, first_tid) as grp, rank, copies, tab, tid, first_tab, first_tid
          from (select msgdb_tab as tab, msgdb_tid as tid,
                       row_number() over survivors as rank,
                       first_value(msgdb_tab) over survivors as first_tab,
                       first_value(msgdb_tid) over survivors as first_tid,
                       count(*) over (partition by msgdb_grp, ${parts}) as copies
                  from ${withChildCounts(dedupe, rows)}
                window survivors as (partition by msgdb_grp, ${parts}
                                     order by ${survivorOrder(dedupe.order)})) every_row
         where copies > 1)`;
}

/** SQL: `alias` is the survivor of the ranked row `ranked`. */
export function isFirst(alias: string, ranked: string): string {
  return `${alias}.tableoid = ${ranked}.first_tab and ${alias}.ctid = ${ranked}.first_tid`;
}

/**
 * Settings for a statement that ranks: the planner takes the common table expressions for a few rows and would loop over
 * them (15,000 groups: more than a minute, and half a second with hash joins).
 */
export function rankInBulk(): Statement {
  return statement(`select set_config('enable_nestloop', 'off', true)`);
}

/** The places of all rows of suspect groups: a hash is a filter, the ranking parts rows by the real key. */
function members(key: Key): string {
  if (key.grouping === 'sort') {
    return `members as materialized (
        select g.grp, member.tab, member.tid
          from (select row_number() over () as grp, array_agg(tab) as tabs, array_agg(tid) as tids
                  from (${keyedRows(key)}) keyed
                 group by ${keyNames(key).join(', ')}
                having count(*) > 1) g
         cross join lateral unnest(g.tabs, g.tids) as member(tab, tid))`;
  }
  return `suspects as materialized (
        select hash from (${suspectHashes(key)}) s),
      members as materialized (
        select h.hash as grp, h.tab, h.tid from suspects s join (${hashedRows(key)}) h on h.hash = s.hash)`;
}
