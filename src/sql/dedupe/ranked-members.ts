import type { Dedupe, Key } from '../../model/plan.ts';
import { rowsOf, sameRow } from '../relation.ts';
import { partSql, survivorOrder } from '../terms.ts';
import { childCounts } from './count-children.ts';
import { hashedRows, keyedRows, keyNames } from './keyed.ts';

/**
 * Common table expressions, for looking: `ranked` has the rows of all groups as a run would rank them (grp, rank, tab,
 * tid), with the number of copies of their group.
 */
export function rankedMembers(dedupe: Dedupe): string {
  const { key } = dedupe;
  const parts = key.columns.map(partSql).join(', ');
  const children = childCounts(dedupe, 'members');
  return `
      ${members(key)},
      ranked as materialized (
        select dense_rank() over (order by first_tab, first_tid) as grp, rank, copies, tab, tid
          from (select tableoid as tab, ctid as tid,
                       row_number() over survivors as rank,
                       first_value(tableoid) over survivors as first_tab,
                       first_value(ctid) over survivors as first_tid,
                       count(*) over (partition by msgdb_grp, ${parts}) as copies
                  from (select m.grp as msgdb_grp, t.tableoid, t.ctid, t.*${children.columns}
                          from members m
                          join ${rowsOf(key)} t on ${sameRow('t', 'm')}${children.joins('t')}) now
                window survivors as (partition by msgdb_grp, ${parts}
                                     order by ${survivorOrder(dedupe.order)})) every_row
         where copies > 1)`;
}

/** The places of all rows of suspect groups: a hash is a filter, the ranking parts rows by the real key. */
function members(key: Key): string {
  if (key.grouping === 'key') {
    return `members as materialized (
        select g.grp, member.tab, member.tid
          from (select row_number() over () as grp, array_agg(tab) as tabs, array_agg(tid) as tids
                  from (${keyedRows(key)}) keyed
                 group by ${keyNames(key).join(', ')}
                having count(*) > 1) g
         cross join lateral unnest(g.tabs, g.tids) as member(tab, tid))`;
  }
  return `suspects as materialized (
        select hash from (${hashedRows(key)}) hashed group by hash having count(*) > 1),
      members as materialized (
        select h.hash as grp, h.tab, h.tid from suspects s join (${hashedRows(key)}) h on h.hash = s.hash)`;
}
