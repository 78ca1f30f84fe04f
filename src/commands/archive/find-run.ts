import { type HistoryRow, readRun } from '../../catalog/read-history.ts';
import { readLedger } from '../../catalog/read-ledger.ts';
import { notKept } from '../../engine/restore/not-kept.ts';
import { countOf } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import type { NotRestored } from '../../model/outcome.ts';
import type { Queryable } from '../../model/statement.ts';

/** The applied migration that a run worked on, if it worked on one. */
export function appliedMigration(history: readonly HistoryRow[], entries: readonly LedgerEntry[]): string | undefined {
  return entries.find(({ migration }) => history.some((row) => row.name === migration && row.state !== 'rolled back'))
    ?.migration;
}

/**
 * Why the archive lists nothing of a run: it changed no row.
 * @throws MsgdbError when there is no such run, and when of what it changed no row was kept.
 */
export async function explainNoRows(db: Queryable, runId: string): Promise<string> {
  const lost = (await readLedger(db, { runId })).flatMap(notKept);
  if (lost.length > 0) throw nothingKept(lost, runId);
  const run = await readRun(db, runId);
  if (run) return `nothing to restore: run ${runId} (${run.command}) removed and changed no rows`;
  throw new MsgdbError('MSGDB_USAGE', {
    what: `There is no run ${runId} in this database.`,
    why: 'A run that changes something is recorded under the ID that its report shows.',
    fix: 'See the runs with `msgdb archive list`.',
  });
}

/** Without a row that could be put back there is nothing to confirm, and the command has not succeeded. */
export function nothingKept(lost: readonly NotRestored[], runId: string): MsgdbError {
  const reasons = lost.map(({ table, rows, reason }) => `${countOf(rows, 'row')} of ${table}: ${reason}`);
  return new MsgdbError('MSGDB_NOT_RESTORED', {
    what: `Run ${runId} cannot be undone: ${reasons.join('; ')}.`,
    why: 'Only rows that the archive holds can be put back.',
    ...(lost[0]?.fix === undefined ? {} : { fix: lost[0].fix }),
    data: { runId, lost },
  });
}
