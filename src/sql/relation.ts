import { createHash } from 'node:crypto';
import type { ImageColumn, Key, TableImage } from '../model/dedupe.ts';
import type { TableName } from '../model/facts.ts';
import { truncateBytes } from '../model/name.ts';
import { OWN } from './own-schema.ts';
import { quoteName, quoteTable } from './quote.ts';

/**
 * A table as FROM and UPDATE name it. ONLY keeps inherited tables out, which an index does not cover either; a
 * partitioned table has no rows but its partitions'.
 */
export function rowsOf({ table, partitioned }: { readonly table: TableName; readonly partitioned: boolean }): string {
  return partitioned ? quoteTable(table) : `only ${quoteTable(table)}`;
}

/** `left` and `right` are the same row: a ctid repeats across partitions, so the table's oid goes with it. */
export function sameRow(alias: string, work: string): string {
  return `${alias}.tableoid = ${work}.tab and ${alias}.ctid = ${work}.tid`;
}

/**
 * Two lists of values are the same to the byte (`*=`, which works for every type and sees 1.0 and 1.00, or white space
 * in json, as different). Without the cast PostgreSQL takes the two rows apart and looks for `*=` on their columns.
 */
export function sameBytes(left: readonly string[], right: readonly string[]): string {
  return `row(${left.join(', ')})::record *= row(${right.join(', ')})::record`;
}

/** The opposite of `sameBytes`. */
export function otherBytes(left: readonly string[], right: readonly string[]): string {
  return `row(${left.join(', ')})::record *<> row(${right.join(', ')})::record`;
}

/** A work table, by its role. */
export function workTable(role: string): string {
  return `${quoteName(OWN)}.${quoteName(`work_${role}`)}`;
}

/**
 * Rows the index covers: inside its predicate, and without a NULL in the key unless NULLs are equal. An expression may
 * fail outside the predicate, and PostgreSQL evaluates conditions in the order of their cost: CASE has an order.
 */
export function covered({ predicate, nulls }: Pick<Key, 'predicate' | 'nulls'>, keys: readonly string[]): string {
  // Not `(…) is not null`: for a composite value that asks about its fields.
  const notNull = nulls === 'distinct' ? keys.map((key) => `${key} is distinct from null`).join(' and ') : '';
  if (predicate === undefined) return notNull || 'true';
  if (notNull === '') return `(${predicate})`;
  const guards = keys.some((key) => key.startsWith('('));
  return guards ? `case when (${predicate}) then ${notNull} else false end` : `(${predicate}) and ${notNull}`;
}

/** The column of a ranked row, and of an archived one, that has a part of its survivor's primary key. */
export function survivorName(place: number): string {
  return `msgdb_survivor_${place + 1}`;
}

/** The archive table of a source table with these columns and key: the name follows from them, and fits in 63 bytes. */
export function archiveTable(image: TableImage): TableName {
  const columns = image.columns.map((column) => [column.name, column.storageType]);
  const shape = JSON.stringify([image.table, columns, image.identity]);
  const hash = createHash('sha256').update(shape).digest('hex').slice(0, 8);
  return { schema: OWN, name: `archive_${truncateBytes(image.table.name, 40)}_${hash}` };
}

/** Columns whose values can be written: a generated column computes its own. */
export function writable(columns: readonly ImageColumn[]): readonly ImageColumn[] {
  return columns.filter((column) => !column.generated);
}
