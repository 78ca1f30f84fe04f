import type { TableImage } from '../../model/dedupe.ts';
import type { ArchivedReference } from '../../model/ledger.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { type Origin, openEntry } from '../history-schema.ts';
import { quoteName } from '../quote.ts';
import { archiveTable, otherBytes, rowsOf, sameRow } from '../relation.ts';
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
  readonly assignments: readonly Assigned[];
  /** For re-pointed rows: what they name before. */
  readonly refersTo?: readonly ArchivedReference[];
  /** Whether the result says in how many rows a trigger has left another value. */
  readonly reads?: 'what a trigger left';
  /** What the statement means to the batch. */
  readonly as: (statement: Statement) => BatchStatement;
}

/** A column, and SQL over FROM of what it is set to. */
export interface Assigned {
  readonly column: string;
  readonly value: string;
}

/** Updates rows, with their images before and after in the archive. */
export function changeRows(change: RowChange): readonly BatchStatement[] {
  const { image, live, from, pair } = change;
  const where = `${change.where} and ${sameRow('t', 'r')}`;
  const { refersTo } = change;
  const entry = { table: image.table, archive: archiveTable(image).name, ...(refersTo ? { refersTo } : {}) };
  const sets = change.assignments.map(({ column, value }) => `${quoteName(column)} = ${value}`);
  const reads = image.rewritten && change.reads !== undefined;
  const { wanted, differing } = reads ? compareWith(change, where) : { wanted: '', differing: '' };
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
      ...(reads ? { compared: change.assignments.map(({ column }) => column) } : {}),
      ...change.as(
        statement(`
      with ${wanted}changed as (
        update ${rowsOf(image)} t set ${sets.join(', ')}
          from ${from} where ${where}
        returning r.tab as msgdb_tab, r.tid as msgdb_tid, t.tableoid as msgdb_new_tab, t.ctid as msgdb_new_tid,
                  ${pair} as msgdb_pair, t.*),
      ${live.remember(image)}archived as (
        ${intoArchive(image)}
        select ${imageOf(image, 'c', 'after', 'c.msgdb_pair')} from changed c returning 1),
      ${tally('archived')}
      select count(*) as rows${differing} from archived`),
      ),
    },
    ...live.refresh(image),
  ];
}

/**
 * What the rows were to have, and how many have something else: RETURNING gives what a trigger left. A row that it kept by
 * RETURN NULL is not returned, and has what it had.
 */
function compareWith(
  { image, from, pair, assignments }: RowChange,
  where: string,
): { readonly wanted: string; readonly differing: string } {
  const values = assignments.flatMap(({ column, value }, place) => [
    `${value} as w${place + 1}`,
    `t.${quoteName(column)} as b${place + 1}`,
  ]);
  const counts = assignments.map(({ column }, place) => {
    const now = `case when c.msgdb_pair is null then w.b${place + 1} else c.${quoteName(column)} end`;
    return `count(*) filter (where ${otherBytes([asStored(image, column, now)], [asStored(image, column, `w.w${place + 1}`)])})`;
  });
  return {
    wanted: `wanted as materialized (
        select ${pair} as msgdb_pair, ${values.join(', ')} from ${from}, ${rowsOf(image)} t where ${where}),
      `,
    differing: `,
             (select jsonb_build_array(${counts.join(', ')}) from wanted w left join changed c on c.msgdb_pair = w.msgdb_pair) as differing`,
  };
}

/** A value as the column keeps it: rounded, or padded, to what its type is declared with. */
export function asStored({ columns }: TableImage, column: string, value: string): string {
  const type = columns.find(({ name }) => name === column)?.storageType;
  return type === undefined ? value : `(${value})::${type}`;
}
