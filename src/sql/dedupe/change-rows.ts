import type { TableImage } from '../../model/dedupe.ts';
import type { ArchivedReference } from '../../model/ledger.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { type Origin, openEntry } from '../history-schema.ts';
import { archiveTable, rowsOf, sameRow } from '../relation.ts';
import { imageOf, intoArchive, tally } from './archive-rows.ts';
import type { LiveTables } from './live-tables.ts';
import type { BatchStatement } from './statements.ts';

export interface RowChange {
  readonly image: TableImage;
  readonly origin: Origin;
  readonly live: LiveTables;
  /** FROM items; one is `r`, with the place (tab, tid) of each row to change. */
  readonly from: string;
  /** Which of them to change; the row itself is `t`. */
  readonly where: string;
  /** SQL, from FROM on, that finds whether there are any, where this is less work. */
  readonly some?: string;
  /** A number that ties the image before to the image after, unique within the statement. */
  readonly pair: string;
  readonly assignments: readonly string[];
  /** For re-pointed rows: what they name before. */
  readonly refersTo?: readonly ArchivedReference[];
  /** What the statement means to the batch. */
  readonly as: (statement: Statement) => BatchStatement;
}

/** Updates rows, with their images before and after in the archive. */
export function changeRows(change: RowChange): readonly BatchStatement[] {
  const { image, live, from, pair } = change;
  const where = `${change.where} and ${sameRow('t', 'r')}`;
  const { refersTo } = change;
  const entry = { table: image.table, archive: archiveTable(image).name, ...(refersTo ? { refersTo } : {}) };
  return [
    { role: 'work', statement: openEntry(change.origin, 'updated', entry) },
    {
      role: 'work',
      statement: statement(`
      ${intoArchive(image)}
      select ${imageOf(image, 't', 'before', pair)}
        from ${from}, ${rowsOf(image)} t where ${where}`),
    },
    {
      writes: { table: image.table, command: 'update' },
      onlyFor: change.some ?? `from ${from}, ${rowsOf(image)} t where ${where}`,
      ...change.as(
        statement(`
      with changed as (
        update ${rowsOf(image)} t set ${change.assignments.join(', ')}
          from ${from} where ${where}
        returning r.tab as msgdb_tab, r.tid as msgdb_tid, t.tableoid as msgdb_new_tab, t.ctid as msgdb_new_tid,
                  ${pair} as msgdb_pair, t.*),
      ${live.remember(image)}archived as (
        ${intoArchive(image)}
        select ${imageOf(image, 'c', 'after', 'c.msgdb_pair')} from changed c returning 1)${tally('archived')}`),
      ),
    },
    ...live.refresh(image),
  ];
}
