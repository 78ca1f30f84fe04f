import type { Dedupe } from '../../model/dedupe.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { rowsOf, sameRow, workTable } from '../relation.ts';
import { suspectHashes } from './find-groups.ts';
import { atPlaces } from './found-rows.ts';
import {
  allowIndexes,
  hashedRows,
  keyedRows,
  keyNames,
  readFrom,
  resetParallelCost,
  sortInParallel,
  withHash,
} from './keyed.ts';
import { stagedColumns, stagedNames } from './places.ts';

/**
 * Where a pass keeps the places of all rows of suspect groups: (grp, size, tab, tid), and what distinguishes the row from
 * another that has its place by then.
 */
export const STAGED = workTable('staged');
const SUSPECTS = workTable('suspects');

/** Which staged groups a batch takes: their numbers, inclusive. */
export interface GroupRange {
  readonly from: number;
  readonly to: number;
}

/** The same, with the number of rows that they have together. */
export interface Batch extends GroupRange {
  readonly rows: number;
}

/** What a look has found, as PostgreSQL writes arrays: the hashes of suspects, or the places of all of their rows. */
export type Known = { readonly hashes: string } | { readonly places: string };

/** What is staged: the groups of a key, in a table with this primary key. */
type Source = Pick<Dedupe, 'key' | 'image'>;

/**
 * Stages the places of all rows of all groups with more than one row, groups numbered in heap order. What is staged is
 * suspected only: a batch ranks by the real key, so that rows whose hashes alone are equal part there. Known are
 * the hashes that a look has found, and then only rows that have one of them are staged; or the places of all rows.
 */
export function stageGroups(source: Source, known?: Known): readonly Statement[] {
  return [
    readFrom(source.key),
    statement(`drop table if exists ${STAGED}, ${SUSPECTS}`),
    ...stage(source, known),
    allowIndexes(),
    statement(`create index on ${STAGED} (grp)`),
    statement(`analyze ${STAGED}`),
    statement(
      `select coalesce(max(grp), 0) as groups, count(*) as rows, coalesce(max(size), 0) as largest from ${STAGED}`,
    ),
  ];
}

/**
 * The last group of a batch that begins with group `from`, goes no further than `to` and takes about this many rows, and how
 * many it has: it takes whole groups.
 */
export function endOfBatch({ from, to }: GroupRange, rows: number): Statement {
  return statement(
    `select max(grp) as last, count(*) as rows
       from (select grp from ${STAGED} where grp between $1::text::bigint and $2::text::bigint order by grp
              fetch first ($3::text::bigint) rows with ties) listed`,
    [from, to, rows],
  );
}

function stage(source: Source, known: Known | undefined): readonly Statement[] {
  const { key, image } = source;
  if (key.grouping === 'sort') return [stageByKey(source)];
  if (known && 'places' in known) {
    return [stageMembers(source, atPlaces(hashedRows(key, stagedColumns(image))), [known.places])];
  }
  if (known) {
    // The planner takes every row to have one of the hashes.
    return [
      sortInParallel(),
      stageMembers(source, `${hashedRows(key, stagedColumns(image))} ${withHash(key)}`, [known.hashes]),
      resetParallelCost(),
    ];
  }
  return key.grouping === 'index' ? stageByIndex(source) : stageByHash(source);
}

/** GROUP BY uses the key types' own equality and collation, as the index does. */
function stageByKey({ key, image }: Source): Statement {
  return statement(`
      create unlogged table ${STAGED} as
      select m.grp, m.size, m.tab, m.tid${stagedColumns(image, 't')}
        from (select g.grp, g.size, member.tab, member.tid
                from (select row_number() over (order by min(tid)) as grp, count(*) as size,
                             array_agg(tab) as tabs, array_agg(tid) as tids
                        from (${keyedRows(key)}) keyed
                       group by ${keyNames(key).join(', ')}
                      having count(*) > 1) g
               cross join lateral unnest(g.tabs, g.tids) as member(tab, tid)) m
        join ${rowsOf(key)} t on ${sameRow('t', 'm')}`);
}

/**
 * Finds the groups first, then reads the table again for their rows. Taking the rows along, as the first and last place
 * of a pair, costs as much (0.76 s against 0.85 s at 5 M rows), and the second read serves groups of any size.
 */
function stageByHash({ key, image }: Source): readonly Statement[] {
  return [
    sortInParallel(),
    statement(`
      create unlogged table ${SUSPECTS} as
      select hash, copies as size, row_number() over (order by first, hash) as grp from (${suspectHashes(key)}) s`),
    // Without statistics, and with row_number() in the same statement, the join would not run in parallel.
    statement(`analyze ${SUSPECTS}`),
    statement(`
      create unlogged table ${STAGED} as
      select s.grp, s.size, h.tab, h.tid${stagedNames(image)}
        from ${SUSPECTS} s join (${hashedRows(key, stagedColumns(image))}) h on h.hash = s.hash`),
    resetParallelCost(),
  ];
}

function stageByIndex(source: Source): readonly Statement[] {
  const { key, image } = source;
  return [
    statement(`create unlogged table ${SUSPECTS} as ${suspectHashes(key)}`),
    statement(`analyze ${SUSPECTS}`),
    stageMembers(
      source,
      `select h.* from ${SUSPECTS} s join (${hashedRows(key, stagedColumns(image))}) h on h.hash = s.hash`,
    ),
  ];
}

/** Numbers groups when their rows are known, by the first of them. */
function stageMembers({ image }: Source, members: string, values: readonly string[] = []): Statement {
  return statement(
    `
      create unlogged table ${STAGED} as
      with members as materialized (${members}),
      numbered as (
        select hash, count(*) as size, row_number() over (order by min(tid), hash) as grp
          from members group by hash having count(*) > 1)
      select n.grp, n.size, m.tab, m.tid${stagedNames(image)} from numbered n join members m on m.hash = n.hash`,
    values,
  );
}
