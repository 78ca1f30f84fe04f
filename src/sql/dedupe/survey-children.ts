import type { Dedupe, ResolvedReference } from '../../model/dedupe.ts';
import { type Movement, movementsOf } from '../../model/movement.ts';
import { futureColumn } from './future-rows.ts';
import { movementTables } from './survey-movements.ts';

/** The counts of one reference, as SQL. */
interface Counts {
  readonly moving: string;
  readonly colliding: string;
  readonly unnamed: string;
  readonly refused: string;
}

/**
 * SQL, with its common table expressions: for each reference to the table, how many rows would be re-pointed, and how
 * many would be removed because re-pointing makes copies of them, or rows that a constraint refuses. A row that refers twice
 * is counted with the first, as it is changed once. What refers to children in turn is not counted.
 */
export function countChildren(dedupe: Dedupe): { readonly tables: readonly string[]; readonly select: string } {
  const movements = movementsOf(dedupe.references);
  const counts = new Map(movements.flatMap((movement, place) => countLinks(movement, place)));
  const all = dedupe.references.map((reference) => counts.get(reference) ?? NONE);
  const list = (name: keyof Counts): string =>
    `to_jsonb(array[${all.map((each) => each[name]).join(', ')}]::bigint[]) as ${name}`;
  return {
    tables: movements.flatMap((movement, place) => movementTables(movement, place, dedupe)),
    select: `
      select ${(['moving', 'colliding', 'unnamed', 'refused'] as const).map(list).join(',\n             ')}`,
  };
}

const NONE: Counts = { moving: '0', colliding: '0', unnamed: '0', refused: '0' };

function countLinks({ links }: Movement, place: number): readonly (readonly [ResolvedReference, Counts])[] {
  const gone = `(select tab, tid from broken${place} union select tab, tid from doomed${place}
                  union select tab, tid from excluded${place})`;
  return links.map((link, part) => {
    const rows = `link${place}_${part}`;
    const first = links
      .slice(0, part)
      .map((_, other) => ` and not ${isIn(`(select * from link${place}_${other} where moves)`)}`);
    const counted = `(select count(distinct (k.tab, k.tid)) from ${rows} k where k.moves${first.join('')}`;
    const removed = (names: readonly string[]): string =>
      `${counted} and (${names.map((name) => isIn(`${name}${place}`)).join(' or ')}))`;
    return [
      link,
      {
        moving: `${counted} and not ${isIn(gone)})`,
        colliding: removed(['doomed']),
        unnamed: link.kind === 'array' ? '0' : `(select count(*) from ${rows} k where k.moves and ${hasNull(link)})`,
        refused: removed(['broken', 'excluded']),
      },
    ];
  });
}

function isIn(rows: string): string {
  return `exists (select from ${rows} g where g.tab = k.tab and g.tid = k.tid)`;
}

function hasNull({ columns }: ResolvedReference): string {
  return `pg_catalog.num_nulls(${columns.map((_, place) => `k.${futureColumn(place)}`).join(', ')}) > 0`;
}
