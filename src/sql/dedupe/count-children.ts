import type { Dedupe, ResolvedReference } from '../../model/plan.ts';
import { quoteName } from '../quote.ts';
import { referencedValue, refersTo } from '../refers-to.ts';
import { rowsOf, sameRow } from '../relation.ts';
import { childCount } from '../terms.ts';

/** What a survivor order by children needs beside the row's own columns. */
export interface ChildCounts {
  /** To be selected, with a comma in front; empty when the order does not ask. */
  readonly columns: string;
  /** To be joined to the row, whose alias is given. */
  readonly joins: (row: string) => string;
}

/**
 * Counts the rows that refer to each of the rows at `places` (a relation with tab, tid), each reference once for all of
 * them: a count a row would read a child table without an index over and over.
 */
export function childCounts({ image, order, references }: Dedupe, places: string): ChildCounts {
  const asked = [...new Set(order.flatMap((term) => ('children' in term ? term.children : [])))];
  const counted = asked.flatMap((place) => {
    const reference = references[place];
    return reference ? [{ place, reference }] : [];
  });
  return {
    columns: counted.map(({ place }) => `, coalesce(kids${place}.n, 0) as ${childCount(place)}`).join(''),
    joins: (row) =>
      counted
        .map(
          ({ place, reference }) => `
                        left join (select p.tab, p.tid, count(*) as n
                                     from ${places} p
                                     join ${rowsOf(image)} s on ${sameRow('s', 'p')}
                                     join ${childrenOf(reference)}
                                    group by p.tab, p.tid) kids${place} on ${sameRow(row, `kids${place}`)}`,
        )
        .join(''),
  };
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
