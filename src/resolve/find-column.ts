import type { ColumnFacts, TableFacts } from '../model/facts.ts';
import { matchName, parseName } from '../model/name.ts';
import type { Refusals } from '../model/refusals.ts';
import { tableLabel } from '../model/table-label.ts';

/** Finds a column by a person's name for it. */
export function findColumn(facts: TableFacts, name: string): ColumnFacts | undefined {
  const [part, ...more] = parseName(name);
  if (!part || more.length > 0) return undefined;
  const found = matchName(
    part,
    facts.columns.map((column) => column.name),
  );
  return facts.columns.find((column) => column.name === found);
}

/** The same, refused when there is no such column. */
export function requireColumn(facts: TableFacts, name: string, refusals: Refusals): ColumnFacts | undefined {
  const column = findColumn(facts, name);
  if (!column) {
    refusals.add(
      'MSGDB_COLUMN_NOT_FOUND',
      `${tableLabel(facts.table)} has no column ${name}.`,
      `Its columns are ${facts.columns.map((each) => each.name).join(', ')}.`,
    );
  }
  return column;
}

/**
 * Of two values for one column, under two of its names, nothing says which is meant; PostgreSQL refuses both (42601).
 */
export function refuseTwice(option: string, columns: readonly { readonly column: string }[], refusals: Refusals): void {
  const names = columns.map(({ column }) => column);
  for (const name of new Set(names.filter((each, place) => names.indexOf(each) !== place))) {
    refusals.add(
      'MSGDB_USAGE',
      `${option} names the column ${name} more than once.`,
      `Write ${name} once in ${option}.`,
    );
  }
}
