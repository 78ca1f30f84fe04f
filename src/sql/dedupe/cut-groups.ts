import type { Dedupe } from '../../model/dedupe.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { rowsOf, workTable } from '../relation.ts';
import { survivorOrder } from '../terms.ts';
import { sameStaged, stagedNames } from './places.ts';
import { STAGED } from './stage.ts';
import { groupStays } from './survey-differing.ts';

const BEST = workTable('best');
const PARTS = workTable('parts');

/** Only where what is done to a loser depends on the survivor alone, and not on the other losers. */
export function mayCut(dedupe: Dedupe): boolean {
  const { merges, references, losers } = dedupe;
  return merges.length === 0 && references.length === 0 && typeof losers === 'string' && groupStays(dedupe) === 'false';
}

/**
 * Cuts groups of more than `most` rows into parts of `size` rows, each with the row that survives: a part is staged as a
 * group is, after all groups. What survives of a part is judged when it is locked, by what its rows are then; should it be
 * another row, that one stays, and the parts without their best row are left to the next pass.
 */
export function cutGroups(
  dedupe: Dedupe,
  { most, size }: { readonly most: number; readonly size: number },
): readonly Statement[] {
  const { key, image } = dedupe;
  const names = stagedNames(image);
  const same = (alias: string): string => `${alias}.grp = b.grp and ${alias}.tab = b.tab and ${alias}.tid = b.tid`;
  return [
    statement(`drop table if exists ${BEST}, ${PARTS}`),
    statement(
      `
      create unlogged table ${BEST} as
      select distinct on (msgdb_grp) msgdb_grp as grp, msgdb_tab as tab, msgdb_tid as tid
        from (select s.grp as msgdb_grp, t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.*
                from ${STAGED} s join ${rowsOf(key)} t on ${sameStaged(image, 't', 's')}
               where s.size > $1::text::bigint) large
       order by msgdb_grp, ${survivorOrder(dedupe.order)}`,
      [most],
    ),
    statement(
      `
      create unlogged table ${PARTS} as
      with parted as (
        select s.*, b.grp is not null as large,
               case when b.grp is null then 0
                    else (row_number() over (partition by s.grp order by s.tab, s.tid) - 1) / $1::text::bigint end as part
          from ${STAGED} s left join ${BEST} b on b.grp = s.grp
         where b.grp is null or not (${same('s')})
        union all
        select s.*, true, part
          from ${BEST} b
          join ${STAGED} s on ${same('s')}
         cross join generate_series(0, (s.size - 2) / $1::text::bigint) part)
      select dense_rank() over (order by large, grp, part) as grp, count(*) over (partition by grp, part) as size,
             tab, tid${names}, large
        from parted`,
      [size],
    ),
    statement(`truncate ${STAGED}`),
    statement(`insert into ${STAGED} (grp, size, tab, tid${names}) select grp, size, tab, tid${names} from ${PARTS}`),
    statement(`analyze ${STAGED}`),
    statement(`
      select coalesce(max(grp), 0) as groups, count(*) as rows, min(grp) filter (where large) as cut from ${PARTS}`),
  ];
}
