import type { Key } from '../../model/plan.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { workTable } from '../relation.ts';
import { suspectHashes } from './find-groups.ts';
import { hashedRows, keyedRows, keyNames, readAnyhow, readFrom, withHash } from './keyed.ts';

/** Where a pass keeps the places of all rows of suspect groups: (grp, size, tab, tid). */
export const STAGED = workTable('staged');
const SUSPECTS = workTable('suspects');

/**
 * Stages the places of all rows of all groups with more than one row, groups numbered in heap order. What is staged is
 * suspected only: a batch ranks by the real key, so that rows whose hashes alone are equal part there. With `hashes`,
 * what a look has found already, only rows that have one of them are staged.
 */
export function stageGroups(key: Key, hashes?: string): readonly Statement[] {
  return [
    readFrom(key),
    statement(`drop table if exists ${STAGED}, ${SUSPECTS}`),
    ...stage(key, hashes),
    readAnyhow(),
    statement(`create index on ${STAGED} (grp)`),
    statement(`analyze ${STAGED}`),
    statement(`select coalesce(max(grp), 0) as groups, count(*) as rows from ${STAGED}`),
  ];
}

function stage(key: Key, hashes: string | undefined): readonly Statement[] {
  if (key.grouping === 'sort') return [stageByKey(key)];
  if (hashes !== undefined) return [stageMembers(`${hashedRows(key)} ${withHash(key)}`, [hashes])];
  return key.grouping === 'index' ? stageByIndex(key) : stageByHash(key);
}

/** GROUP BY uses the key types' own equality and collation, as the index does. */
function stageByKey(key: Key): Statement {
  return statement(`
      create unlogged table ${STAGED} as
      select g.grp, g.size, member.tab, member.tid
        from (select row_number() over (order by min(tid)) as grp, count(*) as size,
                     array_agg(tab) as tabs, array_agg(tid) as tids
                from (${keyedRows(key)}) keyed
               group by ${keyNames(key).join(', ')}
              having count(*) > 1) g
       cross join lateral unnest(g.tabs, g.tids) as member(tab, tid)`);
}

/**
 * Finds the groups first, then reads the table again for their rows. Taking the rows along, as the first and last place
 * of a pair, costs as much (0.76 s against 0.85 s at 5 M rows), and the second read serves groups of any size.
 */
function stageByHash(key: Key): readonly Statement[] {
  return [
    statement(`
      create unlogged table ${SUSPECTS} as
      select hash, copies as size, row_number() over (order by first, hash) as grp from (${suspectHashes(key)}) s`),
    // Without statistics, and with row_number() in the same statement, the join would not run in parallel.
    statement(`analyze ${SUSPECTS}`),
    statement(`
      create unlogged table ${STAGED} as
      select s.grp, s.size, h.tab, h.tid from ${SUSPECTS} s join (${hashedRows(key)}) h on h.hash = s.hash`),
  ];
}

function stageByIndex(key: Key): readonly Statement[] {
  return [
    statement(`create unlogged table ${SUSPECTS} as ${suspectHashes(key)}`),
    statement(`analyze ${SUSPECTS}`),
    stageMembers(`select h.tab, h.tid, h.hash from ${SUSPECTS} s join (${hashedRows(key)}) h on h.hash = s.hash`),
  ];
}

/** Numbers groups when their rows are known, by the first of them. */
function stageMembers(members: string, values: readonly string[] = []): Statement {
  return statement(
    `
      create unlogged table ${STAGED} as
      with members as materialized (${members}),
      numbered as (
        select hash, count(*) as size, row_number() over (order by min(tid), hash) as grp
          from members group by hash having count(*) > 1)
      select n.grp, n.size, m.tab, m.tid from numbered n join members m on m.hash = n.hash`,
    values,
  );
}
