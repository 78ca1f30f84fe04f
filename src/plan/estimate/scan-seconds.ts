import type { TableFacts } from '../../model/facts.ts';

/** Measured with everything in memory, on rows of 60 to 450 bytes; docs/decisions/0026 has the figures. */
const SECONDS_PER_ROW = 60e-9;
const SECONDS_PER_PAGE = 1.3e-6;
const PAGE_BYTES = 8192;
/** Where a table was never analysed; most rows are larger. */
const LEAST_ROW_BYTES = 60;

/** What reading all of a table takes, about. */
export function scanSeconds(table: Pick<TableFacts, 'bytes' | 'estimatedRows'>): number {
  return rowsOf(table) * SECONDS_PER_ROW + (table.bytes / PAGE_BYTES) * SECONDS_PER_PAGE;
}

/** Rows of a table, about. */
export function rowsOf({ bytes, estimatedRows }: Pick<TableFacts, 'bytes' | 'estimatedRows'>): number {
  // Analysed when it was empty and filled since: 0 rows on many pages.
  return estimatedRows > 0 ? estimatedRows : bytes / LEAST_ROW_BYTES;
}
