import { FAILURE_CODES } from './failure-codes.ts';
import { FINDING_CODES } from './finding-codes.ts';

/** The registry of stable codes, for findings and errors alike. docs/reference/codes.md is generated from it. */
export const CODES = { ...FINDING_CODES, ...FAILURE_CODES } as const;

/** A stable code of the registry. */
export type ErrorCode = keyof typeof CODES;

/** Is it one rule's table, column or expression that is wrong, so that other rules can still be looked at? */
export function concernsOneRule(code: ErrorCode): boolean {
  return CODES[code].exit === 2 || code === 'MSGDB_TABLE_REFUSED';
}
