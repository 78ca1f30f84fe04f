import type { Dedupe } from '../../model/dedupe.ts';
import { covered, rowsOf } from '../relation.ts';
import { partSql } from '../terms.ts';
import { countsChildren } from './count-children.ts';
import { keyHash, withHash } from './keyed.ts';
import { rankInto } from './rank.ts';
import type { BatchStatement } from './statements.ts';

/**
 * Locks and ranks all rows of hashes in the statement that finds them. Rows that are updated all the time have no place
 * that would hold from one statement to the next; FOR UPDATE follows each to its newest version, and keeps it there.
 */
export function lockHashes(dedupe: Dedupe, ranked: string, hashes: string): readonly BatchStatement[] {
  const { key } = dedupe;
  const locked = `
        select ${keyHash(key)} as msgdb_grp, t.tableoid as msgdb_tab, t.ctid as msgdb_tid, t.* from ${rowsOf(key)} t
         where ${covered(key, key.columns.map(partSql))} ${withHash(key)}
           for update of t`;
  // What locks rows is read once, also where children are counted.
  const source = countsChildren(dedupe)
    ? { before: `with locked as materialized (${locked})`, rows: 'locked' }
    : { rows: `(${locked}) locked` };
  return rankInto(ranked, dedupe, { ...source, values: [hashes] });
}
