import type { Dedupe, Key } from '../../model/dedupe.ts';
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

/** A group: how many rows it has, and where they are; of a large one only where the first is. */
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
 * Ranks all rows of a group, so that the one that is shown as the survivor is the one that stays. `msgdb_differs` has, for
 * each column of the table, whether rows differ in it.
 */
export function sampleRows(dedupe: Dedupe, { copies, places }: SampledGroup, limits: RowSample): Statement {
  const whole = places.length === copies;
  const { columns } = dedupe.image;
  const texts = columns.map(({ name }) => `t.${quoteName(name)}::text as ${quoteName(name)}`);
  const rows = whole ? rowsAt(dedupe) : rowsLike(dedupe);
  return statement(
    `
      with ranked as materialized (
        select *, row_number() over (order by ${survivorOrder(dedupe.order)}) as msgdb_rank
          from ${withChildCounts(dedupe, rows)})
      select ${texts.join(', ')},
             (select to_jsonb(array[${columns.map(({ name }) => differs(`x.${quoteName(name)}`)).join(', ')}])
                from ranked x where x.msgdb_rank <= ${limits.compared}) as msgdb_differs
        from ranked t
       where t.msgdb_rank <= ${limits.rows}
       order by t.msgdb_rank`,
    [JSON.stringify(whole ? places : places.slice(0, 1))],
  );
}

function rowsAt({ image }: Dedupe): string {
  return `
        (select p.msgdb_tab, p.msgdb_tid, r.*
           from ${PLACES} join ${rowsOf(image)} r on r.tableoid = p.msgdb_tab and r.ctid = p.msgdb_tid) shown`;
}

/** Where to name all places would take longer than to look for the key: the rows that have that of the one place. */
function rowsLike({ image, key }: Dedupe): string {
  const keys = key.columns.map(partSql);
  const same = keys.map((part) => `${part} is not distinct from ${ofFirst(part, key)}`);
  return `
        (select r.tableoid as msgdb_tab, r.ctid as msgdb_tid, r.*
           from ${rowsOf(image)} r
          where case when ${covered(key, keys)} then ${same.join(' and ')} else false end) shown`;
}

function ofFirst(part: string, key: Key): string {
  return `(select ${part} from ${rowsOf(key)} f where (f.tableoid, f.ctid) = (select p.msgdb_tab, p.msgdb_tid from ${PLACES}))`;
}

const PLACES = `(select (place ->> 'tab')::oid as msgdb_tab, (place ->> 'tid')::tid as msgdb_tid
                   from jsonb_array_elements($1::text::jsonb) as place) p`;

/** Eight bytes stand for a text, which may be long. By the bytes of it: a collation may take `a` and `A` for equal. */
function differs(value: string): string {
  const hash = `pg_catalog.hashtextextended(${value}::text collate pg_catalog."C", 0)`;
  return `coalesce(count(${hash}) not in (0, count(*)) or min(${hash}) <> max(${hash}), false)`;
}
