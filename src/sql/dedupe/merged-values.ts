import type { Merge, TableImage } from '../../model/dedupe.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { memberRows, type OwnMove } from './members.ts';
import { mergeValue } from './merge-value.ts';

/** From this many on, one order for all of them costs more than it saves; between 400 and 840 it was seen to. */
const MANY = 100;

/** What the survivors of ranked groups take from their losers, computed into a work table: (grp, m1, m2, …). */
export function mergedValues({
  image,
  ranked,
  merges,
  moves,
  into,
}: {
  readonly image: TableImage;
  readonly ranked: string;
  readonly merges: readonly Merge[];
  readonly moves: readonly OwnMove[];
  readonly into: string;
}): readonly Statement[] {
  if (merges.length === 0) return [];
  const values = merges.map((merge, place) => `(${mergeValue(merge)})::${merge.type} as m${place + 1}`);
  return [
    ...sortEachByItself(merges),
    statement(`drop table if exists ${into}`),
    statement(`
      create unlogged table ${into} as
      select msgdb_grp as grp, ${values.join(',\n             ')}
        from ${memberRows(image, ranked, moves)}
       group by msgdb_grp`),
  ];
}

/**
 * Since 16 PostgreSQL looks for one order of the rows that serves most of a query's ordered aggregates. Of very many
 * that costs more than it saves: the statement for 840 merged columns of five rows took 12 s, and less than 1 s
 * without.
 */
export function sortEachByItself(merges: readonly Merge[]): readonly Statement[] {
  if (merges.length < MANY) return [];
  return [
    statement(`
      select pg_catalog.set_config(name, 'off', true) from pg_catalog.pg_settings
       where name = 'enable_presorted_aggregate'`),
  ];
}
