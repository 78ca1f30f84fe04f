import type { HistoryRow } from '../../catalog/read-history.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { LedgerEntry } from '../../model/ledger.ts';

/** The applied migration that a run worked on, if it worked on one. */
export function appliedMigration(history: readonly HistoryRow[], entries: readonly LedgerEntry[]): string | undefined {
  return entries.find(({ migration }) => history.some((row) => row.name === migration && row.state !== 'rolled back'))
    ?.migration;
}

/** The error for a run that the archive has nothing of. */
export function noSuchRun(runId: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `The archive has no rows of a run ${runId}.`,
    why: 'There is no such run, or it archived no rows, or they were purged.',
    fix: 'See the runs with `msgdb archive list`.',
  });
}
