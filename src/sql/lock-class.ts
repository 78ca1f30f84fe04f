import { FIRST_LOCK, OTHER_LOCKS, OWN_LOCK } from './own-schema.ts';

/** The first number of msgdb's advisory locks, "msgd": applications number theirs by ids of their own, which are small. */
export const LOCK_CLASS = 0x6d736764;

/**
 * Held by the one run that works with a history on a database. Its second number is above all process ids, by which races are
 * numbered.
 */
export const RUN_LOCK = [LOCK_CLASS, OWN_LOCK] as const;

/** Is a run with another history at work on the database? As a condition of SQL. */
export const OTHERS_AT_WORK = `exists (
  select from pg_catalog.pg_locks l
   where l.locktype = 'advisory' and l.classid = ${LOCK_CLASS} and l.objsubid = 2 and l.granted
     and l.objid <> ${OWN_LOCK} and (l.objid = ${FIRST_LOCK} or l.objid >= ${OTHER_LOCKS})
     and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()))`;
