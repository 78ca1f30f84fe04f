import type { Dedupe } from '../../model/dedupe.ts';
import { quoteName } from '../quote.ts';
import { otherBytes, rowsOf, sameRow } from '../relation.ts';
import { type Among, isFirst } from './ranked-members.ts';

/** A join gives at most 1,664 columns (54011), and comparing takes two for each: more are compared slice by slice. */
const MOST_JOINED = 600;

/** SQL: in how many `ranked` groups losers differ from their survivor, by column, and how many are left alone for it. */
export function countDiffering(dedupe: Dedupe, among: Among): string {
  const { compared } = dedupe;
  if (isWide(dedupe)) return countWide(dedupe);
  const names = compared.map((_, place) => `d${place}`);
  return `
      select count(*) filter (where ${names.join(' or ') || 'false'}) as groups,
             to_jsonb(${countEach(names)}) as columns,
             count(*) filter (where left_alone) as left_groups,
             coalesce(sum(copies - 1) filter (where left_alone), 0) as left_rows
        from (select ${[...differences(compared), `bool_or(${groupStays(dedupe)}) as left_alone`, 'r.copies'].join(',\n                     ')}
                from ranked r ${joinPairs(dedupe, among)}
               where r.rank > 1
               group by r.grp, r.copies) every_group`;
}

/** The same for more columns than a join can give: the rows are compared as values, and counted slice by slice. */
function countWide(dedupe: Dedupe): string {
  const slices = slicesOf(dedupe.compared).map((columns) => {
    const names = columns.map((_, place) => `d${place}`);
    return `(select ${countEach(names)}
                from (select ${differences(columns).join(', ')}
                        from ranked r
                        join ${rowsOf(dedupe.image)} t on ${sameRow('t', 'r')}
                        join ${rowsOf(dedupe.image)} s on ${isFirst('s', 'r')}
                       where r.rank > 1
                       group by r.grp) every_group)`;
  });
  return `
      select count(*) filter (where differs) as groups,
             to_jsonb(${slices.join(' || ')}) as columns,
             count(*) filter (where left_alone) as left_groups,
             coalesce(sum(copies - 1) filter (where left_alone), 0) as left_rows
        from (select bool_or(${differs(dedupe)}) as differs, bool_or(${groupStays(dedupe)}) as left_alone, r.copies
                from ranked r ${joinPairs(dedupe)}
               where r.rank > 1
               group by r.grp, r.copies) every_group`;
}

/**
 * SQL: a loser `t` and its survivor `s` differ in a column that has to be equal, or, where differing stops, in any that
 * counts. The latter to the byte: 1.0 and 1.00, or 'a' and 'A' in citext, are two values that somebody has stored.
 */
export function groupStays(dedupe: Dedupe): string {
  const { agree, onDiffer, compared } = dedupe;
  const disagrees = agree.map((column) => `${of('t', column)} is distinct from ${of('s', column)}`);
  const stops = onDiffer === 'stop' && compared.length > 0;
  return [...disagrees, ...(stops ? [differs(dedupe)] : [])].join(' or ') || 'false';
}

/**
 * SQL: JOINs that give a loser and its survivor as `groupStays` takes them. OFFSET 0 keeps PostgreSQL from joining the
 * columns of a wide row instead of its value, and from reading the whole table for rows that are few.
 */
export function joinRow(dedupe: Dedupe, alias: 't' | 's', where: string, among: Among = 'every row'): string {
  const rows = rowsOf(dedupe.image);
  if (!isWide(dedupe)) {
    if (among === 'every row') return `join ${rows} ${alias} on ${where}`;
    return `join lateral (select ${alias}.* from ${rows} ${alias} where ${where} offset 0) ${alias} on true`;
  }
  const agree = dedupe.agree.map((column) => `${of(alias, column)}, `).join('');
  return `join lateral (select ${agree}row(${all(alias, dedupe.compared).join(', ')})::record as msgdb_compared
                          from ${rows} ${alias} where ${where} offset 0) ${alias} on true`;
}

/** SQL: JOINs that give each ranked row `r` as `t`, and its survivor as `s`. */
export function joinPairs(dedupe: Dedupe, among: Among = 'every row'): string {
  return `${joinRow(dedupe, 't', sameRow('t', 'r'), among)}
                ${joinRow(dedupe, 's', isFirst('s', 'r'), among)}`;
}

function differs(dedupe: Dedupe): string {
  const { compared } = dedupe;
  return isWide(dedupe) ? 't.msgdb_compared *<> s.msgdb_compared' : otherBytes(all('t', compared), all('s', compared));
}

function isWide({ compared, agree }: Dedupe): boolean {
  return compared.length + agree.length > MOST_JOINED;
}

function slicesOf(columns: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(columns.length / MOST_JOINED) }, (_, slice) =>
    columns.slice(slice * MOST_JOINED, (slice + 1) * MOST_JOINED),
  );
}

/** For each column whether a group differs in it: d0, d1, … */
function differences(columns: readonly string[]): readonly string[] {
  return columns.map((column, place) => `bool_or(${otherBytes([of('t', column)], [of('s', column)])}) as d${place}`);
}

function countEach(names: readonly string[]): string {
  return `array[${names.map((name) => `count(*) filter (where ${name})`).join(', ')}]::bigint[]`;
}

function all(alias: string, columns: readonly string[]): readonly string[] {
  return columns.map((column) => of(alias, column));
}

function of(alias: string, column: string): string {
  return `${alias}.${quoteName(column)}`;
}
