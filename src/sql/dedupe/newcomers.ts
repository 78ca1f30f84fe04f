import type { Key } from '../../model/dedupe.ts';
import type { Moment } from '../../model/facts.ts';
import { type Statement, statement } from '../../model/statement.ts';
import { hashedRows } from './keyed.ts';

/** More hashes than this are not handed out: they would travel for longer than they save. */
export const MOST_HASHES = 100_000;

/** The oldest transaction that is not over in the snapshot: what it does not show is written by that one or later ones. */
export const MOMENT = 'pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text';

/** Reads the moment of the transaction's snapshot, or of this statement's. */
export function readMoment(): Statement {
  return statement(`select ${MOMENT} as moment`);
}

/**
 * How many rows came or changed since a moment, and the hashes of their keys; null when they are too many. A group that
 * was not there at the moment has one of these rows, unless it came with a partition: the build that follows reads all.
 * Ages are compared modulo 2^32, as PostgreSQL does: a row that was frozen long ago may be taken for a new one, never a
 * new one for an old.
 */
export function findNewcomers(key: Key, since: Moment): Statement {
  return statement(
    `
      select count(*) as count, case when count(*) <= ${MOST_HASHES} then array_agg(hash)::text end as hashes
        from (select hash
                from (${hashedRows(key)} and pg_catalog.age(xmin) <= pg_catalog.age($1::text::xid8::xid)) written
               limit ${MOST_HASHES + 1}) listed`,
    [since],
  );
}
