import type { Key } from '../../model/dedupe.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { covered, rowsOf } from '../relation.ts';
import { partSql } from '../terms.ts';

/** Each covered row's place, with the parts of its key under the names k1, k2, … */
export function keyedRows(key: Key): string {
  const columns = key.columns.map((column, place) => `${partSql(column)} as k${place + 1}`);
  return `
        select tableoid as tab, ctid as tid, ${columns.join(', ')}
          from ${rowsOf(key)}
         where ${covered(key, key.columns.map(partSql))}`;
}

/** Each covered row's place, with eight bytes that are equal where the key is, and `more` columns. */
export function hashedRows(key: Key, more = ''): string {
  return `
        select tableoid as tab, ctid as tid, ${keyHash(key)} as hash${more}
          from ${rowsOf(key)}
         where ${covered(key, key.columns.map(partSql))}`;
}

/**
 * Leaves the rows with one of the hashes that a parameter holds. PostgreSQL 14 and newer look an array up by hashing it; on
 * a partitioned table each partition would be planned with a copy of the array, and hash it again (2,000 partitions and
 * 10,000 hashes: 32 s), so there all of them share one.
 */
export function withHash(key: Key, parameter = 1): string {
  const hashes = `$${parameter}::bigint[]`;
  return `and ${keyHash(key)} ${key.partitioned ? `in (select unnest(${hashes}))` : `= any(${hashes})`}`;
}

export function keyNames(key: Key): readonly string[] {
  return key.columns.map((_, place) => `k${place + 1}`);
}

/**
 * A unique index can lie (after a collation change, or a crash without fsync): read from it alone, a table with copies
 * looks clean. So the rows are read from the table itself, unless an index that promises nothing has the key sorted.
 */
export function readFrom(key: Key): Statement {
  return useIndexes(key.grouping === 'index' ? 'on' : 'off');
}

/** From the table itself, for any key. */
export function scanTable(): Statement {
  return useIndexes('off');
}

/**
 * Where an index has keys sorted, they come from it: the planner would rather sort whole keys where it takes reading them
 * from the index for dear (5 M texts: 18 s of work for 1.2 s).
 */
export function sortNothing(): Statement {
  return statement(`select set_config('enable_sort', 'off', true), set_config('enable_seqscan', 'off', true)`);
}

/** Sorts again, and reads tables from end to end. */
export function sortAgain(): Statement {
  return statement(`select set_config('enable_sort', 'on', true), set_config('enable_seqscan', 'on', true)`);
}

/**
 * Hashes are sorted in parallel wherever they can be (5 M: 1.4 s for 2.1): handing a row of eight bytes over costs less
 * than the planner thinks. For whole rows it is right.
 */
export function sortInParallel(): Statement {
  return statement(`select set_config('parallel_tuple_cost', '0', true)`);
}

export function resetParallelCost(): Statement {
  return reset('parallel_tuple_cost');
}

/**
 * For what follows in the transaction: the pages of a few rows that were just read are in memory, and no page from disk each,
 * as the planner takes it.
 */
export function fetchByPlace(): Statement {
  return statement(`select set_config('random_page_cost', '0.1', true)`);
}

export function resetPageCost(): Statement {
  return reset('random_page_cost');
}

/** For what follows in the transaction: children are looked up by their indexes. */
export function allowIndexes(): Statement {
  return useIndexes('on');
}

function reset(setting: string): Statement {
  return statement(`
      select set_config(name, reset_val, true) from pg_catalog.pg_settings where name = '${setting}'`);
}

function useIndexes(setting: 'on' | 'off'): Statement {
  return statement(
    `select set_config('enable_indexonlyscan', $1, true), set_config('enable_indexscan', $1, true),
            set_config('enable_bitmapscan', $1, true)`,
    [setting],
  );
}

/** Eight bytes that are equal where the key is. */
export function keyHash(key: Key): string {
  return hashOf(key, key.columns.map(partSql));
}

/** The same of the parts' values: the hash of each is the seed of the next. */
export function hashOf({ hashFunctions }: Key, values: readonly string[]): string {
  if (!hashFunctions) return hashOfRow(values);
  return hashFunctions.reduce((seed, name, place) => `pg_catalog.${name}(${values[place]}, ${seed})`, '0');
}

/** Eight bytes that are equal where all values are; NULLs are equal. */
export function hashOfRow(values: readonly string[]): string {
  return `pg_catalog.hash_record_extended(row(${values.join(', ')}), 0)`;
}
