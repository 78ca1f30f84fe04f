import type { ChildKey, Dedupe, ResolvedReference, TableImage } from '../../model/plan.ts';
import { quoteName } from '../quote.ts';
import { referencedValue, refersTo } from '../refers-to.ts';
import { covered, otherBytes, rowsOf, sameRow } from '../relation.ts';
import { futureColumn } from './children.ts';
import { isFirst } from './ranked-members.ts';

/**
 * SQL, with its common table expressions: for each reference to the table, how many rows would be re-pointed, and how
 * many would be removed because re-pointing makes copies of them. What refers to children in turn is not counted.
 */
export function countChildren({ references, image }: Dedupe): {
  readonly tables: readonly string[];
  readonly select: string;
} {
  const parts = references.flatMap((reference, place) => [
    `kin${place} as materialized (${reference.kind === 'array' ? findArrays(reference, image) : findKin(reference, image)})`,
    `doomed${place} as materialized (${findDoomed(reference, `kin${place}`)})`,
  ]);
  const moving = references.map(
    (_, place) => `(select count(*) from kin${place} k where k.moves
                      and not exists (select from doomed${place} d where d.tab = k.tab and d.tid = k.tid))`,
  );
  const doomed = references.map((_, place) => `(select count(*) from doomed${place})`);
  const unnamed = references.map((reference, place) =>
    reference.kind === 'array' ? '0' : `(select count(*) from kin${place} k where k.moves and ${hasNull(reference)})`,
  );
  const select = `
      select to_jsonb(array[${moving.join(', ')}]::bigint[]) as moving,
             to_jsonb(array[${doomed.join(', ')}]::bigint[]) as colliding,
             to_jsonb(array[${unnamed.join(', ')}]::bigint[]) as unnamed`;
  return { tables: parts, select };
}

function hasNull({ columns }: ResolvedReference): string {
  return `pg_catalog.num_nulls(${columns.map((_, place) => `k.${futureColumn(place)}`).join(', ')}) > 0`;
}

/** Losers' children with the values they would take; where copies are possible, the survivors' own children as well. */
function findKin(reference: ResolvedReference, parent: TableImage): string {
  const { columns, child, uniques } = reference;
  const same = columns.map((_, place) => referencedValue(reference, 'l', place));
  const other = columns.map((_, place) => referencedValue(reference, 's', place));
  const future = columns.map((column, place) => `${other[place]}::${column.type} as ${futureColumn(place)}`);
  const present = columns.map((column) => `c.${quoteName(column.name)}`);
  const losers = `
        select true as moves, c.tableoid as tab, c.ctid as tid, ${future.join(', ')}
          from ranked lost
          join ${rowsOf(parent)} l on ${sameRow('l', 'lost')}
          join ${rowsOf(parent)} s on ${isFirst('s', 'lost')}
          join ${rowsOf(child)} c on ${refersTo(reference, 'c', 'l')}
         where lost.rank > 1 and ${otherBytes(same, other)}`;
  if (uniques.length === 0) return losers;
  return `${losers}
        union all
        select false, c.tableoid, c.ctid, ${present.join(', ')}
          from ranked kept
          join ${rowsOf(parent)} s on ${sameRow('s', 'kept')}
          join ${rowsOf(child)} c on ${refersTo(reference, 'c', 's')}
         where kept.rank = 1`;
}

function findArrays(reference: ResolvedReference, parent: TableImage): string {
  return `
        select distinct true as moves, c.tableoid as tab, c.ctid as tid
          from ${rowsOf(reference.child)} c
         cross join lateral unnest(c.${quoteName(reference.columns[0]?.name ?? '')}) as held(value)
          join (select ${referencedValue(reference, 'l', 0)} as value
                  from ranked lost join ${rowsOf(parent)} l on ${sameRow('l', 'lost')}
                 where lost.rank > 1) gone on gone.value = held.value`;
}

/** A row may be a copy under several unique indexes, and is removed once. */
function findDoomed(reference: ResolvedReference, kin: string): string {
  const none = 'select null::oid as tab, null::tid as tid where false';
  if (reference.kind === 'array') return none;
  return [none, ...reference.uniques.map((unique) => findCopies(reference, unique, kin))].join('\n        union ');
}

function findCopies({ child, columns }: ResolvedReference, unique: ChildKey, kin: string): string {
  const future = child.columns.map(({ name }) => {
    const place = columns.findIndex((column) => column.name === name);
    return place < 0 ? `c.${quoteName(name)}` : `k.${futureColumn(place)} as ${quoteName(name)}`;
  });
  const order = ['msgdb_moves', ...child.identity.map(quoteName), 'msgdb_tab', 'msgdb_tid'].join(', ');
  return `
        select msgdb_tab, msgdb_tid
          from (select msgdb_tab, msgdb_tid,
                       row_number() over (partition by ${unique.columns.join(', ')} order by ${order}) as msgdb_place
                  from (select c.tableoid as msgdb_tab, c.ctid as msgdb_tid, k.moves as msgdb_moves, ${future.join(', ')}
                          from ${kin} k join ${rowsOf(child)} c on ${sameRow('c', 'k')}) future
                 where ${covered(unique, unique.columns)}) placed
         where msgdb_place > 1`;
}
