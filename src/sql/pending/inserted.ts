import type { WrittenRows } from '../../model/pending.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { quoteName } from '../quote.ts';
import { rowsOf } from '../relation.ts';
import type { Looked } from './violations.ts';

/** A unique index as rows meet it that are inserted. */
export interface MetIndex extends Looked {
  /** Its parts, in columns of the table. */
  readonly key: readonly string[];
  readonly predicate: string | undefined;
  readonly nullsNotDistinct: boolean;
  /** The columns that it reads, with their types: of those that are not written the value is NULL. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** Counts the written rows, from one of them on, whose key a row of the table has, or a row that is written before it. */
export function countCollisions(index: MetIndex, written: WrittenRows, from: number): Statement {
  const { key, predicate, nullsNotDistinct } = index;
  const parts = key.map((part, place) => `(${part}) as key_${place}`).join(', ');
  const where = predicate === undefined ? '' : ` where ${predicate}`;
  const names = key.map((_, place) => `key_${place}`);
  const equal = (one: string, other: string): string =>
    names
      .map((name) => `${one}.${name} ${nullsNotDistinct ? 'is not distinct from' : '='} ${other}.${name}`)
      .join(' and ');
  return statement(`
    with written as (${written.rows.map((row, place) => `select ${place} as place${valuesOf(index, written, row)}`).join(' union all ')}),
         new as (select place, ${parts} from written${where}),
         old as (select ${parts} from ${rowsOf(index)}${where})
    select count(*) as rows from new n
     where n.place >= ${from}
       and (exists (select from old o where ${equal('o', 'n')})
            or exists (select from new o where o.place < n.place and ${equal('o', 'n')}))`);
}

function valuesOf({ columns }: MetIndex, { columns: names }: WrittenRows, row: WrittenRows['rows'][number]): string {
  return columns
    .map(({ name, type }) => {
      const at = names.indexOf(name);
      return `, (${(at === -1 ? undefined : row[at]) ?? 'null'})::${type} as ${quoteName(name)}`;
    })
    .join('');
}
