import type { ChildKey } from '../model/dedupe.ts';
import type { IndexFacts, TableFacts } from '../model/facts.ts';

/** The unique indexes of a table in which rows could become copies when these columns change. */
export function collidingKeys(child: TableFacts, columns: readonly string[]): readonly ChildKey[] {
  const changed = changedColumns(child, columns);
  return child.indexes
    .filter((index) => index.unique && !index.exclusion && isAbout(index, changed))
    .filter((index) => !isUniqueAnyhow(index, changed, child))
    .map(childKey);
}

/** These columns, and those that are generated from them. */
export function changedColumns(table: TableFacts, columns: readonly string[]): readonly string[] {
  const computed = table.columns.filter(({ expression }) => expression !== undefined && mentions(expression, columns));
  return [...new Set([...columns, ...computed.map(({ name }) => name)])];
}

/** Could it mind when these columns change? An array's elements are compared one by one: not to be foreseen here. */
export function isAbout(index: IndexFacts, columns: readonly string[]): boolean {
  if (!index.ready) return false;
  return (
    index.key.some((part) => (part.column ? columns.includes(part.column) : mentions(part.text, columns))) ||
    (index.predicate !== undefined && mentions(index.predicate, columns))
  );
}

/** As PostgreSQL writes names in expressions: quoted where it must be, so that `id` is not in `order_id`. A whole row has all columns. */
function mentions(text: string, columns: readonly string[]): boolean {
  if (text.includes('.*')) return true;
  return columns.some((column) => {
    if (text.includes(`"${column.replaceAll('"', '""')}"`)) return true;
    if (!/^[\p{L}_][\p{L}\p{N}_$]*$/u.test(column)) return false;
    return new RegExp(`(?<![\\p{L}\\p{N}_$"])${column.replaceAll('$', '\\$')}(?![\\p{L}\\p{N}_$"])`, 'u').test(text);
  });
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
