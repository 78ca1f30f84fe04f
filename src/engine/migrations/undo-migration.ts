import { readLedger } from '../../catalog/read-ledger.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import type { MigrationFile } from '../../model/migration.ts';
import { NOTHING_DONE, type NotRestored } from '../../model/outcome.ts';
import type { Plan } from '../../model/plan.ts';
import { startTimer } from '../../model/start-timer.ts';
import { orderOperations } from '../../plan/plan-operation.ts';
import { refuseLacking } from '../../plan/refusals/refuse-lacking.ts';
import type { Run, Workplace } from '../../session/workplace.ts';
import { closeEntries, leaveEntries } from '../../sql/history.ts';
import type { Change } from '../pipeline.ts';
import { notKept } from '../restore/not-kept.ts';
import { findHindrances } from '../run/may-write.ts';
import { type Applied, refusedBy, StepRunner } from './apply-migration.ts';
import { failMigration } from './fail-migration.ts';
import { type Keeper, noteState } from './note-state.ts';
import { undoOperation } from './undo-operation.ts';

/** Plans what would undo a migration, in the order in which it would be done. */
export async function planMigrationUndo(workplace: Workplace, file: MigrationFile): Promise<readonly Plan[]> {
  const entries = await readLedger(workplace.session, { migration: file.name });
  const plans: Plan[] = [];
  for (const { operation, place } of orderOperations(file.migration.up).toReversed()) {
    const change = undoOperation(operation, entriesOf(entries, place));
    plans.push((await change.plan(workplace)).plan);
  }
  return plans;
}

/**
 * Undoes one migration from what the ledger says it did: the newest change first, each planned from the database as it
 * is by then.
 * @throws MsgdbError MSGDB_REFUSED before anything is changed, when a part has no way back.
 */
export async function undoMigration(run: Run, file: MigrationFile, keeper: Keeper = 'msgdb'): Promise<Applied> {
  const elapsed = startTimer();
  run.emit({ kind: 'section', title: `undo ${file.name}` });
  const plans = await planMigrationUndo(run, file);
  const refusals = [...plans.flatMap((plan) => refuseLacking(plan).refusals), ...(await findHindrances(run))];
  if (refusals.length > 0) throw refusedBy(file.name, refusals);
  await run.record.open(run);
  const state = { name: file.name, checksum: file.checksum, runId: run.id };
  // A killed run cannot say that it stopped half-way: it says that it begins.
  await noteState(run, keeper, { ...state, state: 'running' });
  const work = new StepRunner(run, file.name, null);
  const lost: NotRestored[] = [];
  const changes: Change[] = [];
  try {
    for (const { operation, place } of orderOperations(file.migration.up).toReversed()) {
      const entries = entriesOf(await readLedger(run.session, { migration: file.name }), place);
      const change = undoOperation(operation, entries);
      const { plan } = await change.plan(run);
      await work.do(refuseLacking(plan), place);
      changes.push(change);
      lost.push(...entries.flatMap(notKept));
      await settle(run, entries);
    }
    await work.refreshStatistics();
    await work.readBack(changes);
    const durationMs = elapsed();
    await run.session.query(leaveEntries(file.name, run.id));
    return {
      report: work.report(file, durationMs),
      outcomes: [...work.outcomes, { ...NOTHING_DONE, notRestored: lost }],
      findings: work.findings,
      ended: { ...state, durationMs },
    };
  } catch (error) {
    throw await failMigration(run, { ...state, state: 'failed' }, error, { way: 'undo', keeper });
  }
}

function entriesOf(entries: readonly LedgerEntry[], place: number): readonly LedgerEntry[] {
  return entries.filter((entry) => entry.operation === place);
}

/** What an operation did is undone; rows that did not fit stay open in the ledger, to be restored by hand. */
async function settle(run: Run, entries: readonly LedgerEntry[]): Promise<void> {
  const ids = entries.filter((entry) => !['removed', 'updated', 'created'].includes(entry.kind)).map(({ id }) => id);
  await run.session.query(closeEntries(ids));
}
