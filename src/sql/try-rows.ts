import type { Key } from '../model/dedupe.ts';
import { type Statement, statement } from '../model/statement.ts';
import { quoteName, quoteTable } from './quote.ts';
import { rowsOf } from './relation.ts';

/** The rows between two places of a table. */
export interface Stretch {
  readonly from: readonly [page: number, line: number];
  readonly to: readonly [page: number, line: number];
}

/** How many pages a table has. */
export function countPages({ table }: Key): Statement {
  return statement(
    `select pg_catalog.pg_relation_size($1::text::regclass) / current_setting('block_size')::bigint as pages`,
    [quoteTable(table)],
  );
}

/** Evaluates an expression on the rows of a stretch that a predicate covers. */
export function evaluate(
  key: Key,
  expression: string,
  predicate: string | undefined,
  { from, to }: Stretch,
): Statement {
  return statement(`
      select count(pg_catalog.num_nulls((${expression}))) as rows from ${rowsOf(key)}
       where ctid >= '(${from.join(',')})' and ctid < '(${to.join(',')})' and ${predicate ? `(${predicate})` : 'true'}`);
}

/** The values that name the row at a place, or the place. */
export function nameRow(key: Key, identity: readonly string[], [page, line]: Stretch['from']): Statement {
  const names = identity.length > 0 ? identity.map((name) => `${quoteName(name)}::text`) : ['ctid::text'];
  return statement(
    `select concat_ws(', ', ${names.join(', ')}) as name from ${rowsOf(key)} where ctid = '(${page},${line})'`,
  );
}
