import type { Key } from '../model/dedupe.ts';
import { type Statement, statement } from '../model/statement.ts';
import { quoteLiteral, quoteName } from './quote.ts';
import { covered, rowsOf } from './relation.ts';
import { partSql } from './terms.ts';

const SCANS = ['enable_seqscan', 'enable_bitmapscan', 'enable_sort', 'enable_incremental_sort'];

/** For what follows in the transaction: what has an order is read by an index that has it. */
export function readInOrder(): Statement {
  const off = SCANS.map((name) => `set_config('${name}', 'off', true)`);
  const on = ['enable_indexscan', 'enable_indexonlyscan'].map((name) => `set_config('${name}', 'on', true)`);
  return statement(`select ${[...off, ...on].join(', ')}`);
}

/** Takes `readInOrder` back. */
export function readInAnyOrder(): Statement {
  return statement(
    `select set_config(name, reset_val, true) from pg_catalog.pg_settings where name in (${SCANS.map(quoteLiteral).join(', ')})`,
  );
}

/**
 * Counts how many rows of the rule an index leads to, and how many of them stand before a row whose key is smaller: an
 * index that is sound leads to every row, in the order that it promises.
 */
export function countEntries(key: Key): Statement {
  const parts = key.columns.map(partSql);
  const names = parts.map((_, place) => `k${place + 1}`);
  const before = names.map(
    (name) => `lag(${name}) over (order by ${names.join(', ')}) as ${quoteName(`last_${name}`)}`,
  );
  const last = names.map((name) => quoteName(`last_${name}`));
  return statement(`
      select count(*) as entries,
             count(*) filter (where (row(${names.join(', ')}) >= row(${last.join(', ')})) is false) as misplaced
        from (select ${[...names, ...before].join(', ')}
                from (select ${parts.map((part, place) => `${part} as k${place + 1}`).join(', ')}
                        from ${rowsOf(key)} where ${covered(key, parts)}) entry) ordered`);
}
