import type { Change, WrittenRows } from '../../model/pending.ts';
import type { KnownTable } from './world.ts';

/** The table after an INSERT: with these rows, where they are known, or with others. */
export function afterInsert(
  table: KnownTable,
  { written }: Extract<Change, { kind: 'insert' }>,
  where: string,
): KnownTable {
  const more = `a statement ${where} adds rows to ${table.name.name}`;
  const rows = written === undefined || written === 'open' ? undefined : withColumns(table, written);
  const before = insertedBefore(table);
  if (!rows || before === 'open') return { ...table, more, inserted: undefined };
  return { ...table, more, inserted: { rows: before ? together(before, rows) : rows, more } };
}

/** The rows that earlier statements have inserted; `open` where they are not known. */
export function insertedBefore({ more, inserted }: KnownTable): WrittenRows | 'open' | undefined {
  if (more === undefined) return undefined;
  return inserted?.more === more ? inserted.rows : 'open';
}

/** Without a list the values are for the columns in their order. */
export function withColumns({ columns, made }: KnownTable, { columns: named, rows }: WrittenRows): WrittenRows {
  if (named.length > 0) return { columns: named, rows };
  return { columns: made ? made.map(({ name }) => name) : [...columns.keys()], rows };
}

function together(one: WrittenRows, other: WrittenRows): WrittenRows {
  const columns = [...new Set([...one.columns, ...other.columns])];
  const rows = [one, other].flatMap((each) =>
    each.rows.map((row) =>
      columns.map((column) => {
        const at = each.columns.indexOf(column);
        return at === -1 ? undefined : row[at];
      }),
    ),
  );
  return { columns, rows };
}
