import type { TableName } from '../model/facts.ts';

/** Quotes an identifier, always: `wa"id` → `"wa""id"`. Case, dots and reserved words are safe. */
export function quoteName(name: string): string {
  if (name.includes('\0')) throw new TypeError('an identifier cannot contain a NUL character');
  return `"${name.replaceAll('"', '""')}"`;
}

/** Schema-qualified and quoted, so that search_path never decides which table is meant. */
export function quoteTable(table: TableName): string {
  return `${quoteName(table.schema)}.${quoteName(table.name)}`;
}

/** Quoted columns, separated by commas; with an alias in front where one is given. */
export function quoteColumns(columns: readonly string[], alias?: string): string {
  return columns.map((column) => (alias ? `${alias}.${quoteName(column)}` : quoteName(column))).join(', ');
}

/** Quotes a string constant, for statements that take no parameters (DDL) and for printed scripts. */
export function quoteLiteral(value: string): string {
  if (value.includes('\0')) throw new TypeError('a text value cannot contain a NUL character');
  const doubled = value.replaceAll("'", "''");
  return value.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
}
