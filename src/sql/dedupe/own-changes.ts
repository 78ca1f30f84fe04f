import type { Dedupe, Key, ResolvedReference, TableImage } from '../../model/dedupe.ts';
import { quoteName } from '../quote.ts';
import { refersTo } from '../refers-to.ts';
import { covered, otherBytes, rowsOf, sameRow } from '../relation.ts';
import { partSql, valueSql } from '../terms.ts';
import { futureColumn, futureRows } from './future-rows.ts';
import { mergeValue } from './merge-value.ts';

/** SQL: marked losers that would still be copies in their group: further passes would find them, and mark them, for ever. */
export function findUnmarked(key: Key, image: TableImage, marked: readonly { readonly column: string }[]): string {
  const future = futureRows(image, {
    head: { msgdb_grp: 'r.grp', msgdb_rank: 'r.rank', msgdb_tab: 'r.tab', msgdb_tid: 'r.tid' },
    value: (name) => {
      const place = marked.findIndex(({ column }) => column === name);
      return place < 0
        ? undefined
        : `case when k.tab is null then c.${quoteName(name)} else k.${futureColumn(place)} end`;
    },
    from: `ranked r join ${rowsOf(image)} c on ${sameRow('c', 'r')} left join marked k on k.tab = r.tab and k.tid = r.tid`,
  });
  const keys = key.columns.map(partSql);
  return `
        select tab, tid
          from (select msgdb_tab as tab, msgdb_tid as tid, msgdb_rank as rank,
                       count(*) over (partition by msgdb_grp, ${keys.join(', ')}) as copies
                  from (${future}) as ${quoteName(image.table.name)}
                 where ${covered(key, keys)}) left_over
         where copies > 1 and rank > 1`;
}

/**
 * SQL: survivors that would take another key from their losers while children name what they have: those of the losers
 * are re-pointed to it before.
 */
export function findReferred({ image, merges, losers }: Dedupe, reference: ResolvedReference): string {
  const places = reference.referenced.map((name) => merges.findIndex(({ column }) => column === name));
  const changed = places.flatMap((place) => (place < 0 ? [] : [place]));
  const notGone = `not exists (select from ranked g where g.rank > 1 and ${sameRow('d', 'g')})`;
  const stays = typeof losers === 'string' ? ` and ${notGone}` : '';
  const present = changed.map((place) => `c.${quoteName(merges[place]?.column ?? '')}::${merges[place]?.baseType}`);
  return `
        select t.tab, t.tid
          from taken t
          join ranked own on own.tab = t.tab and own.tid = t.tid
          join ${rowsOf(image)} c on ${sameRow('c', 't')}
         where ${otherBytes(
           present,
           changed.map((place) => `t.${futureColumn(place)}`),
         )}
           and exists (
               select from ranked m
                 join ${rowsOf(image)} l on ${sameRow('l', 'm')}
                 join ${rowsOf(reference.child)} d on ${refersTo(reference, 'd', 'l')}
                where m.grp = own.grp${stays})`;
}

/** `taken`: survivors with what they take; `marked`: losers with what is set; each with its place and the values. */
export function ownTables({ image, merges, losers }: Dedupe): readonly string[] {
  const members = (more: string): string => `
          from (select r.grp as msgdb_grp, r.rank as msgdb_rank, r.tab as msgdb_tab, r.tid as msgdb_tid,
                       msgdb_t as msgdb_row, msgdb_t.*
                  from ranked r
                  join ${rowsOf(image)} msgdb_t on ${sameRow('msgdb_t', 'r')}) members${more}`;
  const values = merges.map((merge, place) => `(${mergeValue(merge)})::${merge.baseType} as ${futureColumn(place)}`);
  const present = merges.map(({ column, baseType }) => `c.${quoteName(column)}::${baseType}`);
  const taken = merges.map((_, place) => `m.${futureColumn(place)}`);
  const set = typeof losers === 'object' ? losers.set : [];
  const marks = set.map(
    ({ baseType, value }, place) => `(${valueSql(value, baseType)})::${baseType} as ${futureColumn(place)}`,
  );
  return [
    ...(merges.length > 0
      ? [
          `taken as materialized (
        select true as moves, r.tab, r.tid, ${taken.join(', ')}
          from (select msgdb_grp as grp, ${values.join(', ')}${members(' group by msgdb_grp')}) m
          join ranked r on r.grp = m.grp and r.rank = 1
          join ${rowsOf(image)} c on ${sameRow('c', 'r')}
         where ${otherBytes(present, taken)})`,
        ]
      : []),
    ...(set.length > 0
      ? [
          `marked as materialized (
        select true as moves, msgdb_tab as tab, msgdb_tid as tid, ${marks.join(', ')}${members(' where msgdb_rank > 1')})`,
        ]
      : []),
  ];
}
