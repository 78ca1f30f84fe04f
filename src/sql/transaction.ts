import { statement } from '../model/statement.ts';

/** One name is enough: of savepoints of one name PostgreSQL takes the newest. */
export const SET_SAVEPOINT = statement('savepoint msgdb');
export const RELEASE_SAVEPOINT = statement('release savepoint msgdb');

/** Undoes what came after the savepoint, and takes it away: ROLLBACK TO alone keeps it. */
export const UNDO_TO_SAVEPOINT = statement('rollback to savepoint msgdb; release savepoint msgdb');

/** Checks that wait for the commit would make what comes next fail: "pending trigger events" (55006). */
export const CHECK_DEFERRED = statement('set constraints all immediate');
export const DEFER_CHECKS = statement('set constraints all deferred');
