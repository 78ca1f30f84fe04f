import type { ChildKey, ResolvedReference, TableImage } from '../../model/dedupe.ts';
import type { MovedUnique } from '../../model/movement.ts';
import { quoteName } from '../quote.ts';
import { referencedValue, refersTo } from '../refers-to.ts';
import { covered, otherBytes, rowsOf, sameRow } from '../relation.ts';
import { futureColumn, futureRows, futureValue } from './future-rows.ts';
import { isFirst } from './ranked-members.ts';

/**
 * SQL: losers' children with the values they would take; where copies are possible, the survivors' own children as well.
 * `ranked` are the parents, with the place of their survivor; `which` of the losers' children, `c`, are meant.
 */
export function findKin(reference: ResolvedReference, parent: TableImage, ranked: string, which = 'true'): string {
  const losers = findMovingKin(reference, parent, ranked, { which });
  if (reference.uniques.length === 0) return losers;
  const present = reference.columns.map((column) => `c.${quoteName(column.name)}`);
  return `${losers}
        union all
        select false, c.tableoid, c.ctid, ${present.join(', ')}
          from ${ranked} kept
          join ${rowsOf(parent)} s on ${sameRow('s', 'kept')}
          join ${rowsOf(reference.child)} c on ${refersTo(reference, 'c', 's')}
         where kept.rank = 1`;
}

/** Of losers' children, all or some; and what else of them, as SQL over the loser's ranked row, `lost`. */
export interface MovingKin {
  readonly which?: string;
  readonly more?: string;
}

/** SQL: the losers' children alone. */
export function findMovingKin(
  reference: ResolvedReference,
  parent: TableImage,
  ranked: string,
  { which = 'true', more = '' }: MovingKin,
): string {
  const { columns, child } = reference;
  const same = columns.map((_, place) => referencedValue(reference, 'l', place));
  const other = columns.map((_, place) => referencedValue(reference, 's', place));
  const future = columns.map((column, place) => `${other[place]}::${column.baseType} as ${futureColumn(place)}`);
  return `
        select true as moves, c.tableoid as tab, c.ctid as tid, ${future.join(', ')}${more}
          from ${ranked} lost
          join ${rowsOf(parent)} l on ${sameRow('l', 'lost')}
          join ${rowsOf(parent)} s on ${isFirst('s', 'lost')}
          join ${rowsOf(child)} c on ${refersTo(reference, 'c', 'l')}
         where lost.rank > 1 and ${otherBytes(same, other)} and ${which}`;
}

type Moved = Pick<ResolvedReference, 'child' | 'columns'>;

/** SQL: the row `c` has another key under the index when it has moved. */
export function movesUnder(columns: Moved['columns'], { about }: Partial<MovedUnique>): string {
  if (about === undefined || columns.every(({ name }) => about.includes(name))) return 'k.moves';
  const changed = columns.flatMap(({ name, baseType }, place) =>
    about.includes(name) ? [{ now: `c.${quoteName(name)}::${baseType}`, future: `k.${futureColumn(place)}` }] : [],
  );
  return `(k.moves and ${otherBytes(
    changed.map(({ now }) => now),
    changed.map(({ future }) => future),
  )})`;
}

/** SQL: those that would be copies under a unique index (tab, tid, rank), with the place of the one that stays. */
export function rankCopies({ child, columns }: Moved, unique: ChildKey & Partial<MovedUnique>, kin: string): string {
  const future = futureRows(child, {
    head: { msgdb_tab: 'c.tableoid', msgdb_tid: 'c.ctid', msgdb_moves: movesUnder(columns, unique) },
    value: futureValue(columns),
    from: `${kin} k join ${rowsOf(child)} c on ${sameRow('c', 'k')}`,
  });
  const keys = unique.columns.join(', ');
  const order = ['msgdb_moves', ...child.identity.map(quoteName), 'msgdb_tab', 'msgdb_tid'].join(', ');
  return `
        select tab, tid, rank, first_tab, first_tid
          from (select msgdb_tab as tab, msgdb_tid as tid,
                       row_number() over siblings as rank,
                       first_value(msgdb_tab) over siblings as first_tab,
                       first_value(msgdb_tid) over siblings as first_tid,
                       count(*) over (partition by ${keys}) as copies
                  from (${future}) future
                 where ${covered(unique, unique.columns)}
                window siblings as (partition by ${keys} order by ${order})) placed
         where copies > 1`;
}
