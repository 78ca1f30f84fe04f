import type { KeyColumn, OrderTerm } from '../model/dedupe.ts';
import type { Value } from '../model/operations/common.ts';
import { quoteColumns, quoteLiteral, quoteName } from './quote.ts';

/** A part of a key: a quoted column, or the expression in parentheses. */
export function partSql(part: KeyColumn): string {
  return 'column' in part ? quoteName(part.column) : `(${part.expression})`;
}

/** PostgreSQL passes a function at most 100 arguments (54023), also those of a VARIADIC one. */
const MOST_ARGUMENTS = 100;

/** The survivor order, made total by the row's place (msgdb_tab, msgdb_tid). Columns are named without an alias. */
export function survivorOrder(order: readonly OrderTerm[]): string {
  return [...order.map(orderSql), 'msgdb_tab', 'msgdb_tid'].join(', ');
}

/** Name of the column that counts the rows of a reference, by its place. */
export function childCount(reference: number): string {
  return `msgdb_children_${reference}`;
}

function orderSql(term: OrderTerm): string {
  const direction = `${term.descending ? 'desc' : 'asc'} nulls ${term.nullsFirst ? 'first' : 'last'}`;
  if ('complete' in term) return `(${completeness(term.complete)}) ${direction}`;
  if ('children' in term) return `(${term.children.map(childCount).join(' + ')}) ${direction}`;
  if (!('ranking' in term)) return `${partSql(term)} ${direction}`;
  const values = term.ranking.map(quoteLiteral).join(', ');
  return `array_position(array[${values}]::text[], ${quoteName(term.column)}::text) ${direction}`;
}

function completeness(columns: readonly string[]): string {
  const chunks = Array.from({ length: Math.ceil(columns.length / MOST_ARGUMENTS) }, (_, chunk) =>
    columns.slice(chunk * MOST_ARGUMENTS, (chunk + 1) * MOST_ARGUMENTS),
  );
  return chunks.map((chunk) => `pg_catalog.num_nonnulls(${quoteColumns(chunk)})`).join(' + ');
}

/** A constant of a type, or an expression. */
export function valueSql(value: Value, type: string): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? `(${value.expression})` : `${quoteLiteral(String(value))}::${type}`;
}
