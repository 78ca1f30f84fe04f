import { createHash } from 'node:crypto';
import { DEFAULT_HISTORY } from '../model/history-name.ts';
import type { Bound, Statement } from '../model/statement.ts';

/**
 * Stands in statements for the schema of history, ledger and archive: which it is, the session knows that sends them. It reads as
 * a name, so that statements can be parsed; nobody's schema is called so.
 */
export const OWN = 'msgdb$own';

/** Stands for the second number of the run lock in the same way: each history has a lock of its own. */
export const OWN_LOCK = 'msgdb$lock';

/** The number of the lock of `msgdb`, "b/1"; those of other histories are from this one up. */
export const FIRST_LOCK = 0x622f31;
export const OTHER_LOCKS = 2 ** 30;

/** As a condition of SQL: a schema, by a column with its name, that is not of msgdb's, this project's or another one's. */
export function ofUsers(column: string): string {
  return `${column} !~ '^msgdb(_|$)'`;
}

/** The statement with the schema's name in it. */
export function placeOwn(statement: Statement, history: string): Statement {
  const { text, values } = statement;
  const isOpen = (value: Bound): boolean => typeof value === 'string' && value.includes('msgdb$');
  if (!text.includes('msgdb$') && !values.some(isOpen)) return statement;
  return {
    text: placeName(text, history),
    values: values.map((value) => (typeof value === 'string' ? placeName(value, history) : value)),
  };
}

/** The same of a script. */
export function placeName(text: string, history: string): string {
  return text.replaceAll(OWN, history).replaceAll(OWN_LOCK, String(lockNumber(history)));
}

function lockNumber(history: string): number {
  if (history === DEFAULT_HISTORY) return FIRST_LOCK;
  return OTHER_LOCKS + (createHash('sha256').update(history).digest().readUInt32BE() % OTHER_LOCKS);
}
