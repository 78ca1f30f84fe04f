import type { Dedupe, ResolvedReference } from '../../model/dedupe.ts';
import { quoteColumns, quoteName } from '../quote.ts';
import { otherBytes, rowsOf, sameRow } from '../relation.ts';
import { isFirst } from './ranked-members.ts';

/**
 * SQL: for each set of columns that others refer to, how many rows outside a group have the values of one of its losers:
 * their children would be taken for the loser's. (A loser that has its survivor's values gives no children away.) Where
 * the values are unique there are none; a damaged index only says that they are. OFFSET 0 keeps the planner from
 * believing it: it would look for one match of each value and stop.
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
                  from ranked r
                  join ${rowsOf(image)} l on ${sameRow('l', 'r')}
                  join ${rowsOf(image)} s on ${isFirst('s', 'r')}
                 where r.rank > 1 and ${otherBytes(valuesOf('l', columns), valuesOf('s', columns))}) gone
          join (select tableoid, ctid, ${quoteColumns(columns)} from ${rowsOf(image)} offset 0) x on ${same.join(' and ')}
          left join ranked own on ${sameRow('x', 'own')}
         where own.grp is distinct from gone.msgdb_grp`;
}

function valuesOf(alias: string, columns: readonly string[]): readonly string[] {
  return columns.map((column) => `${alias}.${quoteName(column)}`);
}
