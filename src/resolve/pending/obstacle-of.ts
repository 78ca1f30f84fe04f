import type { NewIndex } from '../../model/demand.ts';
import type { WrittenExpression, WrittenUnique } from '../../model/pending.ts';
import { isSameTable, tableId } from '../../model/table-name.ts';
import { substitute } from './substitute.ts';
import type { KnownTable, World } from './world.ts';

/** Why the index of a unique key cannot be built before the pending statements are run; undefined where it can. */
export function obstacleOf(
  world: World,
  table: KnownTable,
  { parts, where, besides }: WrittenUnique,
  index: NewIndex | undefined,
): string | undefined {
  if (!table.origin) return 'an earlier pending statement makes the table';
  if (!isSameTable(table.origin, table.name)) return 'an earlier pending statement renames the table';
  if (table.where.length > 0 || table.computed) return 'an earlier pending statement changes the rows';
  const columns = parts.flatMap((part) => ('column' in part ? [part.column] : []));
  const expressions = [...parts.flatMap((part) => ('expression' in part ? [part.expression] : [])), where];
  const isAsNow = (column: string): boolean => {
    const known = table.columns.get(column);
    return known?.kind === 'present' && known.column === column;
  };
  if (!columns.every(isAsNow) || !expressions.every((each) => each === undefined || isUntouched(each, table))) {
    return 'an earlier pending statement makes, renames or changes one of its columns';
  }
  if (index && world.names.has(tableId(index))) {
    return `an earlier pending statement makes, renames or drops ${index.name}`;
  }
  return besides === undefined ? undefined : `msgdb builds no index with ${besides}`;
}

function isUntouched(expression: WrittenExpression, table: KnownTable): boolean {
  const value = substitute(expression, table);
  return 'sql' in value && value.sql === expression.text;
}
