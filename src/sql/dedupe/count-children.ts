import type { Dedupe, ResolvedReference } from '../../model/dedupe.ts';
import { quoteName } from '../quote.ts';
import { referencedValue, refersTo } from '../refers-to.ts';
import { rowsOf } from '../relation.ts';
import { childCount } from '../terms.ts';

/**
 * The FROM item `rows` (with msgdb_tab and msgdb_tid, the place of each row), with the counts that a survivor order by
 * children asks for. Each reference is counted once for all rows: a count a row would read a child table without an index
 * over and over.
 */
export function withChildCounts({ image, order, references }: Dedupe, rows: string): string {
  const asked = [...new Set(order.flatMap((term) => ('children' in term ? term.children : [])))];
  const counted = asked.flatMap((place) => {
    const reference = references[place];
    return reference ? [{ place, reference }] : [];
  });
  if (counted.length === 0) return rows;
  const columns = counted.map(({ place }) => `, coalesce(kids${place}.n, 0) as ${childCount(place)}`);
  const joins = counted.map(
    ({ place, reference }) => `
          left join (select p.msgdb_tab, p.msgdb_tid, count(*) as n
                       from (select msgdb_tab, msgdb_tid from ${rows}) p
                       join ${rowsOf(image)} s on s.tableoid = p.msgdb_tab and s.ctid = p.msgdb_tid
                       join ${childrenOf(reference)}
                      group by p.msgdb_tab, p.msgdb_tid) kids${place}
            on kids${place}.msgdb_tab = ranking.msgdb_tab and kids${place}.msgdb_tid = ranking.msgdb_tid`,
  );
  return `
        (select ranking.*${columns.join('')}
           from (select * from ${rows}) ranking${joins.join('')}) counted`;
}

/** Does a survivor order ask for counts? */
export function countsChildren({ order }: Pick<Dedupe, 'order'>): boolean {
  return order.some((term) => 'children' in term);
}

/** The children `c` of the row `s`. An array counts once, however often it holds the row. */
function childrenOf(reference: ResolvedReference): string {
  if (reference.kind !== 'array') return `${rowsOf(reference.child)} c on ${refersTo(reference, 'c', 's')}`;
  const column = quoteName(reference.columns[0]?.name ?? '');
  return `(select distinct a.tableoid, a.ctid, held.value
                               from ${rowsOf(reference.child)} a
                              cross join lateral unnest(a.${column}) as held(value)) c
                         on ${referencedValue(reference, 's', 0)} = c.value`;
}
