import type { Queryable } from '../model/statement.ts';
import { findSettings } from './find-settings.ts';
import { retryLock } from './retry-lock.ts';
import type { Workplace } from './workplace.ts';

/** Runs queries that look: in a READ ONLY transaction, at one moment, without waiting long behind a lock. */
export async function readOnly<Result>(
  workplace: Workplace,
  work: (db: Queryable) => Promise<Result>,
): Promise<Result> {
  const { searchPath } = workplace;
  const settings = {
    ...findSettings(workplace),
    lock_timeout: `${workplace.settings.lockTimeoutMs}ms`,
    // For this transaction alone: behind a pooler the connection is another client's next.
    ...(searchPath === undefined ? {} : { search_path: searchPath }),
  };
  return await retryLock(workplace, undefined, async () =>
    workplace.session.transaction({ readOnly: true, isolation: 'repeatable read', settings }, work),
  );
}
