import type { Key } from '../../model/dedupe.ts';
import type { IndexPartFacts, OperationFacts, TableFacts } from '../../model/facts.ts';
import { LONGEST_OVERHEAD, MOST_BYTES, OVERHEAD_OF_PART } from '../../sql/key-widths.ts';

/**
 * Has every row a key that an index takes, as the catalogue shows? Then it need not be measured. All parts have a length
 * of their own; or an index holds them already; or no row of the table is so long.
 */
export function isShortKey(key: Key, { parts, table }: OperationFacts): boolean {
  return parts.every(({ length }) => length >= 0) || isIndexed(key, table) || fitsInRow(key, parts, table);
}

/** The same values in the same order, whatever comes after them. */
function isIndexed({ columns }: Key, { indexes }: TableFacts): boolean {
  return indexes.some(
    ({ valid, method, predicate, key }) =>
      valid &&
      method === 'btree' &&
      predicate === undefined &&
      columns.every((part, place) => 'column' in part && part.column === key[place]?.column),
  );
}

/**
 * A row of more than this many bytes has had values stored apart, as far as their storage allows (x and e do): where none
 * is, none was so long. A length that an expression makes of it is not known.
 */
function fitsInRow(
  { columns }: Key,
  parts: readonly IndexPartFacts[],
  { toastBytes, toastTarget }: TableFacts,
): boolean {
  return (
    toastBytes === 0 &&
    toastTarget + LONGEST_OVERHEAD + parts.length * OVERHEAD_OF_PART <= MOST_BYTES &&
    columns.every((part) => 'column' in part) &&
    parts.every(({ length, storage }) => length >= 0 || storage === 'x' || storage === 'e')
  );
}
