import type { Key } from '../../model/plan.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { quoteLiteral, quoteName, quoteTable } from '../quote.ts';
import { covered, rowsOf, sameRow, workTable } from '../relation.ts';
import { partSql } from '../terms.ts';
import { hashedRows, keyedRows, keyNames } from './keyed.ts';

/** Where a pass keeps the places of all rows of suspect groups: (grp, tab, tid). */
export const STAGED = workTable('staged');
const SUSPECTS = workTable('suspects');

/**
 * Stages the places of all rows of all groups with more than one row, groups numbered in heap order. What is staged is
 * suspected only: a batch ranks by the real key, so that rows whose hashes alone are equal part there.
 */
export function stageGroups(key: Key): readonly Statement[] {
  return [
    readFrom(key),
    statement(`drop table if exists ${STAGED}, ${SUSPECTS}`),
    ...(key.grouping === 'hash' ? stageByHash(key) : [stageByKey(key)]),
    statement(`create index on ${STAGED} (grp)`),
    statement(`analyze ${STAGED}`),
    statement(`select coalesce(max(grp), 0) as groups, count(*) as rows from ${STAGED}`),
  ];
}

/** GROUP BY uses the key types' own equality and collation, as the index does. */
function stageByKey(key: Key): Statement {
  return statement(`
      create unlogged table ${STAGED} as
      select g.grp, member.tab, member.tid
        from (select row_number() over (order by min(tid)) as grp, array_agg(tab) as tabs, array_agg(tid) as tids
                from (${keyedRows(key)}) keyed
               group by ${keyNames(key).join(', ')}
              having count(*) > 1) g
       cross join lateral unnest(g.tabs, g.tids) as member(tab, tid)`);
}

/**
 * Sorting eight bytes instead of the key. The first and the last place of a group are both rows of a pair, so only
 * larger groups need the table to be read again; partitions have their places each for themselves, and always do.
 */
function stageByHash(key: Key): readonly Statement[] {
  return [
    statement(`create unlogged table ${SUSPECTS} as ${suspects(key)}`),
    statement(`analyze ${SUSPECTS}`),
    statement(`
      create unlogged table ${STAGED} as
      with numbered as materialized (
        select *, row_number() over (order by first, hash) as grp from ${SUSPECTS})
      ${membersOf('numbered', 'grp', key)}`),
  ];
}

/** Hashes that more than one row has. */
function suspects(key: Key): string {
  return `
      select hash, count(*) as copies, min(tid) as first, max(tid) as last
        from (${hashedRows(key)}) hashed
       group by hash
      having count(*) > 1`;
}

/** The places of the suspects' rows, with the column `group` of `source`. */
function membersOf(source: string, group: string, key: Key): string {
  const oid = `${quoteLiteral(quoteTable(key.table))}::regclass::oid`;
  const pairs = ['first', 'last'].map(
    (place) => `select ${group}, ${oid} as tab, ${place} as tid from ${source} where copies = 2`,
  );
  const others = `select n.${group}, h.tab, h.tid
        from ${source} n
        join (${hashedRows(key)}) h on h.hash = n.hash
       where n.copies > ${key.partitioned ? 1 : 2}`;
  return [...(key.partitioned ? [] : pairs), others].join('\n      union all ');
}

/**
 * A unique index can lie (after a collation change, or a crash without fsync): read from it alone, a table with copies
 * looks clean. So the rows are read from the table itself, unless an index that promises nothing has the key sorted.
 */
export function readFrom(key: Key): Statement {
  return statement(
    `select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
            set_config('enable_bitmapscan', $1, true)`,
    [key.grouping === 'hash' ? 'off' : 'on'],
  );
}

/** Counts what breaks a rule: covered rows, groups, rows beyond the first of each group. */
export function countDuplicates(key: Key): Statement {
  return key.grouping === 'hash' ? countByHash(key) : countByKey(key);
}

function countByKey(key: Key): Statement {
  return statement(`
      select coalesce(sum(copies), 0) as covered,
             count(*) filter (where copies > 1) as groups,
             coalesce(sum(copies - 1), 0) as excess_rows,
             coalesce(max(copies), 0) as largest_group
        from (select count(*) as copies
                from (${keyedRows(key)}) keyed
               group by ${keyNames(key).join(', ')}) per_key`);
}

/** A hash is a filter, never a verdict: the suspects' rows are read again and grouped by the real key. */
function countByHash(key: Key): Statement {
  const parts = key.columns.map(partSql);
  return statement(`
      with suspects as materialized (${suspects(key)}),
      members as (${membersOf('suspects', 'hash', key)}),
      confirmed as (
        select count(*) as copies
          from (select m.hash as msgdb_hash, t.*
                  from members m
                  join ${rowsOf(key)} t on ${sameRow('t', 'm')}) now
         group by msgdb_hash, ${parts.join(', ')}
        having count(*) > 1)
      select (select count(*) from ${rowsOf(key)} where ${covered(key, parts)}) as covered,
             count(*) as groups,
             coalesce(sum(copies - 1), 0) as excess_rows,
             coalesce(max(copies), 0) as largest_group
        from confirmed`);
}

/** Counts the groups whose rows differ in a column that has to be equal. NULL is a value like any other here. */
export function countDisagreeing(key: Key, columns: readonly string[]): Statement {
  const names = columns.map(quoteName);
  const differ = names.map((name) => `count(distinct ${name}) > 1 or count(${name}) not in (0, count(*))`);
  const parts = key.columns.map(partSql);
  return statement(`
      select count(*) as groups
        from (select from ${rowsOf(key)}
               where ${covered(key, parts)}
               group by ${parts.join(', ')}
              having count(*) > 1 and (${differ.join(' or ')})) disagreeing`);
}

/** The first groups with copies, largest first, with the places of their rows. Values of the key are text. */
export function sampleGroups(key: Key, limit: number): Statement {
  const texts = keyNames(key).map((name) => `(array_agg(${name}::text))[1] as ${name}`);
  return statement(
    `
      select count(*) as copies, ${texts.join(', ')},
             to_jsonb((array_agg(tab::bigint order by tab, tid))[1:10]) as tabs,
             to_jsonb((array_agg(tid::text order by tab, tid))[1:10]) as tids
        from (${keyedRows(key)}) keyed
       group by ${keyNames(key).join(', ')}
      having count(*) > 1
       order by count(*) desc, min(tid)
       limit $1::text::integer`,
    [limit],
  );
}
