import type { Value } from '../model/operations/common.ts';
import type { KeyColumn, OrderTerm } from '../model/plan.ts';
import { quoteLiteral, quoteName } from './quote.ts';

/** A part of a key: a quoted column, or the expression in parentheses. */
export function partSql(part: KeyColumn): string {
  return 'column' in part ? quoteName(part.column) : `(${part.expression})`;
}

/** A term of the survivor order. */
export function orderSql(term: OrderTerm): string {
  const direction = `${term.descending ? 'desc' : 'asc'} nulls ${term.nullsFirst ? 'first' : 'last'}`;
  if (!('ranking' in term)) return `${partSql(term)} ${direction}`;
  const values = term.ranking.map(quoteLiteral).join(', ');
  return `array_position(array[${values}]::text[], ${quoteName(term.column)}::text) ${direction}`;
}

/** A constant of a type, or an expression. */
export function valueSql(value: Value, type: string): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? `(${value.expression})` : `${quoteLiteral(String(value))}::${type}`;
}
