import type { Dedupe, Key, ResolvedReference, TableImage } from '../../model/dedupe.ts';
import { type Movement, movementsOf } from '../../model/movement.ts';
import { isSameTable } from '../../model/table-name.ts';
import { quoteName } from '../quote.ts';
import { refersTo } from '../refers-to.ts';
import { covered, otherBytes, rowsOf, sameRow } from '../relation.ts';
import { partSql, valueSql } from '../terms.ts';
import type { Changed } from './exclusions.ts';
import { futureColumn, futureRows, futureValue, joinLinks } from './future-rows.ts';
import { joinMoves, memberRows, movedValue, type OwnMove } from './members.ts';
import { mergeValue } from './merge-value.ts';
import { findMoving } from './survey-movements.ts';

/** SQL: marked losers that would still be copies in their group: further passes would find them, and mark them, for ever. */
export function findUnmarked(key: Key, image: TableImage, marked: readonly { readonly name: string }[]): string {
  const future = futureRows(image, {
    head: { msgdb_grp: 'r.grp', msgdb_rank: 'r.rank', msgdb_tab: 'r.tab', msgdb_tid: 'r.tid' },
    value: (name) => {
      const place = marked.findIndex((column) => column.name === name);
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
 * SQL: survivors that would take another key from their losers, or a NULL in it, while children name what they have: those
 * of the losers are re-pointed to it before.
 */
export function findReferred(
  { image, merges, losers }: Dedupe,
  reference: ResolvedReference,
  takes: 'another key' | 'a NULL',
): string {
  const places = reference.referenced.map((name) => merges.findIndex(({ column }) => column === name));
  const changed = places.flatMap((place) => (place < 0 ? [] : [place]));
  const notGone = `not exists (select from ranked g where g.rank > 1 and ${sameRow('d', 'g')})`;
  const stays = typeof losers === 'string' ? ` and ${notGone}` : '';
  const present = changed.map((place) => `c.${quoteName(merges[place]?.column ?? '')}::${merges[place]?.baseType}`);
  const future = changed.map((place) => `t.${futureColumn(place)}`);
  const empty = takes === 'a NULL' ? ` and pg_catalog.num_nulls(${future.join(', ')}) > 0` : '';
  return `
        select t.tab, t.tid
          from taken t
          join ranked own on own.tab = t.tab and own.tid = t.tid
          join ${rowsOf(image)} c on ${sameRow('c', 't')}
         where ${otherBytes(present, future)}${empty}
           and exists (
               select from ranked m
                 join ${rowsOf(image)} l on ${sameRow('l', 'm')}
                 join ${rowsOf(reference.child)} d on ${refersTo(reference, 'd', 'l')}
                where m.grp = own.grp${stays})`;
}

/**
 * SQL: survivors that would take a reference to a row of the table itself that goes, or that takes another key. Their own
 * references, and those of their losers, have been re-pointed by then; an expression may give anything.
 */
export function findGone(dedupe: Dedupe, reference: ResolvedReference): string {
  const { image, merges } = dedupe;
  const changed = merges.flatMap(({ column, baseType }, place) =>
    reference.referenced.includes(column) ? [{ now: `c.${quoteName(column)}::${baseType}`, place }] : [],
  );
  const gets = otherBytes(
    changed.map(({ now }) => now),
    changed.map(({ place }) => `t.${futureColumn(place)}`),
  );
  const going = [
    'select tab, tid from ranked where rank > 1',
    ...(changed.length > 0
      ? [`select t.tab, t.tid from taken t join ${rowsOf(image)} c on ${sameRow('c', 't')} where ${gets}`]
      : []),
  ].join(' union all ');
  const future = futureRows(image, {
    head: { msgdb_tab: 'c.tableoid', msgdb_tid: 'c.ctid' },
    value: futureValue(takenColumns(dedupe)),
    from: `taken k join ${rowsOf(image)} c on ${sameRow('c', 'k')}`,
  });
  return `
        select f.msgdb_tab as tab, f.msgdb_tid as tid
          from (${future}) f
         where exists (select from (${going}) g join ${rowsOf(image)} l on ${sameRow('l', 'g')}
                        where ${refersTo(reference, 'f', 'l')})
           and not exists (select from ${rowsOf(image)} s
                            where ${refersTo(reference, 'f', 's')}
                              and not exists (select from (${going}) g where ${sameRow('s', 'g')}))`;
}

/**
 * `taken`: survivors with what they take; `marked`: losers with what is set; each with its place and the values of
 * `takenColumns` and `markedColumns`. What refers to the table itself is re-pointed before.
 */
export function ownTables(dedupe: Dedupe): readonly string[] {
  const { image, merges, losers } = dedupe;
  const marks = typeof losers === 'object' ? losers.set : [];
  if (merges.length + marks.length === 0) return [];
  const links = ownMovements(dedupe);
  const moves = links.map(({ columns }, place) => ({ rows: `own${place}`, columns }));
  const members = memberRows(image, 'ranked', moves);
  const also = alsoMoved(moves, merges);
  const wanted = merges.map((merge, place) => `(${mergeValue(merge)})::${merge.baseType} as ${futureColumn(place)}`);
  const present = merges.map(({ column, baseType }) => `${presentValue(moves, column)}::${baseType}`);
  const taken = merges.map((_, place) => `m.${futureColumn(place)}`);
  const moved = also.map((name, place) => `, ${presentValue(moves, name)} as ${futureColumn(merges.length + place)}`);
  const given = marks.map(
    ({ baseType, value }, place) => `(${valueSql(value, baseType)})::${baseType} as ${futureColumn(place)}`,
  );
  const kept = alsoMoved(moves, marks).map(
    (name, place) => `, ${quoteName(name)} as ${futureColumn(marks.length + place)}`,
  );
  return [
    ...links.flatMap((movement, place) => ownMoves(movement, image, place)),
    ...(merges.length > 0
      ? [
          `taken as materialized (
        select true as moves, r.tab, r.tid, ${taken.join(', ')}${moved.join('')}
          from (select msgdb_grp as grp, ${wanted.join(', ')} from ${members} group by msgdb_grp) m
          join ranked r on r.grp = m.grp and r.rank = 1
          join ${rowsOf(image)} c on ${sameRow('c', 'r')}${joinMoves(moves, 'r')}
         where ${otherBytes(present, taken)})`,
        ]
      : []),
    ...(marks.length > 0
      ? [
          `marked as materialized (
        select true as moves, msgdb_tab as tab, msgdb_tid as tid, ${given.join(', ')}${kept.join('')}
          from ${members} where msgdb_rank > 1)`,
        ]
      : []),
  ];
}

/** Columns of `taken`, in the order of their values. */
export function takenColumns(dedupe: Dedupe): readonly { readonly name: string }[] {
  return changedColumns(dedupe, dedupe.merges);
}

/** Columns of `marked`, in the order of their values. */
export function markedColumns(dedupe: Dedupe): readonly { readonly name: string }[] {
  return typeof dedupe.losers === 'object' ? changedColumns(dedupe, dedupe.losers.set) : [];
}

function changedColumns(dedupe: Dedupe, written: readonly Written[]): readonly { readonly name: string }[] {
  if (written.length === 0) return [];
  const also = alsoMoved(ownMovements(dedupe), written);
  return [...written.map(({ column }) => ({ name: column })), ...also.map((name) => ({ name }))];
}

interface Written {
  readonly column: string;
}

/** Columns that are re-pointed, and not written over then. */
function alsoMoved(moves: readonly Pick<OwnMove, 'columns'>[], written: readonly Written[]): readonly string[] {
  const names = moves.flatMap(({ columns }) => columns.map(({ name }) => name));
  return names.filter((name) => written.every(({ column }) => column !== name));
}

/** Rows of the table that have been re-pointed when survivors take values and losers are marked; losers that go are gone by then. */
export function movedBefore({ references, image, losers }: Dedupe): readonly Changed[] {
  const stays =
    typeof losers === 'string'
      ? ' where not exists (select from ranked g where g.rank > 1 and g.tab = o.tab and g.tid = o.tid)'
      : '';
  return ownMovements({ references, image }).map(({ columns }, place) => ({
    rows: `(select * from own${place} o${stays})`,
    columns,
  }));
}

function ownMovements({ references, image }: Pick<Dedupe, 'references' | 'image'>): readonly Movement[] {
  return movementsOf(references).filter(({ child }) => isSameTable(child.table, image.table));
}

/** `own0`, …: all rows of the table that refer to losers, also those that go. */
function ownMoves(movement: Movement, image: TableImage, place: number): readonly string[] {
  const names = movement.links.map((_, part) => `own${place}_${part}`);
  return [
    ...movement.links.map((link, part) => `${names[part]} as materialized (${findMoving(link, image)})`),
    `own${place} as materialized (${joinLinks(movement, names)})`,
  ];
}

function presentValue(moves: readonly OwnMove[], name: string): string {
  return movedValue(moves, name) ?? `c.${quoteName(name)}`;
}
