import type { Key } from '../../model/plan.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { covered, rowsOf, workTable } from '../relation.ts';
import { partSql } from '../terms.ts';

/** Where a pass keeps the places of all rows of suspect groups. */
export const STAGED = workTable('staged');

/** Settings for the transaction that looks for groups: sorting, in parallel, beats hashing and compiling here. */
export const FIND_SETTINGS: Readonly<Record<string, string>> = {
  enable_hashagg: 'off',
  jit: 'off',
  work_mem: '128MB',
};

/** The key of each covered row under the names k1, k2, …, with the row's place. */
function keyed(key: Key, extra: readonly string[] = []): string {
  const columns = key.columns.map((column, place) => `${partSql(column)} as k${place + 1}`);
  return `
        select tableoid as tab, ctid as tid, ${[...columns, ...extra].join(', ')}
          from ${rowsOf(key)}
         where ${covered(key, key.columns.map(partSql))}`;
}

export function keyNames(key: Key, alias?: string): readonly string[] {
  return key.columns.map((_, place) => (alias ? `${alias}.k${place + 1}` : `k${place + 1}`));
}

/**
 * Stages the places of all rows of all groups with more than one row, groups numbered in heap order. GROUP BY uses the
 * key types' own equality and collation, as the index does.
 */
export function stageGroups(key: Key): readonly Statement[] {
  return [
    statement(`drop table if exists ${STAGED}`),
    statement(`
      create unlogged table ${STAGED} as
      select g.grp, member.tab, member.tid
        from (select row_number() over (order by min(tid)) as grp, array_agg(tab) as tabs, array_agg(tid) as tids
                from (${keyed(key)}) keyed
               group by ${keyNames(key).join(', ')}
              having count(*) > 1) g
       cross join lateral unnest(g.tabs, g.tids) as member(tab, tid)`),
    statement(`create index on ${STAGED} (grp)`),
    statement(`analyze ${STAGED}`),
    statement(`select coalesce(max(grp), 0) as groups, count(*) as rows from ${STAGED}`),
  ];
}

/** Counts what breaks a rule: covered rows, groups, rows beyond the first of each group. */
export function countDuplicates(key: Key): Statement {
  return statement(`
      select coalesce(sum(copies), 0) as covered,
             count(*) filter (where copies > 1) as groups,
             coalesce(sum(copies - 1), 0) as excess_rows,
             coalesce(max(copies), 0) as largest_group
        from (select count(*) as copies
                from (${keyed(key)}) keyed
               group by ${keyNames(key).join(', ')}) per_key`);
}

/** The first groups with copies, largest first, with the places of their rows. Values of the key are text. */
export function sampleGroups(key: Key, limit: number): Statement {
  const texts = keyNames(key).map((name) => `(array_agg(${name}::text))[1] as ${name}`);
  return statement(
    `
      select count(*) as copies, ${texts.join(', ')},
             to_jsonb((array_agg(tab::bigint order by tab, tid))[1:10]) as tabs,
             to_jsonb((array_agg(tid::text order by tab, tid))[1:10]) as tids
        from (${keyed(key)}) keyed
       group by ${keyNames(key).join(', ')}
      having count(*) > 1
       order by count(*) desc, min(tid)
       limit $1::text::integer`,
    [limit],
  );
}
