import type { ChildKey, ResolvedReference, TableImage } from '../../model/plan.ts';
import { quoteName } from '../quote.ts';
import { referencedValue, refersTo } from '../refers-to.ts';
import { covered, otherBytes, rowsOf, sameRow } from '../relation.ts';
import { futureColumn } from './children.ts';
import { isFirst } from './ranked-members.ts';

/**
 * SQL: losers' children with the values they would take; where copies are possible, the survivors' own children as well.
 * `ranked` are the parents, with the place of their survivor.
 */
export function findKin(reference: ResolvedReference, parent: TableImage, ranked: string): string {
  const { columns, child, uniques } = reference;
  const same = columns.map((_, place) => referencedValue(reference, 'l', place));
  const other = columns.map((_, place) => referencedValue(reference, 's', place));
  const future = columns.map((column, place) => `${other[place]}::${column.type} as ${futureColumn(place)}`);
  const present = columns.map((column) => `c.${quoteName(column.name)}`);
  const losers = `
        select true as moves, c.tableoid as tab, c.ctid as tid, ${future.join(', ')}
          from ${ranked} lost
          join ${rowsOf(parent)} l on ${sameRow('l', 'lost')}
          join ${rowsOf(parent)} s on ${isFirst('s', 'lost')}
          join ${rowsOf(child)} c on ${refersTo(reference, 'c', 'l')}
         where lost.rank > 1 and ${otherBytes(same, other)}`;
  if (uniques.length === 0) return losers;
  return `${losers}
        union all
        select false, c.tableoid, c.ctid, ${present.join(', ')}
          from ${ranked} kept
          join ${rowsOf(parent)} s on ${sameRow('s', 'kept')}
          join ${rowsOf(child)} c on ${refersTo(reference, 'c', 's')}
         where kept.rank = 1`;
}

/** SQL: those that would be copies under a unique index (tab, tid, rank), with the place of the one that stays. */
export function rankCopies({ child, columns }: ResolvedReference, unique: ChildKey, kin: string): string {
  const future = child.columns.map(({ name }) => {
    const place = columns.findIndex((column) => column.name === name);
    return place < 0 ? `c.${quoteName(name)}` : `k.${futureColumn(place)} as ${quoteName(name)}`;
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
                  from (select c.tableoid as msgdb_tab, c.ctid as msgdb_tid, k.moves as msgdb_moves, ${future.join(', ')}
                          from ${kin} k join ${rowsOf(child)} c on ${sameRow('c', 'k')}) future
                 where ${covered(unique, unique.columns)}
                window siblings as (partition by ${keys} order by ${order})) placed
         where copies > 1`;
}
