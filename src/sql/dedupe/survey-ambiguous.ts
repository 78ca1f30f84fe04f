import type { Dedupe, ResolvedReference } from '../../model/plan.ts';
import { quoteColumns, quoteName } from '../quote.ts';
import { rowsOf, sameRow } from '../relation.ts';

/**
 * SQL: for each set of columns that others refer to: how many rows outside a group have the values of one of its losers. Their
 * children would be taken for the loser's. Where a unique index is not damaged there are none. OFFSET 0 keeps the planner
 * from believing that index: it would look for one match of each value and stop.
 */
export function countAmbiguous(dedupe: Dedupe): string {
  const counts = namedColumns(dedupe.references).map((columns) => `(${countOthers(dedupe, columns)})`);
  return `
      select to_jsonb(array[${counts.join(', ')}]::bigint[]) as others`;
}

/** The sets of columns that the references name, each once. */
export function namedColumns(references: readonly ResolvedReference[]): readonly (readonly string[])[] {
  return [...new Map(references.map(({ referenced }) => [JSON.stringify(referenced), referenced])).values()];
}

function countOthers({ image }: Dedupe, columns: readonly string[]): string {
  const same = columns.map((column) => `x.${quoteName(column)} = gone.${quoteName(column)}`);
  return `
        select count(*)
          from (select r.grp as msgdb_grp, ${quoteColumns(columns, 'l')}
                  from ranked r join ${rowsOf(image)} l on ${sameRow('l', 'r')}
                 where r.rank > 1) gone
          join (select tableoid, ctid, ${quoteColumns(columns)} from ${rowsOf(image)} offset 0) x on ${same.join(' and ')}
          left join ranked own on ${sameRow('x', 'own')}
         where own.grp is distinct from gone.msgdb_grp`;
}
