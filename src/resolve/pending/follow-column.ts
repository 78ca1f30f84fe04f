import type { Change, Fill } from '../../model/pending.ts';
import { substitute } from './substitute.ts';
import type { KnownColumn, KnownTable } from './world.ts';

/** The table after a change of one of its columns. */
export function afterColumn(
  table: KnownTable,
  change: Extract<Change, { kind: 'rename-column' | 'drop-column' }>,
): KnownTable {
  const [columns, types] = [new Map(table.columns), new Map(table.types)];
  const from = change.kind === 'rename-column' ? change.from : change.column;
  const [known, type] = [columns.get(from), types.get(from)];
  columns.delete(from);
  types.delete(from);
  if (known && change.kind === 'rename-column') columns.set(change.to, known);
  if (type !== undefined && change.kind === 'rename-column') types.set(change.to, type);
  return { ...table, columns, types };
}

/** The table with a column that is added, unless it has it. */
export function withColumn(
  table: KnownTable,
  { column }: Extract<Change, { kind: 'add-column' }>,
  where: string,
): KnownTable {
  if (table.columns.has(column.name)) return table;
  const columns = new Map(table.columns);
  columns.set(column.name, filled(column.fill, table, `${column.name}, added ${where}`));
  return { ...table, columns, types: new Map([...table.types, [column.name, column.type]]) };
}

/** What a column that is added holds in each row. */
function filled(fill: Fill, table: KnownTable, label: string): KnownColumn {
  switch (fill.kind) {
    case 'null':
    case 'distinct':
      return fill;
    case 'constant':
      return { kind: 'constant', sql: fill.expression.text };
    case 'generated': {
      const value = substitute(fill.expression, table);
      return 'sql' in value ? { kind: 'value', sql: value.sql } : { kind: 'unknown', reason: value.unresolved };
    }
    case 'unknown':
      return { kind: 'unknown', reason: `${label}: its values come from ${fill.what}` };
  }
}
