import type { Dedupe } from '../../model/dedupe.ts';
import { type Movement, movementsOf } from '../../model/movement.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { isSameTable } from '../../model/table-name.ts';
import { covered, rowsOf, workTable } from '../relation.ts';
import { partSql, survivorOrder } from '../terms.ts';
import { countsChildren } from './count-children.ts';
import { identityColumns, sameStaged, stagedNames } from './places.ts';
import { STAGED } from './stage.ts';
import { groupStays } from './survey-differing.ts';

const LARGE = workTable('large');
const PARTS = workTable('parts');

/** Only where what is done to a loser depends on the survivor alone, and not on the other losers. */
export function mayCut(dedupe: Dedupe): boolean {
  const { key, merges, references } = dedupe;
  if (merges.length > 0 || countsChildren(dedupe) || groupStays(dedupe) !== 'false') return false;
  return movementsOf(references).every(
    (movement) => movesFreely(movement) && !isSameTable(movement.child.table, key.table),
  );
}

/** No child is in another one's way, however many of them come to one survivor. */
function movesFreely({ uniques, guards, removes, circular, links }: Movement): boolean {
  return uniques.length + guards.length === 0 && !removes && !circular && links.every(({ kind }) => kind !== 'array');
}

/**
 * Cuts groups of more than `most` rows into parts of `size` rows, each with the row that survives: a part is staged as a
 * group is, after all groups. What survives of a part is judged when it is locked, by what its rows are then; should it be
 * another row, that one stays, and the parts without their best row are left to the next pass. Rows of one hash are kept
 * apart by the real key first: a part of several keys would part the copies of some of them.
 */
export function cutGroups(
  dedupe: Dedupe,
  { most, size }: { readonly most: number; readonly size: number },
): readonly Statement[] {
  const { key, image } = dedupe;
  const names = stagedNames(image);
  const keys = key.columns.map(partSql);
  const group = ['msgdb_grp', ...keys].join(', ');
  // The table may have columns of the names that are staged.
  const [written, marks] =
    image.identity.length > 0
      ? ['', identityColumns(image)]
      : [', s.written as msgdb_written', ', msgdb_written as written'];
  return [
    statement(`drop table if exists ${LARGE}, ${PARTS}`),
    statement(
      `
      create unlogged table ${LARGE} as
      select msgdb_grp as grp, dense_rank() over (order by ${group}) as number, row_number() over survivors as rank,
             count(*) over (partition by ${group}) as copies, msgdb_tab as tab, msgdb_tid as tid${marks}
        from (select s.grp as msgdb_grp, t.tableoid as msgdb_tab, t.ctid as msgdb_tid${written}, t.*
                from ${STAGED} s join ${rowsOf(key)} t on ${sameStaged(image, 't', 's')}
               where s.size > $1::text::bigint) large
       where ${covered(key, keys)}
      window survivors as (partition by ${group} order by ${survivorOrder(dedupe.order)})`,
      [most],
    ),
    statement(
      `
      create unlogged table ${PARTS} as
      with parted as (
        select grp, 0::bigint as number, 0::bigint as part, tab, tid${names}, false as large
          from ${STAGED} where size <= $1::text::bigint
        union all
        select grp, number, part, tab, tid${names}, copies > $1::text::bigint
          from ${LARGE}
         cross join lateral (
           select 0::bigint as part where copies <= $1::text::bigint
            union all
           select (rank - 2) / $2::text::bigint where rank > 1 and copies > $1::text::bigint
            union all
           select generate_series(0, (copies - 2) / $2::text::bigint) where rank = 1 and copies > $1::text::bigint) parts
         where copies > 1)
      select dense_rank() over (order by large, grp, number, part) as grp,
             count(*) over (partition by large, grp, number, part) as size, tab, tid${names}, large
        from parted`,
      [most, size],
    ),
    statement(`truncate ${STAGED}`),
    statement(`insert into ${STAGED} (grp, size, tab, tid${names}) select grp, size, tab, tid${names} from ${PARTS}`),
    statement(`analyze ${STAGED}`),
    statement(`
      select coalesce(max(grp), 0) as groups, count(*) as rows, min(grp) filter (where large) as cut,
             count(*) filter (where not large) as uncut
        from ${PARTS}`),
  ];
}
