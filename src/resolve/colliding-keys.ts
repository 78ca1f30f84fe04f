import type { ChildKey, UnchangedKey } from '../model/dedupe.ts';
import type { IndexFacts, TableFacts } from '../model/facts.ts';
import type { PartitionRules } from '../model/partition-rules.ts';
import { changesPartition } from './partition-keys.ts';

/** The unique indexes of a table in which rows could become copies when these columns change. */
export function collidingKeys(child: TableFacts, columns: readonly string[]): readonly ChildKey[] {
  const changed = changedColumns(child, columns);
  const own = child.indexes
    .filter((index) => index.unique && !index.exclusion && isAbout(index, changed))
    .filter((index) => !isUniqueAnyhow(index, changed, child))
    .map(childKey);
  return [...own, ...partitionKeys(child, changed)];
}

/** The unique indexes of a table, and of its partitions, that are not about columns that are changed. */
export function unchangedKeys(table: TableFacts, columns: readonly string[]): readonly UnchangedKey[] {
  if (columns.length === 0) return [];
  const changed = changedColumns(table, columns);
  const found = (indexes: readonly IndexFacts[]): readonly IndexFacts[] =>
    indexes.filter((index) => index.unique && index.ready && !index.exclusion && !isAbout(index, changed));
  return [
    ...found(table.indexes).map((index) => ({ ...childKey(index), names: columnsAlone(index) })),
    ...table.parts.flatMap((part) =>
      found(part.indexes).map((index) => ({
        ...childKey(index),
        partition: part.table,
        predicate: allOf(part.bound, index.predicate),
        names: undefined,
      })),
    ),
  ];
}

function columnsAlone({ key, predicate, nullsNotDistinct }: IndexFacts): readonly string[] | undefined {
  const names = key.flatMap(({ column, plain }) => (column !== undefined && plain ? [column] : []));
  return predicate === undefined && !nullsNotDistinct && names.length === key.length ? names : undefined;
}

/** A unique index, with the partition whose own it is; `has`: the column itself is in its key. */
interface ApartKey {
  readonly index: IndexFacts;
  readonly part?: PartitionRules;
  readonly has: boolean;
}

/**
 * The unique indexes that a column is in. Without the column itself in their key, rows that refer to others may be in the
 * way, which are not looked at as copies.
 */
export function apartKeys(child: TableFacts, column: string): readonly ApartKey[] {
  const changed = changedColumns(child, [column]);
  const found = (indexes: readonly IndexFacts[], part?: PartitionRules): readonly ApartKey[] =>
    indexes
      .filter((index) => index.unique && !index.exclusion && isAbout(index, changed))
      .map((index) => ({
        index,
        has: index.key.some((each) => each.column === column),
        ...(part ? { part } : {}),
      }));
  return [...found(child.indexes), ...child.parts.flatMap((part) => found(part.indexes, part))];
}

/** Unique indexes that partitions have by themselves. Those that are alike are one, in which rows are apart by partition. */
function partitionKeys(child: TableFacts, changed: readonly string[]): readonly ChildKey[] {
  const moves = changesPartition(child, changed);
  const found = child.parts.flatMap((part) =>
    part.indexes
      .filter((index) => index.unique && !index.exclusion && isAbout(index, changed))
      .filter((index) => moves || !isUniqueAnyhow(index, changed, { indexes: [...child.indexes, ...part.indexes] }))
      .map((index) => ({ part, key: childKey(index) })),
  );
  const meaning = ({ key: { columns, predicate, nulls } }: (typeof found)[number]): string =>
    JSON.stringify([columns, predicate, nulls]);
  const firsts = found.filter((each, place) => found.findIndex((other) => meaning(other) === meaning(each)) === place);
  return firsts.map((first) => {
    const each = found.filter((other) => meaning(other) === meaning(first));
    const whens = each.map(({ part }, place) => `when ${part.bound ?? 'true'} then ${place}`);
    const place = `(case ${whens.join(' ')} end)`;
    return {
      ...first.key,
      index: each.map(({ key }) => key.index).join(', '),
      partition: first.part.table,
      columns: [...first.key.columns, place],
      predicate: allOf(`${place} is not null`, first.key.predicate),
    };
  });
}

/** SQL: one condition of two. */
export function allOf(bound: string | undefined, predicate: string | undefined): string | undefined {
  if (bound === undefined || predicate === undefined) return bound ?? predicate;
  // An expression may fail on rows that it is not about: CASE has an order.
  return `case when (${bound}) then (${predicate}) else false end`;
}

/** These columns, and those that are generated from them. */
export function changedColumns(table: TableFacts, columns: readonly string[]): readonly string[] {
  const computed = table.columns.filter(({ expression }) => expression !== undefined && mentions(expression, columns));
  return [...new Set([...columns, ...computed.map(({ name }) => name)])];
}

/** Could it mind when these columns change? */
export function isAbout(index: IndexFacts, columns: readonly string[]): boolean {
  if (!index.ready) return false;
  return (
    index.key.some((part) => (part.column ? columns.includes(part.column) : mentions(part.text, columns))) ||
    (index.predicate !== undefined && mentions(index.predicate, columns))
  );
}

/** As PostgreSQL writes names in expressions: quoted where it must be, so that `id` is not in `order_id`. A whole row has all columns. */
export function mentions(text: string, columns: readonly string[]): boolean {
  if (text.includes('.*')) return true;
  return columns.some((column) => {
    if (text.includes(`"${column.replaceAll('"', '""')}"`)) return true;
    if (!/^[\p{L}_][\p{L}\p{N}_$]*$/u.test(column)) return false;
    return new RegExp(`(?<![\\p{L}\\p{N}_$"])${column.replaceAll('$', '\\$')}(?![\\p{L}\\p{N}_$"])`, 'u').test(text);
  });
}

/** It has all columns of another unique index that stay as they are: `(id, tenant_id)` beside a primary key `(id)`. */
function isUniqueAnyhow(
  index: IndexFacts,
  columns: readonly string[],
  { indexes }: Pick<TableFacts, 'indexes'>,
): boolean {
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

export function childKey(index: IndexFacts): ChildKey {
  return {
    index: index.name,
    columns: index.key.map((part) => `(${part.text})`),
    predicate: index.predicate,
    nulls: index.nullsNotDistinct ? 'not distinct' : 'distinct',
  };
}
