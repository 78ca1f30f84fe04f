import type { ErrorCode } from './codes.ts';

/** Was the command itself stopped, by a person or by its time limit, and nothing has failed? */
export function isInterruption({ code }: { readonly code: ErrorCode }): boolean {
  return code === 'MSGDB_INTERRUPTED' || code === 'MSGDB_TIMEOUT';
}
