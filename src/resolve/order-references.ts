import type { TableFacts } from '../model/facts.ts';
import { isSameTable } from '../model/table-name.ts';

interface Moving {
  readonly child: TableFacts;
  readonly columns: readonly string[];
}

/**
 * References in the order in which they are re-pointed: a table before those that refer to the very columns, so that ON
 * UPDATE CASCADE takes these along. The other way round they would name rows that are not there yet (23503).
 */
export function orderReferences<Reference extends Moving>(references: readonly Reference[]): readonly Reference[] {
  const ordered: Reference[] = [];
  const left = new Set(references);
  while (left.size > 0) {
    // In a circle there is no first one.
    const next = [...left].find((each) => ![...left].some((other) => followsUpon(each, other))) ?? [...left][0];
    if (!next) break;
    ordered.push(next);
    left.delete(next);
  }
  return ordered;
}

function followsUpon(each: Moving, other: Moving): boolean {
  return (
    each.child.oid !== other.child.oid &&
    other.child.referencedBy.some(
      ({ table, columns, referenced }) =>
        isSameTable(table, each.child.table) &&
        columns.some((column) => each.columns.includes(column)) &&
        referenced.some((column) => other.columns.includes(column)),
    )
  );
}
