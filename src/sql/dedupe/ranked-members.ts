import type { Dedupe, Key } from '../../model/dedupe.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { covered, rowsOf, sameRow } from '../relation.ts';
import { partSql, survivorOrder } from '../terms.ts';
import { withChildCounts } from './count-children.ts';
import { atPlaces } from './found-rows.ts';
import { hashedRows, keyedRows, keyHash, keyNames } from './keyed.ts';

/** Whether the rows of all groups are looked for in the table, or at the places that `$1` holds. */
export type Among = 'every row' | 'places';

/**
 * Common table expressions, for looking: `ranked` has the rows of all groups as a run would rank them (grp, rank, tab,
 * tid), with the number of copies of their group and the place of its survivor (first_tab, first_tid).
 */
export function rankedMembers(dedupe: Dedupe, among: Among): string {
  const { key } = dedupe;
  const parts = key.columns.map(partSql).join(', ');
  const rows = among === 'places' ? `(${atPlaces(membersOf(key))}) now` : membersFound(key);
  return `
      ${among === 'places' ? '' : `${members(key)},\n      `}ranked as materialized (
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

/** SQL, up to its conditions: the rows of the table, each with its place and the group that its hash puts it in. */
export function membersOf(key: Key): string {
  const columns = `${keyHash(key)} as msgdb_grp, tableoid as msgdb_tab, ctid as msgdb_tid, t.*`;
  return `select ${columns} from ${rowsOf(key)} t where ${covered(key, key.columns.map(partSql))}`;
}

function membersFound(key: Key): string {
  return `
        (select m.grp as msgdb_grp, t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.*
           from members m join ${rowsOf(key)} t on ${sameRow('t', 'm')}) now`;
}

/**
 * The places of all rows of suspect groups, in one read: a hash is a filter, the ranking parts rows by the real key. A count
 * over each part of a sort costs no more than a join with the hashes that more than one row has (2 M rows: 1.5 s for 1.5 s at
 * 1 % copies, 1.9 s for 2.8 s at 80 %).
 */
function members(key: Key): string {
  const [grp, rows, same] =
    key.grouping === 'sort' ? ['0', keyedRows(key), keyNames(key).join(', ')] : ['hash', hashedRows(key), 'hash'];
  return `members as materialized (
        select grp, tab, tid
          from (select ${grp}::bigint as grp, tab, tid, count(*) over (partition by ${same}) as copies
                  from (${rows}) every_row) counted
         where copies > 1)`;
}
