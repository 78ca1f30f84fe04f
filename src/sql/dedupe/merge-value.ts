import type { Merge } from '../../model/dedupe.ts';
import { quoteName } from '../quote.ts';

/**
 * SQL of the value a column takes from its group. It is an aggregate over the group's rows, whose columns are in scope,
 * with the whole row as `msgdb_row` and the survivor order as `msgdb_rank`. Whole rows are collected rather than
 * values, because array_agg over an array column builds one array of more dimensions.
 */
export function mergeValue({ column, strategy, isArray }: Merge): string {
  const name = quoteName(column);
  const present = `pg_catalog.num_nulls(${name}) = 0`;
  const first = (order: string): string =>
    `((array_agg(msgdb_row order by ${order}) filter (where ${present}))[1]).${name}`;
  if (typeof strategy === 'object') return `(${strategy.expression})`;
  switch (strategy) {
    case 'first-non-null':
      return first('msgdb_rank');
    case 'min':
      return first(`${name}, msgdb_rank`);
    case 'max':
      return first(`${name} desc, msgdb_rank`);
    case 'sum':
      return `sum(${name})`;
    case 'or':
      return `bool_or(${name})`;
    case 'and':
      return `bool_and(${name})`;
    case 'concat':
      return isArray ? concatArrays(name, first('msgdb_rank')) : concatTexts(name);
    case 'jsonb-merge':
      return mergeObjects(name, first('msgdb_rank'));
  }
}

/** Each different text once, in survivor order, a line each. Where all are empty, the survivor's stays as it is. */
function concatTexts(name: string): string {
  return `coalesce(nullif(array_to_string(array(
             select each.value from unnest(array_agg(${name}::text order by msgdb_rank)) with ordinality as each(value, place)
              where each.value <> '' group by each.value order by min(each.place)), E'\\n'), ''),
             (array_agg(${name}::text order by msgdb_rank))[1])`;
}

/** Each different element once, in survivor order: where it first stands. Empty arrays alone are one empty array. */
function concatArrays(name: string, first: string): string {
  return `coalesce((select array_agg(value order by first)
             from (select e.value, min(array[m.place, e.place]) as first
                     from ${members()}
                    cross join lateral unnest((m.rows[m.place]).${name}) with ordinality as e(value, place)
                    group by e.value) as elements), ${first})`;
}

/** Keys of all objects; where several have a key, the better survivor's value. Other JSON is not merged. */
function mergeObjects(name: string, first: string): string {
  return `case when bool_and(${name} is null or jsonb_typeof(${name}::jsonb) = 'object') then
             coalesce((select jsonb_object_agg(e.key, e.value order by m.place desc)
                from ${members()}
               cross join lateral jsonb_each((m.rows[m.place]).${name}::jsonb) as e), (${first})::jsonb)
           else (${first})::jsonb end`;
}

/** The group's rows as `m.rows`, with their places. Not unnested: a column of theirs could have any name beside them. */
function members(): string {
  return `(select s.rows, generate_subscripts(s.rows, 1)::bigint as place
                     from (select array_agg(msgdb_row order by msgdb_rank) as rows) s) m`;
}
