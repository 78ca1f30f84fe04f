import type { Dedupe } from '../../model/dedupe.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { quoteName } from '../quote.ts';
import { covered, rowsOf } from '../relation.ts';
import { partSql, survivorOrder } from '../terms.ts';
import { withChildCounts } from './count-children.ts';

/** A row's place. */
export interface Place {
  readonly tab: string;
  readonly tid: string;
}

/** A group: how many rows it has, and where they are; of a large one only where some of them are. */
export interface SampledGroup {
  readonly copies: number;
  readonly places: readonly Place[];
}

/** The first rows of a group in the survivor order, with every column as text, and in which columns all of them differ. */
export interface RowSample {
  readonly rows: number;
  /** Of how many rows, in the survivor order, columns are compared. */
  readonly compared: number;
}

/**
 * Ranks all rows of each group, so that the one that is shown as the survivor is the one that stays. `msgdb_group` is the
 * group's place in the list; `msgdb_differs` has, for each column of the table, whether its rows differ in it. The rows of
 * groups whose places are not all known are found by their keys, in one look at the table for all of these groups.
 */
export function sampleRows(dedupe: Dedupe, groups: readonly SampledGroup[], limits: RowSample): Statement {
  const listed = groups.flatMap(({ copies, places }, group) => {
    const whole = places.length === copies;
    return (whole ? places : places.slice(0, 1)).map((place) => ({ group, whole, ...place }));
  });
  const found = [
    ...(listed.some(({ whole }) => whole) ? [rowsAt(dedupe)] : []),
    ...(listed.some(({ whole }) => !whole) ? [rowsLike(dedupe)] : []),
  ];
  const { columns } = dedupe.image;
  const texts = columns.map(({ name }) => `t.${quoteName(name)}::text as ${quoteName(name)}`);
  return statement(
    `
      with firsts as materialized (${keysOfFirsts(dedupe)}),
      shown as materialized (${found.join(' union all ')}),
      ranked as materialized (
        select *, row_number() over (partition by msgdb_group order by ${survivorOrder(dedupe.order)}) as msgdb_rank
          from ${withChildCounts(dedupe, 'shown')}),
      compared as (
        select x.msgdb_group,
               to_jsonb(array[${columns.map(({ name }) => differs(`x.${quoteName(name)}`)).join(', ')}]) as differing
          from ranked x
         where x.msgdb_rank <= ${limits.compared}
         group by x.msgdb_group)
      select t.msgdb_group, ${texts.join(', ')}, compared.differing as msgdb_differs
        from ranked t join compared on compared.msgdb_group = t.msgdb_group
       where t.msgdb_rank <= ${limits.rows}
       order by t.msgdb_group, t.msgdb_rank`,
    [JSON.stringify(listed)],
  );
}

function rowsAt({ image }: Dedupe): string {
  return `
        select p.msgdb_group, p.msgdb_tab, p.msgdb_tid, r.*
          from ${placesOf('whole')} join ${rowsOf(image)} r on r.tableoid = p.msgdb_tab and r.ctid = p.msgdb_tid`;
}

/** The key that each large group has, from the row that is known of it. */
function keysOfFirsts({ key }: Dedupe): string {
  const keys = key.columns.map((part, place) => `${partSql(part)} as ${firstKey(place)}`);
  return `
        select p.msgdb_group, ${keys.join(', ')}
          from ${placesOf('large')} join ${rowsOf(key)} f on f.tableoid = p.msgdb_tab and f.ctid = p.msgdb_tid`;
}

/** Where to name all places would take longer than to look for the keys. A join could read the table once a group. */
function rowsLike({ image, key }: Dedupe): string {
  const keys = key.columns.map(partSql);
  const same = keys.map((part, place) => `${part} is not distinct from first.${firstKey(place)}`);
  const group = `(select first.msgdb_group from firsts first where ${same.join(' and ')})`;
  return `
        select * from (
          select case when ${covered(key, keys)} then ${group} end as msgdb_group,
                 r.tableoid as msgdb_tab, r.ctid as msgdb_tid, r.*
            from ${rowsOf(image)} r) alike
         where msgdb_group is not null`;
}

/** A name that no column of the table is likely to have: inside the look for a key it would hide the column. */
function firstKey(place: number): string {
  return `msgdb_key_${place + 1}`;
}

function placesOf(groups: 'whole' | 'large'): string {
  return `(select (place ->> 'group')::int as msgdb_group,
                       (place ->> 'tab')::oid as msgdb_tab, (place ->> 'tid')::tid as msgdb_tid
                  from jsonb_array_elements($1::text::jsonb) as place
                 where ${groups === 'whole' ? '' : 'not '}(place ->> 'whole')::boolean) p`;
}

/** Eight bytes stand for a text, which may be long. By the bytes of it: a collation may take `a` and `A` for equal. */
function differs(value: string): string {
  const hash = `pg_catalog.hashtextextended(${value}::text collate pg_catalog."C", 0)`;
  return `coalesce(count(${hash}) not in (0, count(*)) or min(${hash}) <> max(${hash}), false)`;
}
