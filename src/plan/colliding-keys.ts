import type { IndexFacts, TableFacts } from '../model/facts.ts';
import type { ChildKey } from '../model/plan.ts';

/** The unique indexes of a table in which rows could become copies when these columns change. */
export function collidingKeys(child: TableFacts, columns: readonly string[]): readonly ChildKey[] {
  return child.indexes
    .filter((index) => couldCollide(index, columns) && !isUniqueAnyhow(index, columns, child))
    .map(childKey);
}

/** An array's elements are compared one by one, so a unique index on the array cannot be foreseen here. */
function couldCollide(index: IndexFacts, columns: readonly string[]): boolean {
  if (!index.unique || !index.ready) return false;
  const mentions = (text: string): boolean =>
    columns.some((column) => text.includes(column) || text.includes(column.replaceAll('"', '""')));
  return (
    index.key.some((part) => (part.column ? columns.includes(part.column) : mentions(part.text))) ||
    (index.predicate !== undefined && mentions(index.predicate))
  );
}

/** It has all columns of another unique index that stay as they are: `(id, tenant_id)` beside a primary key `(id)`. */
function isUniqueAnyhow(index: IndexFacts, columns: readonly string[], { indexes }: TableFacts): boolean {
  if (index.nullsNotDistinct) return false;
  return indexes.some(
    ({ name, unique, valid, exclusion, predicate, key }) =>
      name !== index.name &&
      unique &&
      valid &&
      !exclusion &&
      predicate === undefined &&
      key.every(
        ({ column, plain }) =>
          column !== undefined &&
          plain &&
          !columns.includes(column) &&
          index.key.some((part) => part.column === column && part.plain),
      ),
  );
}

function childKey(index: IndexFacts): ChildKey {
  return {
    index: index.name,
    columns: index.key.map((part) => `(${part.text})`),
    predicate: index.predicate,
    nulls: index.nullsNotDistinct ? 'not distinct' : 'distinct',
  };
}
