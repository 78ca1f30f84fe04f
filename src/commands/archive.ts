import { type HistoryRow, readHistory } from '../catalog/read-history.ts';
import { hasHistory, readLedger } from '../catalog/read-ledger.ts';
import { readArchivedRows, readRuns } from '../engine/history/read-archive.ts';
import { notKept } from '../engine/restore/not-kept.ts';
import { restoreEntries } from '../engine/restore/restore-entries.ts';
import { countOf } from '../model/count-of.ts';
import { MsgdbError } from '../model/errors.ts';
import { isRowEntry, type LedgerEntry } from '../model/ledger.ts';
import { addNotRestored, type NotRestored } from '../model/outcome.ts';
import type { ArchiveReport } from '../model/report.ts';
import { type Queryable, statement } from '../model/statement.ts';
import { readOnly } from '../session/read-only.ts';
import { lockSettings, retryLock } from '../session/retry-lock.ts';
import { oldEntries, purgeRows } from '../sql/archive.ts';
import { askFirst } from './ask-first.ts';
import type { Context } from './context.ts';
import { reportCommon } from './report-common.ts';
import { notRestored } from './rollback.ts';
import { connectToChange, connectToRead } from './with-database.ts';

const EMPTY = { runs: [], rows: [], restoredRows: 0, notRestoredRows: 0, purgedRows: 0 };

/** Lists the runs that have rows in the archive. */
export async function archiveList(context: Context): Promise<ArchiveReport> {
  const started = performance.now();
  const runs = await connectToRead(context, 'archive', async (workplace) => readOnly(workplace, readRuns));
  const summary =
    runs.length === 0 ? 'the archive is empty' : `${countOf(runs.length, 'run')} with rows in the archive`;
  return {
    command: 'archive',
    action: 'list',
    ...EMPTY,
    runs,
    ...reportCommon(context, started, { findings: [], summary }),
  };
}

export interface ShowOptions {
  readonly runId: string;
  readonly limit: number;
}

/** Shows rows that a run archived. */
export async function archiveShow(context: Context, { runId, limit }: ShowOptions): Promise<ArchiveReport> {
  const started = performance.now();
  return await connectToRead(context, 'archive', async (workplace) =>
    readOnly(workplace, async (db) => {
      const runs = (await readRuns(db)).filter((run) => run.runId === runId);
      if (runs.length === 0) throw noSuchRun(runId);
      const found = await readArchivedRows(db, runId, limit + 1);
      const rows = found.slice(0, limit);
      const more = found.length > limit ? ', and there are more: --rows N shows them' : '';
      const summary =
        found.length === 0 ? 'nothing is left to restore' : `${countOf(rows.length, 'archived row')} shown${more}`;
      const applied = appliedMigration(await readHistory(db), await readLedger(db, { runId }));
      const back = applied === undefined ? `msgdb archive restore ${runId}` : 'msgdb rollback';
      const ending = { findings: [], summary, next: found.length === 0 ? undefined : back };
      return {
        command: 'archive' as const,
        action: 'show' as const,
        ...EMPTY,
        runs,
        rows,
        ...reportCommon(context, started, ending),
      };
    }),
  );
}

export interface RestoreOptions {
  readonly runId: string;
  /** Do not ask. */
  readonly yes: boolean;
}

/** Puts everything back that a run removed or changed, as far as it still fits. */
export async function archiveRestore(context: Context, { runId, yes }: RestoreOptions): Promise<ArchiveReport> {
  let started = performance.now();
  const left = await connectToRead(context, 'archive', async ({ session }) => {
    const entries = await readLedger(session, { runId });
    const lost = entries.flatMap(notKept);
    if (lost.length === 0 && !entries.some(isRowEntry)) {
      if (!(await readRuns(session)).some((run) => run.runId === runId)) throw noSuchRun(runId);
      return 'nothing';
    }
    await refuseMigrationRun(session, entries, runId);
    if (!entries.some(isRowEntry)) throw nothingKept(lost, runId);
    return 'rows';
  });
  if (left === 'nothing') {
    const ending = { findings: [], summary: `already restored: nothing of run ${runId} is left in the archive` };
    return { command: 'archive', action: 'restore', ...EMPTY, ...reportCommon(context, started, ending) };
  }
  if (!yes) {
    started += await askFirst(context, {
      question: `Put back what run ${runId} removed or changed?`,
      action: `restoring ${runId}`,
    });
  }
  return await connectToChange(context, 'archive', async (run) => {
    const entries = await readLedger(run.session, { runId });
    const outcome = await retryLock(run, undefined, async () =>
      run.session.transaction({ settings: lockSettings(run) }, async (tx) =>
        restoreEntries(tx, run, entries.filter(isRowEntry)),
      ),
    );
    const lost = addNotRestored([...outcome.notRestored, ...entries.flatMap(notKept)]);
    const findings = lost.map(notRestored);
    const left = lost.reduce((sum, each) => sum + each.rows, 0);
    const summary = `${countOf(outcome.restored, 'row')} restored${left > 0 ? `, ${left} not` : ''}`;
    return {
      command: 'archive' as const,
      action: 'restore' as const,
      ...EMPTY,
      restoredRows: outcome.restored,
      notRestoredRows: left,
      ...reportCommon(context, started, { findings, summary }),
    };
  });
}

/** In milliseconds; an age is told in the largest of them that it is a multiple of. */
const AGE_UNITS = [
  [31_557_600_000, 'year'],
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
] as const;

export interface PurgeOptions {
  readonly olderThanMs: number;
  /** Do not ask. */
  readonly yes: boolean;
}

/** Forgets the images of runs older than that: they can no longer be undone. */
export async function archivePurge(context: Context, { olderThanMs, yes }: PurgeOptions): Promise<ArchiveReport> {
  let started = performance.now();
  if (!yes) {
    started += await askFirst(context, {
      question: `Delete the archived rows of ${runsOlderThan(olderThanMs)}? They can then not be restored.`,
      action: 'purging',
    });
  }
  const purgedRows = await connectToChange(context, 'archive', async (run) => {
    if (!(await hasHistory(run.session))) return 0;
    return await run.session.transaction({}, async (tx) => {
      let purged = 0;
      for (const entry of await tx.query(oldEntries(olderThanMs))) {
        const [row] = await tx.query(purgeRows(String(entry.archive), Number(entry.id)));
        purged += Number(row?.rows);
        await tx.query(
          statement(`update msgdb.ledger set kind = 'purged' where id = $1::text::bigint`, [Number(entry.id)]),
        );
      }
      return purged;
    });
  });
  const ending = { findings: [], summary: `${countOf(purgedRows, 'archived row')} deleted` };
  return { command: 'archive', action: 'purge', ...EMPTY, purgedRows, ...reportCommon(context, started, ending) };
}

function runsOlderThan(age: number): string {
  if (age === 0) return 'all runs';
  const [unit, name] = AGE_UNITS.find(([each]) => age % each === 0) ?? [60_000, 'minute'];
  return `runs older than ${countOf(Math.round(age / unit), name)}`;
}

/** A migration is rolled back as a whole: its index refuses the rows, and its survivors would lose what they took. */
async function refuseMigrationRun(db: Queryable, entries: readonly LedgerEntry[], runId: string): Promise<void> {
  const applied = appliedMigration(await readHistory(db), entries);
  if (applied === undefined) return;
  throw new MsgdbError('MSGDB_REFUSED', {
    what: `Run ${runId} worked on ${applied}, which has not been rolled back.`,
    fix: 'Undo the migration with `msgdb rollback`: it restores the rows too.',
  });
}

function appliedMigration(history: readonly HistoryRow[], entries: readonly LedgerEntry[]): string | undefined {
  return entries.find(({ migration }) => history.some((row) => row.name === migration && row.state !== 'rolled back'))
    ?.migration;
}

/** Nobody is asked, and no OK is said, where there is nothing that could be put back. */
function nothingKept(lost: readonly NotRestored[], runId: string): MsgdbError {
  const told = lost.map(({ table, rows, reason }) => `${countOf(rows, 'row')} of ${table}: ${reason}`);
  return new MsgdbError('MSGDB_NOT_RESTORED', {
    what: `Run ${runId} cannot be undone: ${told.join('; ')}.`,
    why: 'Only rows that the archive holds can be put back.',
    ...(lost[0]?.fix === undefined ? {} : { fix: lost[0].fix }),
    data: { runId, lost },
  });
}

function noSuchRun(runId: string): MsgdbError {
  return new MsgdbError('MSGDB_USAGE', {
    what: `The archive has nothing of a run ${runId}: there is no such run, or it keeps no rows.`,
    fix: 'See the runs with `msgdb archive list`.',
  });
}
