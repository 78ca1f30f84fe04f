import type { TableImage } from '../../model/dedupe.ts';
import { quoteName, quoteTable } from '../quote.ts';
import { rowsOf, sameRow } from '../relation.ts';
import { futureColumn } from './future-rows.ts';

/** Rows of the table (tab, tid, moves) that are re-pointed themselves, as they refer to it, with what these columns will be. */
export interface OwnMove {
  readonly rows: string;
  readonly columns: readonly { readonly name: string }[];
}

/**
 * SQL: the rows of ranked groups, whose columns expressions read, with the whole row as `msgdb_row`. What refers to the
 * table itself is read as it will be when it has been re-pointed.
 */
export function memberRows(image: TableImage, ranked: string, moves: readonly OwnMove[]): string {
  const head = 'r.grp as msgdb_grp, r.rank as msgdb_rank, r.tab as msgdb_tab, r.tid as msgdb_tid';
  if (moves.length === 0) {
    return `
        (select ${head}, msgdb_t as msgdb_row, msgdb_t.*
           from ${ranked} r
           join ${rowsOf(image)} msgdb_t on ${sameRow('msgdb_t', 'r')}) members`;
  }
  const values = image.columns.map(({ name }) => movedValue(moves, name) ?? `c.${quoteName(name)}`);
  return `
        (select ${head}, msgdb_m.msgdb_t as msgdb_row, (msgdb_m.msgdb_t).*
           from ${ranked} r
           join ${rowsOf(image)} c on ${sameRow('c', 'r')}${joinMoves(moves, 'r')}
          cross join lateral (select row(${values.join(', ')})::${quoteTable(image.table)} as msgdb_t offset 0) msgdb_m) members`;
}

/** SQL: joins what becomes of the row at the place of `work`. */
export function joinMoves(moves: readonly OwnMove[], work: string): string {
  return moves
    .map(
      ({ rows }, place) => `
           left join ${rows} o${place} on o${place}.tab = ${work}.tab and o${place}.tid = ${work}.tid and o${place}.moves`,
    )
    .join('');
}

/** SQL: what a column of the row `c` will be; undefined where it is not one of those that refer to the table itself. */
export function movedValue(moves: readonly OwnMove[], name: string): string | undefined {
  const cases = moves.flatMap(({ columns }, place) => {
    const part = columns.findIndex((column) => column.name === name);
    return part < 0 ? [] : [`when o${place}.tab is not null then o${place}.${futureColumn(part)}`];
  });
  return cases.length === 0 ? undefined : `case ${cases.join(' ')} else c.${quoteName(name)} end`;
}
