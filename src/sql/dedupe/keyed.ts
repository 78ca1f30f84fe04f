import type { Key } from '../../model/plan.ts';
import { covered, rowsOf } from '../relation.ts';
import { partSql } from '../terms.ts';

/** Settings for the transaction that looks for groups: sorting, in parallel, beats hashing and compiling here. */
export const FIND_SETTINGS: Readonly<Record<string, string>> = {
  enable_hashagg: 'off',
  jit: 'off',
  work_mem: '64MB',
};

/** Each covered row's place, with the parts of its key under the names k1, k2, … */
export function keyedRows(key: Key): string {
  const columns = key.columns.map((column, place) => `${partSql(column)} as k${place + 1}`);
  return `
        select tableoid as tab, ctid as tid, ${columns.join(', ')}
          from ${rowsOf(key)}
         where ${covered(key, key.columns.map(partSql))}`;
}

/** Each covered row's place, with eight bytes that are equal where the key is. */
export function hashedRows(key: Key): string {
  const parts = key.columns.map(partSql);
  return `
        select tableoid as tab, ctid as tid, pg_catalog.hash_record_extended(row(${parts.join(', ')}), 0) as hash
          from ${rowsOf(key)}
         where ${covered(key, parts)}`;
}

export function keyNames(key: Key): readonly string[] {
  return key.columns.map((_, place) => `k${place + 1}`);
}
