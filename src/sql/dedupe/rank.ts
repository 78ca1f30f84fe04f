import type { Dedupe } from '../../model/plan.ts';
import { statement } from '../../model/statement.ts';
import { covered, rowsOf, sameRow, workTable } from '../relation.ts';
import { partSql, survivorOrder } from '../terms.ts';
import { childCounts } from './count-children.ts';
import { identityColumns, identityNames } from './places.ts';
import { STAGED } from './stage.ts';
import type { BatchStatement } from './statements.ts';
import { leftAlone } from './survey-groups.ts';

/** The ranked rows of a batch: (grp, rank, tab, tid), rank 1 survives. */
export const RANKED = workTable('ranked');
const LOCKED = workTable('locked');

/** Which staged groups a batch takes: their numbers, inclusive. */
export interface GroupRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Locks the staged rows of a range of groups, then ranks them by what they are now: a row that moved is left to the
 * next pass, a row whose key changed no longer stands with its group, and a group of one has no losers. Ranking
 * before locking could remove every row of a group (READ COMMITTED lets the survivor go meanwhile).
 */
export function lockAndRank(dedupe: Dedupe, range: GroupRange): readonly BatchStatement[] {
  const { key } = dedupe;
  const keys = key.columns.map(partSql);
  const children = childCounts(dedupe, LOCKED);
  return [
    work(`drop table if exists ${LOCKED}, ${RANKED}`),
    work(`create unlogged table ${LOCKED} (grp bigint, tab oid, tid tid)`),
    work(
      `
      insert into ${LOCKED}
      select s.grp, t.tableoid, t.ctid
        from ${STAGED} s
        join ${rowsOf(key)} t on ${sameRow('t', 's')}
       where s.grp between $1::text::bigint and $2::text::bigint
       order by s.grp, t.ctid
         for update of t`,
      [range.from, range.to],
    ),
    // A group of which a row has moved is left to the next pass as a whole: part of it would choose another survivor.
    work(
      `
      delete from ${LOCKED} l using (
        select s.grp from ${STAGED} s
          left join ${LOCKED} o on o.tab = s.tab and o.tid = s.tid
         where s.grp between $1::text::bigint and $2::text::bigint and o.grp is null) torn
       where l.grp = torn.grp`,
      [range.from, range.to],
    ),
    work(`analyze ${LOCKED}`),
    work(`
      create unlogged table ${RANKED} as
      select dense_rank() over (order by grp, first_tab, first_tid) as grp, rank, tab, tid${identityNames(dedupe.image)}
        from (select msgdb_grp as grp, tableoid as tab, ctid as tid${identityColumns(dedupe.image)},
                     row_number() over survivors as rank,
                     first_value(tableoid) over survivors as first_tab,
                     first_value(ctid) over survivors as first_tid,
                     count(*) over (partition by msgdb_grp, ${keys.join(', ')}) as copies
                from (select l.grp as msgdb_grp, t.tableoid, t.ctid, t.*${children.columns}
                        from ${LOCKED} l
                        join ${rowsOf(key)} t on ${sameRow('t', 'l')}${children.joins('t')}) now
               where ${covered(key, keys)}
              window survivors as (partition by msgdb_grp, ${keys.join(', ')}
                                   order by ${survivorOrder(dedupe.order)})) ranked
       where copies > 1`),
    ...dropDisagreeing(dedupe),
    work(`analyze ${RANKED}`),
    {
      role: 'losers',
      statement: statement(`select count(*) filter (where rank > 1) as rows from ${RANKED}`),
    },
  ];
}

/** Takes out groups whose rows differ where they have to be equal. */
function dropDisagreeing(dedupe: Dedupe): readonly BatchStatement[] {
  const differs = leftAlone(dedupe);
  if (differs === 'false') return [];
  return [
    {
      role: 'disagreeing',
      statement: statement(`
      with disagreeing as (
        select distinct l.grp
          from ${RANKED} l
          join ${RANKED} first on first.grp = l.grp and first.rank = 1
          join ${rowsOf(dedupe.key)} t on ${sameRow('t', 'l')}
          join ${rowsOf(dedupe.key)} s on ${sameRow('s', 'first')}
         where ${differs}),
      left_alone as (delete from ${RANKED} r using disagreeing d where r.grp = d.grp returning 1)
      select count(*) as rows from disagreeing`),
    },
  ];
}

function work(text: string, values: readonly number[] = []): BatchStatement {
  return { role: 'work', statement: statement(text, values) };
}
