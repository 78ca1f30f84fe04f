import type { Assignment, Key, TableImage } from '../../model/dedupe.ts';
import { statement } from '../../model/statement.ts';
import { tableLabel } from '../../model/table-label.ts';
import type { Origin } from '../history-schema.ts';
import { quoteName } from '../quote.ts';
import { covered, otherBytes, rowsOf, sameBytes, sameRow, workTable } from '../relation.ts';
import { partSql, valueSql } from '../terms.ts';
import { assertChanged } from './assert-changed.ts';
import { asStored, changeRows } from './change-rows.ts';
import type { LiveTables } from './live-tables.ts';
import { type BatchStatement, work } from './statements.ts';

/** Rows that stay and are marked: losers of ranked groups. */
interface Marked {
  readonly image: TableImage;
  readonly key?: Key;
  readonly ranked: string;
  readonly path: string;
}

/** The values are computed first, in a query where nothing but the row's own columns can be meant. */
export function setLosers(
  { image, key, ranked, path }: Marked,
  values: readonly Assignment[],
  origin: Origin,
  live: LiveTables,
): readonly BatchStatement[] {
  const marks = workTable(`marks_${path}`);
  const wanted = values.map(({ type, value }, place) => `(${valueSql(value, type)})::${type} as m${place + 1}`);
  if (image.rewritten) live.add(image, marks);
  const changes = changeRows({
    image,
    origin,
    live,
    from: `${marks} r`,
    where: 'true',
    some: `from ${marks}`,
    pair: 'r.pair',
    assignments: values.map(({ column }, place) => ({ column, value: `r.m${place + 1}` })),
    reads: 'what a trigger left',
    as: (statement) => ({ role: 'removed', archived: false, marked: true, statement }),
  });
  live.remove(marks);
  const before = image.rewritten ? values.map(({ column }, place) => `${quoteName(column)} as b${place + 1}`) : [];
  return [
    work(`drop table if exists ${marks}`),
    work(`
      create unlogged table ${marks} as
      select row_number() over () as pair, msgdb_tab as tab, msgdb_tid as tid,
             ${[...wanted, ...before].join(',\n             ')}
        from (select r.tab as msgdb_tab, r.tid as msgdb_tid, msgdb_t.*
                from ${ranked} r
                join ${rowsOf(image)} msgdb_t on ${sameRow('msgdb_t', 'r')}
               where r.rank > 1) losers`),
    ...changes,
    ...(image.rewritten ? [assertMarked(image, values, marks)] : []),
    ...(key ? [assertSetApart(key, ranked)] : []),
  ];
}

/** An application would take a loser that has kept its values for a row like any other. */
function assertMarked(image: TableImage, values: readonly Assignment[], marks: string): BatchStatement {
  const kept = values.map(({ column }, place) => {
    const wanted = asStored(image, column, `r.m${place + 1}`);
    const before = asStored(image, column, `r.b${place + 1}`);
    const now = asStored(image, column, `t.${quoteName(column)}`);
    return `(${otherBytes([wanted], [before])} and ${sameBytes([now], [before])})`;
  });
  return assertChanged({
    table: image.table,
    from: `${marks} r
        join ${rowsOf(image)} t on ${sameRow('t', 'r')}`,
    kept: kept.join(' or '),
    message: `Losers of ${tableLabel(image.table)} still have the values that losers: { set } was to change; the batch was undone.`,
  });
}

/** Marked rows that still break the rule would be found, and marked, by every further pass. */
function assertSetApart(key: Key, ranked: string): BatchStatement {
  const keys = key.columns.map(partSql);
  return {
    role: 'assert-none',
    writes: { table: key.table, command: 'update' },
    statement: statement(`
      select count(*) as rows
        from (select from (select r.grp as msgdb_grp, msgdb_t.*
                             from ${ranked} r
                             join ${rowsOf(key)} msgdb_t on ${sameRow('msgdb_t', 'r')}) marked
               where ${covered(key, keys)}
               group by msgdb_grp, ${keys.join(', ')} having count(*) > 1) left_over`),
    message: 'Losers that were marked are still copies of their survivor; the batch was undone.',
    fix: 'Let losers: { set: … } change the key, or a column by which the predicate leaves them out.',
  };
}
