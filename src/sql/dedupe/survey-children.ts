import type { Dedupe, ResolvedReference, TableImage } from '../../model/plan.ts';
import { quoteName } from '../quote.ts';
import { referencedValue } from '../refers-to.ts';
import { rowsOf, sameRow } from '../relation.ts';
import { futureColumn } from './future-rows.ts';
import { findKin, rankCopies } from './survey-kin.ts';

/**
 * SQL, with its common table expressions: for each reference to the table, how many rows would be re-pointed, and how
 * many would be removed because re-pointing makes copies of them. What refers to children in turn is not counted.
 */
export function countChildren({ references, image }: Dedupe): {
  readonly tables: readonly string[];
  readonly select: string;
} {
  const parts = references.flatMap((reference, place) => [
    `kin${place} as materialized (${reference.kind === 'array' ? findArrays(reference, image) : findKin(reference, image, 'ranked')})`,
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
  return [
    none,
    ...reference.uniques.map(
      (unique) => `select tab, tid from (${rankCopies(reference, unique, kin)}) ranked where rank > 1`,
    ),
  ].join('\n        union ');
}
