/** The schema of history, ledger and archive where nobody names another one. */
export const DEFAULT_HISTORY = 'msgdb';

/**
 * What such a schema may be called. It needs no quotes anywhere, and whoever lists tables knows it for one that is not the
 * user's, also where it is another project's.
 */
const HISTORY_NAME = /^msgdb(?:_[a-z0-9_]{1,40})?$/;

export const HISTORY_NAME_FORM = 'it is not msgdb, or msgdb_ and up to 40 of a-z, 0-9 and _';

export function isHistoryName(name: string): boolean {
  return HISTORY_NAME.test(name);
}
