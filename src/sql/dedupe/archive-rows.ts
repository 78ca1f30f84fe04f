import type { TableImage } from '../../model/dedupe.ts';
import { CURRENT_ENTRY } from '../history-schema.ts';
import { OWN } from '../own-schema.ts';
import { quoteColumns, quoteTable } from '../quote.ts';
import { archiveTable } from '../relation.ts';

/** `insert into archive (…)`, to be followed by a SELECT with image, pair, the row's columns, and `more`. */
export function intoArchive(image: TableImage, more = ''): string {
  const columns = quoteColumns(image.columns.map((column) => column.name));
  return `insert into ${quoteTable(archiveTable(image))}
               (msgdb_ledger, msgdb_image, msgdb_pair, ${columns}${more})`;
}

/** The SELECT list that goes with `intoArchive`: the row `alias` as it is. */
export function imageOf(image: TableImage, alias: string, kind: string, pair = 'null'): string {
  const columns = quoteColumns(
    image.columns.map((column) => column.name),
    alias,
  );
  return `${CURRENT_ENTRY}, '${kind}', ${pair}, ${columns}`;
}

/** A CTE that counts the rows of `source`, a FROM item and what follows it, in the entry they belong to. */
export function tally(source: string): string {
  return `tallied as (
        update ${OWN}.ledger set row_count = row_count + (select count(*) from ${source})
         where id = ${CURRENT_ENTRY})`;
}
