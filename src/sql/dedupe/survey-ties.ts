import type { TableImage } from '../../model/dedupe.ts';
import type { Clash, Move, MovedKey, Tie, Ties } from '../../model/ties.ts';
import { quoteName } from '../quote.ts';
import { refersTo } from '../refers-to.ts';
import { covered, otherBytes, rowsOf, sameRow } from '../relation.ts';
import { futureColumn } from './future-rows.ts';
import { joinMoves, movedValue, type OwnMove } from './members.ts';
import { findKin, rankCopies } from './survey-kin.ts';

/**
 * SQL, with its common table expressions: how many rows would meet each tie, then each clash. `move0`, … have the rows of each move: what
 * others refer to (tab, tid), the row that they will refer to (to_tab, to_tid), which is another where the first is a copy
 * that goes, and the values it will have (v1, …).
 */
export function countTies({ moves, ties, clashes }: Ties): {
  readonly tables: readonly string[];
  readonly select: string;
} {
  const counts = ties.map((tie) => {
    const move = moves[tie.move];
    return move ? (tie.kind === 'held' ? countHeld(tie, move) : countLost(tie, move)) : '0';
  });
  const copies = clashes.map((clash) => {
    const move = moves[clash.move];
    return move ? countCopied(clash, move, moves) : '0';
  });
  return {
    tables: moves.flatMap((move, place) => moveTables(move, place, moves)),
    select: `
      select to_jsonb(array[${[...counts, ...copies].join(', ')}]::bigint[]) as met`,
  };
}

function moveTables(move: Move, place: number, moves: readonly Move[]): readonly string[] {
  switch (move.kind) {
    case 'children':
      return childrenTables(move, place);
    case 'survivors':
      return [survivorsTable(move, place)];
    case 'cascade':
      return cascadeTables(move, place, moves);
  }
}

function childrenTables(move: Extract<Move, { kind: 'children' }>, place: number): readonly string[] {
  const { reference, parent, of } = move;
  const kin = `movable${place}`;
  const values = reference.columns.map((_, part) => `, k.${futureColumn(part)} as ${valueName(part)}`).join('');
  const copies = reference.uniques.map((unique) => rankCopies(reference, unique, kin)).join('\n        union all');
  const none =
    'select null::oid as tab, null::tid as tid, 0 as rank, null::oid as first_tab, null::tid as first_tid where false';
  return [
    `${kin} as materialized (${findKin(reference, parent, of === undefined ? 'ranked' : `copies${of}`)})`,
    `copies${place} as materialized (${copies || none})`,
    `${moveName(place)} as materialized (
        select k.tab, k.tid, k.tab as to_tab, k.tid as to_tid${values}
          from ${kin} k
         where k.moves and not exists (
               select from copies${place} d where d.rank > 1 and d.tab = k.tab and d.tid = k.tid)
        union all
        select d.tab, d.tid, k.tab, k.tid${values}
          from copies${place} d join ${kin} k on k.tab = d.first_tab and k.tid = d.first_tid
         where d.rank > 1 and k.moves)`,
  ];
}

/** All members of a group: what referred to a loser refers to the survivor when that takes its values. */
function survivorsTable({ columns }: Move, place: number): string {
  const values = columns.map((_, part) => `, t.${futureColumn(part)} as ${valueName(part)}`);
  return `${moveName(place)} as materialized (
        select r.tab, r.tid, own.tab as to_tab, own.tid as to_tid${values.join('')}
          from taken t
          join ranked own on own.tab = t.tab and own.tid = t.tid
          join ranked r on r.grp = own.grp)`;
}

function cascadeTables(
  move: Extract<Move, { kind: 'cascade' }>,
  place: number,
  moves: readonly Move[],
): readonly string[] {
  const { key, after = [] } = move;
  const source = moves[move.of];
  const values = move.columns.map(({ name, baseType }, part) => {
    const referenced = key.referenced[key.columns.findIndex((column) => column.name === name)] ?? '';
    return `, (${newValue(source, referenced)})::${baseType} as ${valueName(part)}`;
  });
  const along = `
        select d.tableoid as tab, d.ctid as tid, d.tableoid as to_tab, d.ctid as to_tid${values.join('')}
          from ${movedRows(move.of, key.parent)}
          join ${rowsOf(key.child)} d on ${refersTo(key, 'd', 'c')}
         where ${changes(key, source)}${after.map((other) => stays('d', other)).join('')}`;
  // What refers to a copy that goes has been re-pointed by then to one that goes along.
  const handedOver = after.filter((other) => moves.some((inner) => inner.kind === 'children' && inner.of === other));
  if (handedOver.length === 0) return [`${moveName(place)} as materialized (${along})`];
  const theirs = values.map((_, part) => `, k.${valueName(part)}`).join('');
  const copies = handedOver.map(
    (other) => `
        union all
        select g.tab, g.tid, k.tab, k.tid${theirs}
          from copies${other} g join along${place} k on k.tab = g.first_tab and k.tid = g.first_tid
         where g.rank > 1`,
  );
  return [
    `along${place} as materialized (${along})`,
    `${moveName(place)} as materialized (
        select * from along${place}${copies.join('')})`,
  ];
}

/** SQL: rows whose other key a cascade hands on, whether or not any refer to it (tab, tid). */
export function handingOn({ key, of }: Extract<Move, { kind: 'cascade' }>, moves: readonly Move[]): string {
  return `
        select distinct m.to_tab as tab, m.to_tid as tid
          from ${movedRows(of, key.parent)}
         where ${changes(key, moves[of])}`;
}

/** SQL: the row has not gone as a copy when this move was made. */
function stays(alias: string, move: number): string {
  return ` and not exists (select from copies${move} g where g.rank > 1 and ${sameRow(alias, 'g')})`;
}

/** Where survivors are behind a move, its rows have been re-pointed before: what their other columns have become by then. */
export function movesBefore(move: Move, moves: readonly Move[]): readonly OwnMove[] {
  const set = move.columns.map(({ name }) => name);
  return ((move.kind === 'cascade' && move.after) || []).map((other) => ({
    rows: `movable${other}`,
    columns: (moves[other]?.columns ?? []).map(({ name }) => ({ name: set.includes(name) ? '' : name })),
  }));
}

function countHeld({ move: place, key, settled }: Tie, move: Move): string {
  const apart = settled.map(
    (other) => ` and not exists (select from movable${other} k where k.moves and ${sameRow('d', 'k')})`,
  );
  return `(select count(*) from (
        select distinct d.tableoid, d.ctid
          from ${movedRows(place, key.parent)}
          join ${rowsOf(key.child)} d on ${refersTo(key, 'd', 'c')}
         where ${changes(key, move)}${apart.join('')}) met)`;
}

function countLost({ move: place, key, settled, later }: Tie, move: Move): string {
  const names = key.columns.map(({ name }) => name);
  const future = names.map((name) => `${newValue(move, name)} as ${quoteName(name)}`);
  const movesIn = (rows: string): string => ` and not exists (
               select from ${rows} k join ${rowsOf(key.parent)} e on ${sameRow('e', 'k')}
                where ${refersTo(key, 'c', 'e')})`;
  const apart = [
    ...settled.map((other) => movesIn(`(select * from movable${other} where moves)`)),
    ...later.map((other) => movesIn(`(select * from move${other} where tab = to_tab and tid = to_tid)`)),
  ];
  const old = names.map((name) => oldValue(move, name));
  const now = names.map((name) => `f.${quoteName(name)}`);
  return `(select count(*) from (
        select distinct m.tab, m.tid
          from ${movedRows(place, key.child)}
         cross join lateral (select ${future.join(', ')}) f
         where m.tab = m.to_tab and m.tid = m.to_tid
           and ${otherBytes(old, now)} and pg_catalog.num_nulls(${now.join(', ')}) = 0
           and not exists (select from ${rowsOf(key.parent)} e where ${refersTo(key, 'f', 'e')})${apart.join('')}) met)`;
}

/** Rows that would have the key of a row that stays as it is or, in a cascade, of one that comes along. */
function countCopied({ move: place, unique, settled }: Clash, move: Move, moves: readonly Move[]): string {
  const { image } = move;
  const before = movesBefore(move, moves);
  const names = image.columns.map(({ name }) => name);
  const future = names.map((name) => `${movedValue(before, name) ?? newValue(move, name)} as ${quoteName(name)}`);
  const keys = unique.columns.map((column, part) => `${column} as msgdb_k${part + 1}`);
  const keyNames = unique.columns.map((_, part) => `msgdb_k${part + 1}`);
  const equal = unique.nulls === 'distinct' ? '=' : 'is not distinct from';
  const same = keyNames.map((name) => `s.${name} ${equal} f.${name}`);
  const away = settled.map(
    (other) => ` and not exists (select from movable${other} k where k.moves and ${sameRow('c', 'k')})`,
  );
  const gone = ((move.kind === 'cascade' && move.after) || []).map((other) => stays('c', other));
  const [also, kin] = move.kind === 'cascade' ? ['copies > 1 or ', moveName(place)] : ['', `movable${place}`];
  return `(select count(*) from (
        select ${keyNames.join(', ')}, count(*) over (partition by ${keyNames.join(', ')}) as copies
          from (select ${keys.join(', ')}
                  from (select ${future.join(', ')}
                          from ${movedRows(place, image)}${joinMoves(before, 'm')}
                         where m.tab = m.to_tab and m.tid = m.to_tid${away.join('')}) moved
                 where ${covered(unique, unique.columns)}) keyed) f
         where ${also}exists (
               select from (select ${keys.join(', ')}
                              from (select c.* from ${rowsOf(image)} c
                                     where not exists (select from ${kin} k where ${sameRow('c', 'k')})${gone.join('')}) staying
                             where ${covered(unique, unique.columns)}) s
                where ${same.join(' and ')}))`;
}

/** The rows of a move, `m`: as they are, `c`, and the rows that take their place, `n`. */
function movedRows(place: number, image: TableImage): string {
  return `${moveName(place)} m
          join ${rowsOf(image)} c on ${sameRow('c', 'm')}
          join ${rowsOf(image)} n on n.tableoid = m.to_tab and n.ctid = m.to_tid`;
}

/** What the key refers to is another value afterwards. */
function changes({ referenced }: MovedKey, move: Move | undefined): string {
  // What refers to a loser, or to a copy among children, has been re-pointed before the survivor takes a value.
  const isBehindSurvivors = move?.kind === 'survivors' || (move?.kind === 'cascade' && move.after !== undefined);
  const row = isBehindSurvivors ? 'n' : 'c';
  return otherBytes(
    referenced.map((name) => oldValue(move, name, row)),
    referenced.map((name) => newValue(move, name)),
  );
}

/** In the type that the new value has: a domain's value in that of its base. */
function oldValue(move: Move | undefined, column: string, row = 'c'): string {
  const type = move?.columns.find(({ name }) => name === column)?.baseType;
  return `${row}.${quoteName(column)}${type === undefined ? '' : `::${type}`}`;
}

function newValue(move: Move | undefined, column: string): string {
  const part = move?.columns.findIndex(({ name }) => name === column) ?? -1;
  return part < 0 ? `n.${quoteName(column)}` : `m.${valueName(part)}`;
}

/** Of the value that a row of a move will have, by its column's place. */
export function valueName(part: number): string {
  return `v${part + 1}`;
}

export function moveName(place: number): string {
  return `move${place}`;
}
