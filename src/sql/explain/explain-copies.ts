import type { Key } from '../../model/dedupe.ts';
import { type Statement, statement } from '../../model/statement.ts';
import type { TimeColumn } from '../../model/why.ts';
import { quoteName } from '../quote.ts';
import { covered, rowsOf, sameRow } from '../relation.ts';
import { partSql } from '../terms.ts';
import { chosenMembers } from './choose-copies.ts';
import { momentSql } from './moment.ts';

/** Upper ends of the gaps in seconds, in the order of `GAPS`; a gap of less than a microsecond counts as none. */
const GAP_ENDS = [0.000_000_5, 0.01, 1, 60, 3_600, 86_400, 2_592_000];

/** Lower ends of the sizes of groups that are told apart; larger ones are looked at only so far. */
export const SIZE_STARTS = [2, 3, 4, 5, 10, 100] as const;

/** Which of these a number of `copies` belongs to, from 1. */
export const SIZE_BUCKET = `pg_catalog.width_bucket(copies, array[${SIZE_STARTS.join(', ')}]::bigint[])`;

/** What is looked at. */
export interface CopiesToExplain {
  readonly key: Key;
  readonly time: Pick<TimeColumn, 'column' | 'form'> | undefined;
  /** Columns that are compared: those outside the key that neither identify the row nor say when it came. */
  readonly columns: readonly string[];
  readonly mostGroups: number;
  readonly mostRowsOfGroup: number;
  readonly mostRows: number;
}

/**
 * One row with all that the copies show of how they came, read at one moment: gaps between those that follow each
 * other, copies with equal xmin, columns that differ (c1, c2, …), and the hours in which excess rows came.
 */
export function explainCopies(wanted: CopiesToExplain): Statement {
  const { key, columns, mostGroups, mostRowsOfGroup, mostRows } = wanted;
  return statement(
    `
      with ${chosenMembers(key)},
      copies as materialized (${confirmedCopies(wanted)}),
      arrivals as materialized (
        select leader, at, row_number() over arriving as turn,
               extract(epoch from at - lag(at) over arriving)::double precision as gap,
               tx = lag(tx) over arriving as together
          from copies where at is not null
        window arriving as (partition by leader order by at, place)),
      gaps as (
        select pg_catalog.width_bucket(gap, array[${GAP_ENDS.join(', ')}]::double precision[]) as gap,
               count(*) as pairs, count(*) filter (where together) as together
          from arrivals where gap is not null group by 1),
      shared as materialized (select leader, tx from copies group by leader, tx having count(*) > 1),
      later as (select floor(extract(epoch from at) / 3600)::bigint as hour, count(*) as rows
                  from arrivals where turn > 1 group by 1)
      select (select count(distinct leader) from copies) as groups,
             (select count(*) from copies) as rows,
             (select coalesce(jsonb_agg(jsonb_build_array(size, groups)), '[]')
                from (select ${SIZE_BUCKET} as size,
                             count(*) as groups
                        from (select count(*) as copies from copies group by leader) g group by 1) s) as sizes,
             (select count(*) from copies where at is null) as untimed,
             (select coalesce(jsonb_agg(jsonb_build_array(gap, pairs, together)), '[]') from gaps) as gaps,
             (select count(distinct leader) from shared) as shared_groups,
             (select count(distinct tx) from shared) as shared_transactions,
             (select coalesce(max(groups), 0) from (select count(*) as groups from shared group by tx) s) as shared_most,
             (select ${finestStep()} from copies) as precision,
             (select coalesce(jsonb_agg(jsonb_build_array(hour, rows)), '[]') from later) as hours,
             (select extract(epoch from max(at)) * 1000 from arrivals where turn > 1) as last,
             (${newestRow(wanted)}) as newest,
             extract(epoch from now()) * 1000 as now,
             (${differing(columns)}) as differs`,
    [mostGroups, mostRowsOfGroup, mostRows],
  );
}

/** A hash is a filter, never a verdict: the rows of a group are separated by the real key, and named by their first. */
function confirmedCopies({ key, time, columns }: CopiesToExplain): string {
  const parts = key.columns.map(partSql).join(', ');
  // Eight bytes of each value: the values themselves may be long.
  const hashes = columns.map(
    (column, place) => `pg_catalog.hashtextextended(${quoteName(column)}::text collate "C", 0) as c${place + 1}`,
  );
  return `
        select * from (
          select min(msgdb_place) over same as leader, count(*) over same as copies,
                 msgdb_place as place, msgdb_tx as tx,
                 ${[`${time ? momentSql(time) : 'null::timestamptz'} as at`, ...hashes].join(',\n                 ')}
            from (select m.grp as msgdb_grp, (t.tableoid::text || t.ctid::text) collate "C" as msgdb_place,
                         t.xmin::text::bigint as msgdb_tx, t.*
                    from members m
                    join ${rowsOf(key)} t on ${sameRow('t', 'm')}) now
          window same as (partition by msgdb_grp, ${parts})) confirmed
         where copies > 1`;
}

/** A result has at most 1,664 columns (54011), and each column takes two: they are counted slice by slice. */
const MOST_COUNTED = 600;

function differing(columns: readonly string[]): string {
  const names = columns.map((_, place) => `c${place + 1}`);
  const slices = Array.from({ length: Math.max(1, Math.ceil(names.length / MOST_COUNTED)) }, (_, slice) =>
    names.slice(slice * MOST_COUNTED, (slice + 1) * MOST_COUNTED),
  );
  return `select ${slices.map((slice) => `(select to_jsonb(d) from (${differingIn(slice)}) d)`).join(' || ')}`;
}

function differingIn(names: readonly string[]): string {
  if (names.length === 0) return 'select 0 as none';
  const counts = names.map(
    (name) => `count(*) filter (where ${name} <> 0) as ${name}, count(*) filter (where ${name} = 2) as ${name}_filled`,
  );
  // 1: two values; 2: one value that some copies do not have.
  const each = names.map(
    (name) => `case when min(${name}) <> max(${name}) then 1 when count(${name}) not in (0, count(*)) then 2 else 0 end
                   as ${name}`,
  );
  return `select ${counts.join(', ')}
               from (select ${each.join(', ')} from copies group by leader) per_group`;
}

/** The longest of these steps that all times are multiples of; NULL without any. */
function finestStep(): string {
  const steps = ['day', 'second', 'millisecond'].map(
    (step) => `when bool_and(at = pg_catalog.date_trunc('${step}', at, 'UTC')) then '${step}'`,
  );
  return `case when count(at) = 0 then null ${steps.join(' ')} else 'microsecond' end`;
}

function newestRow({ key, time }: CopiesToExplain): string {
  if (!time) return 'select null::double precision';
  return `select extract(epoch from max(${momentSql(time)})) * 1000
               from ${rowsOf(key)} where ${covered(key, key.columns.map(partSql))}`;
}
