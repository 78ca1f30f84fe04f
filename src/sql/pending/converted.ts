import { type Statement, statement } from '../../model/statement.ts';
import { rowsOf } from '../relation.ts';
import type { Looked } from './violations.ts';

/** Converts a value in every row: it fails with the first that cannot be. */
export function convertAll(rows: Looked, value: string, type: string): Statement {
  return statement(`select count((${value})::${type}) as rows from ${rowsOf(rows)}`);
}

/** The type of a value, whether or not there are rows. */
export function typeOfValue(rows: Looked, value: string): Statement {
  return statement(`
    select pg_catalog.format_type(pg_catalog.pg_typeof(k.value), null) as type
      from (select) one left join (select (${value}) as value from ${rowsOf(rows)} where false) k on true`);
}

/** A condition: a text has more characters. */
export function longerThan(value: string, length: string): string {
  return `pg_catalog.char_length(${value}) > ${length}`;
}
