import type { ImageColumn, TableImage } from '../model/dedupe.ts';
import type { ForeignKeyFacts } from '../model/facts.ts';
import type { ArchivedReference, RowEntry } from '../model/ledger.ts';
import { OWN } from './own-schema.ts';
import { quoteLiteral, quoteName, quoteTable } from './quote.ts';
import { rowsOf, sameBytes } from './relation.ts';

/** SQL: of the row t each column that was changed, from b to a, is still what it was changed to. */
export function fitsBack(columns: readonly ImageColumn[]): string {
  return columns
    .map((column) => `(${unchanged('a', 'b', column)} or ${unchanged('t', 'a', column)})`)
    .join('\n           and ');
}

export function unchanged(left: string, right: string, { name, storageType }: ImageColumn): string {
  const value = (alias: string): string => `${alias}.${quoteName(name)}::${storageType}`;
  return sameBytes([value(left)], [value(right)]);
}

/**
 * A row that was removed and is not back yet may have left its key to another row: what named it waits for it. What had
 * gone before the entry was written is named by no row of it: a survivor may have had its key by then. The missing ones
 * are looked up as one hashed list, which is empty where every entry before this one is back.
 */
export function namesNoOther({ runId, refersTo }: RowEntry, alias: string): string {
  const terms = refersTo?.map((reference) => isBack(runId, reference, alias)) ?? [];
  return terms.length === 0 ? 'true' : terms.join('\n           and ');
}

function isBack(runId: string, { archive, columns, referenced, array }: ArchivedReference, alias: string): string {
  const missing = `
             select ${referenced.map((column) => `p.${quoteName(column)}::text`).join(', ')}
               from ${quoteName(OWN)}.ledger e
               join ${quoteName(OWN)}.${quoteName(archive)} p on p.msgdb_ledger = e.id
              where e.run_id = ${quoteLiteral(runId)} and e.kind = 'removed' and e.restored_count < e.row_count
                and e.id >= $1::text::bigint and p.msgdb_image = 'removed' and p.msgdb_restored_at is null`;
  const own = columns.map((column) => `${alias}.${quoteName(column)}::text`);
  return array
    ? `not exists (
             select from unnest(${own[0]}[]) as named(value) where coalesce(named.value in (${missing}), false))`
    : `not coalesce((${own.join(', ')}) in (${missing}), false)`;
}

export function unnamed(key: ForeignKeyFacts): string {
  const pairs = key.columns.map(
    (column, place) => `f.${quoteName(column)} = t.${quoteName(key.referenced[place] ?? '')}`,
  );
  return `not exists (select from ${quoteTable(key.table)} f where ${pairs.join(' and ')})`;
}

/** A row is found by its primary key; without one, it is the first row that is all the same. */
export function identifies(table: TableImage, columns: readonly ImageColumn[], alias: string): string {
  if (table.identity.length > 0) {
    return table.identity.map((name) => `t.${quoteName(name)} = ${alias}.${quoteName(name)}`).join(' and ');
  }
  const valuesOf = (each: string): readonly string[] =>
    columns.map(({ name, storageType }) => `${each}.${quoteName(name)}::${storageType}`);
  const textOf = (each: string): string => `row(${valuesOf(each).join(', ')})::text`;
  return `${textOf('t')} = ${textOf(alias)} and ${sameBytes(valuesOf('t'), valuesOf(alias))} and (t.tableoid, t.ctid) in (
             select distinct on (${textOf('u')}) u.tableoid, u.ctid from ${rowsOf(table)} u
              order by ${textOf('u')}, u.tableoid, u.ctid)`;
}

export function archiveOf({ archive }: RowEntry): string {
  return `${quoteName(OWN)}.${quoteName(archive)}`;
}

export function waits({ kind }: RowEntry): string {
  const image = { removed: 'removed', updated: 'after', created: 'created' }[kind];
  return `a.msgdb_ledger = $1::text::bigint and a.msgdb_image = ${quoteLiteral(image)} and a.msgdb_restored_at is null`;
}
