import { readHistory } from '../../catalog/read-history.ts';
import { readLedger } from '../../catalog/read-ledger.ts';
import { readRuns } from '../../engine/history/read-archive.ts';
import { dropOwnFences, isOwnFence } from '../../engine/restore/drop-own-fences.ts';
import { dropOwnIndexes, findOwnIndexes, isOwnIndex } from '../../engine/restore/drop-own-indexes.ts';
import { findLacking } from '../../engine/restore/find-lacking.ts';
import { notKept } from '../../engine/restore/not-kept.ts';
import { restoreEntries } from '../../engine/restore/restore-entries.ts';
import { countOf } from '../../model/count-of.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { Finding } from '../../model/finding.ts';
import { isRowEntry, type LedgerEntry } from '../../model/ledger.ts';
import { addNotRestored, type NotRestored } from '../../model/outcome.ts';
import type { ArchiveReport } from '../../model/report.ts';
import type { Queryable } from '../../model/statement.ts';
import { readOnly } from '../../session/read-only.ts';
import { lockSettings, retryLock } from '../../session/retry-lock.ts';
import type { Run, Workplace } from '../../session/workplace.ts';
import { askFirst } from '../context/ask-first.ts';
import type { Context } from '../context/context.ts';
import { connectAnyTime, connectToRead } from '../context/with-database.ts';
import { conclude } from '../reports/conclude.ts';
import { makeReport, type Unfinished } from '../reports/make-report.ts';
import { notRestored } from '../reports/not-restored.ts';
import { EMPTY } from './empty-report.ts';
import { appliedMigration, explainNoRows, nothingKept } from './find-run.ts';

export interface RestoreOptions {
  readonly runId: string;
  /** Do not ask. */
  readonly yes: boolean;
}

/** Puts everything back that a run removed or changed, as far as it still fits. */
export async function archiveRestore(context: Context, options: RestoreOptions): Promise<ArchiveReport> {
  return await makeReport(context, async (timed) => restoreRun(timed, options));
}

async function restoreRun(context: Context, { runId, yes }: RestoreOptions): Promise<Unfinished<ArchiveReport>> {
  const common = { command: 'archive' as const, action: 'restore' as const, ...EMPTY };
  const { settled, indexes } = await connectToRead(context, 'archive', async (workplace) => ({
    settled: await findObstacle(workplace, runId),
    indexes: await findOwnIndexes(workplace, await readLedger(workplace.session, { runId })),
  }));
  if (settled) return { ...common, ...conclude(settled) };
  if (!yes) {
    const names = indexes.map(({ index }) => index.name).join(', ');
    const question = `${names === '' ? 'Put' : `Drop ${names}, and put`} back what run ${runId} removed or changed?`;
    await askFirst(context, { question, action: `restoring ${runId}` });
  }
  return await connectAnyTime(context, 'archive', async (run) => {
    const entries = await readLedger(run.session, { runId });
    const dropped = await dropOwnIndexes(run, entries);
    const open = (await dropOwnFences(run, entries)).map((table) => `the fence on ${table} taken down`);
    const { restored, lost } = await restoreRows(run, runId);
    const left = lost.reduce((sum, each) => sum + each.rows, 0);
    const gone = [...(dropped.length > 0 ? [`${dropped.join(', ')} dropped`] : []), ...open];
    const summary = [...gone, `${countOf(restored, 'row')} restored${left > 0 ? `, ${left} not` : ''}`].join('; ');
    const end = conclude({ findings: lost.map(notRestored), summary });
    return { ...common, restoredRows: restored, notRestoredRows: left, ...end };
  });
}

/**
 * Why nothing is put back: nothing is left, or the role lacks a privilege. Undefined where rows would be.
 * @throws MsgdbError when there is no such run, when only a rollback may undo it, and when no row of it was kept.
 */
async function findObstacle(
  workplace: Workplace,
  runId: string,
): Promise<{ readonly findings: readonly Finding[]; readonly summary: string } | undefined> {
  const { session, server } = workplace;
  const settled = await whySettled(session, runId);
  if (settled !== undefined) return { findings: [], summary: settled };
  const entries = (await readLedger(session, { runId })).filter(isRowEntry);
  const findings = await readOnly(workplace, async (db) => findLacking(db, server, entries));
  return findings.length > 0 ? { findings, summary: 'the role lacks privileges; nothing was changed' } : undefined;
}

async function whySettled(db: Queryable, runId: string): Promise<string | undefined> {
  const entries = await readLedger(db, { runId });
  const lost = entries.flatMap(notKept);
  if (entries.some((entry) => isOwnIndex(entry) || isOwnFence(entry))) return undefined;
  if (lost.length === 0 && !entries.some(isRowEntry)) {
    const isListed = (await readRuns(db)).some((run) => run.runId === runId);
    return isListed ? `nothing to restore: all rows of run ${runId} are back already` : await explainNoRows(db, runId);
  }
  await refuseMigrationRun(db, entries, runId);
  if (!entries.some(isRowEntry)) throw nothingKept(lost, runId);
  return undefined;
}

/** Gives how many rows were put back, and those that were not. */
async function restoreRows(
  run: Run,
  runId: string,
): Promise<{ readonly restored: number; readonly lost: readonly NotRestored[] }> {
  const entries = await readLedger(run.session, { runId });
  const outcome = await retryLock(run, undefined, async () =>
    run.session.transaction({ settings: lockSettings(run) }, async (tx) =>
      restoreEntries(tx, run, entries.filter(isRowEntry)),
    ),
  );
  const lost = addNotRestored([...outcome.notRestored, ...entries.flatMap(notKept)]);
  return { restored: outcome.restored, lost };
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
