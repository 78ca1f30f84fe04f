import type { WrittenRows } from '../../model/pending.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { quoteName } from '../quote.ts';
import { rowsOf } from '../relation.ts';
import type { Looked } from './violations.ts';

/** A column of rows that are inserted: of one that is not written the value is NULL. */
export interface WrittenColumnType {
  readonly name: string;
  readonly type: string;
}

/** Rows that are inserted, of which those from one on are asked about. */
export interface WrittenFrom {
  readonly written: WrittenRows;
  readonly from: number;
  readonly columns: readonly WrittenColumnType[];
}

/** A unique index as rows meet it that are inserted. */
export interface MetIndex {
  /** Undefined where the table begins without rows. */
  readonly rows: Looked | undefined;
  /** Its parts, in columns of the table. */
  readonly key: readonly string[];
  readonly predicate: string | undefined;
  readonly nullsNotDistinct: boolean;
}

/** A foreign key as rows meet it that are inserted. */
export interface MetParent {
  readonly rows: Looked | undefined;
  readonly columns: readonly string[];
  readonly referenced: readonly string[];
  /** Rows that earlier statements insert into the other table. */
  readonly written: Omit<WrittenFrom, 'from'> | undefined;
}

/** Counts the rows whose key a row of the table has, or a row that is written before it. */
export function countCollisions({ rows, key, predicate, nullsNotDistinct }: MetIndex, each: WrittenFrom): Statement {
  const parts = key.map((part, place) => `(${part}) as key_${place}`).join(', ');
  const where = predicate === undefined ? '' : ` where ${predicate}`;
  const names = key.map((_, place) => `key_${place}`);
  const equal = (one: string, other: string): string =>
    names
      .map((name) => `${one}.${name} ${nullsNotDistinct ? 'is not distinct from' : '='} ${other}.${name}`)
      .join(' and ');
  const old = rows ? `exists (select from old o where ${equal('o', 'n')}) or ` : '';
  return statement(`
    with written as (${writtenRows(each)}),
         new as (select place, ${parts} from written${where})${
           rows
             ? `,
         old as (select ${parts} from ${rowsOf(rows)}${where})`
             : ''
         }
    select count(*) as rows, min(n.place)::int as first from new n
     where n.place >= ${each.from}
       and (${old}exists (select from new o where o.place < n.place and ${equal('o', 'n')}))`);
}

/** Counts the rows in a condition. */
export function countRefused(condition: string, each: WrittenFrom): Statement {
  return statement(`
    with written as (${writtenRows(each)})
    select count(*) as rows, min(place)::int as first from written where place >= ${each.from} and (${condition})`);
}

/** Counts the rows that refer to no row, neither of the other table nor of those that are written to it. */
export function countLost({ rows, columns, referenced, written }: MetParent, each: WrittenFrom): Statement {
  const there = columns.map((name) => `w.${quoteName(name)} is not null`).join(' and ');
  const equal = columns
    .map((name, place) => `p.${quoteName(referenced[place] ?? '')} = w.${quoteName(name)}`)
    .join(' and ');
  const found = [
    ...(rows ? [`not exists (select from ${rowsOf(rows)} p where ${equal})`] : []),
    ...(written ? [`not exists (select from (${writtenRows(written)}) p where ${equal})`] : []),
  ];
  return statement(`
    with written as (${writtenRows(each)})
    select count(*) as rows, min(w.place)::int as first from written w
     where w.place >= ${each.from} and ${[there, ...found].join(' and ')}`);
}

/** As VALUES: the same with UNION ALL is planned for a minute at 5,000 rows, and has no room on the stack at 10,000. */
function writtenRows({ columns, written }: Pick<WrittenFrom, 'columns' | 'written'>): string {
  const rows = written.rows.map(
    (row, place) => `(${[String(place), ...columns.map((each) => typedValue(each, written.columns, row))].join(', ')})`,
  );
  const names = ['place', ...columns.map(({ name }) => quoteName(name))];
  return `select * from (values ${rows.join(', ')}) listed (${names.join(', ')})`;
}

function typedValue(
  { name, type }: WrittenColumnType,
  names: readonly string[],
  row: WrittenRows['rows'][number],
): string {
  const at = names.indexOf(name);
  return `(${(at === -1 ? undefined : row[at]) ?? 'null'})::${type}`;
}
