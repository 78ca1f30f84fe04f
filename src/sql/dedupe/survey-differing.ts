import type { Dedupe } from '../../model/plan.ts';
import { quoteName } from '../quote.ts';
import { otherBytes, rowsOf, sameRow } from '../relation.ts';
import { isFirst } from './ranked-members.ts';

/** SQL: in how many `ranked` groups losers differ from their survivor, by column, and how many are left alone for it. */
export function countDiffering(dedupe: Dedupe): string {
  const { compared, image } = dedupe;
  const bits = compared.map(
    (column, place) => `bool_or(${otherBytes([of('t', column)], [of('s', column)])}) as d${place}`,
  );
  const names = compared.map((_, place) => `d${place}`);
  return `
      select count(*) filter (where ${names.join(' or ') || 'false'}) as groups,
             to_jsonb(array[${names.map((name) => `count(*) filter (where ${name})`).join(', ')}]::bigint[]) as columns,
             count(*) filter (where left_alone) as left_groups,
             coalesce(sum(copies - 1) filter (where left_alone), 0) as left_rows
        from (select ${[...bits, `bool_or(${leftAlone(dedupe)}) as left_alone`, 'r.copies'].join(',\n                     ')}
                from ranked r
                join ${rowsOf(image)} t on ${sameRow('t', 'r')}
                join ${rowsOf(image)} s on ${isFirst('s', 'r')}
               where r.rank > 1
               group by r.grp, r.copies) every_group`;
}

/**
 * SQL: a loser `t` and its survivor `s` differ in a column that has to be equal, or, where differing stops, in any that
 * counts. The latter to the byte: 1.0 and 1.00, or 'a' and 'A' in citext, are two values that somebody has stored.
 */
export function leftAlone({ agree, onDiffer, compared }: Dedupe): string {
  const disagrees = agree.map((column) => `${of('t', column)} is distinct from ${of('s', column)}`);
  const stops = onDiffer === 'stop' && compared.length > 0;
  const differs = stops ? [otherBytes(all('t', compared), all('s', compared))] : [];
  return [...disagrees, ...differs].join(' or ') || 'false';
}

function all(alias: string, columns: readonly string[]): readonly string[] {
  return columns.map((column) => of(alias, column));
}

function of(alias: string, column: string): string {
  return `${alias}.${quoteName(column)}`;
}
