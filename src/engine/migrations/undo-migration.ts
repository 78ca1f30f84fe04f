import { readLedger } from '../../catalog/read-ledger.ts';
import { readLookAlikes } from '../../catalog/read-look-alikes.ts';
import { inspectRule, readOperation } from '../../inspect/inspect-operation.ts';
import type { OperationFacts } from '../../model/facts.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import type { MigrationFile } from '../../model/migration.ts';
import type { TableOperation } from '../../model/operations/table-operation.ts';
import { NOTHING_DONE, type NotRestored } from '../../model/outcome.ts';
import { NOTHING_FOUND, type Plan } from '../../model/plan.ts';
import { startTimer } from '../../model/start-timer.ts';
import { tableLabel } from '../../model/table-label.ts';
import { orderOperations, plannedBy } from '../../plan/plan-operation.ts';
import { refuseLacking } from '../../plan/refusals/refuse-lacking.ts';
import { planPlainUndo, planUndo, type Undoing } from '../../plan/undo/plan-undo.ts';
import { findDroppedObject, restoredRule } from '../../plan/undo/recreate-steps.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Run, Workplace } from '../../session/workplace.ts';
import { closeEntries, recordState } from '../../sql/history.ts';
import { showName } from '../../sql/show-name.ts';
import { notKept } from '../restore/not-kept.ts';
import { findHindrances } from '../run/may-write.ts';
import { type Applied, refusedBy, StepRunner } from './apply-migration.ts';
import { failMigration } from './fail-migration.ts';

/** Plans what would undo a migration, in the order in which it would be done. */
export async function planMigrationUndo(workplace: Workplace, file: MigrationFile): Promise<readonly Plan[]> {
  const entries = await readLedger(workplace.session, { migration: file.name });
  const plans: Plan[] = [];
  for (const { operation, place } of orderOperations(file.migration.up).toReversed()) {
    plans.push(await planOneUndo(workplace, operation, entriesOf(entries, place)));
  }
  return plans;
}

/**
 * Undoes one migration from what the ledger says it did: the newest change first, each planned from the database as it
 * is by then.
 * @throws MsgdbError MSGDB_REFUSED before anything is changed, when a part has no way back.
 */
export async function undoMigration(run: Run, file: MigrationFile): Promise<Applied> {
  const elapsed = startTimer();
  run.emit({ kind: 'section', title: `undo ${file.name}` });
  const plans = await planMigrationUndo(run, file);
  const refusals = [...plans.flatMap((plan) => refuseLacking(plan).refusals), ...(await findHindrances(run))];
  if (refusals.length > 0) throw refusedBy(file.name, refusals);
  await run.record.open(run);
  const state = { name: file.name, checksum: file.checksum, runId: run.id };
  const work = new StepRunner(run, file.name, null);
  const lost: NotRestored[] = [];
  try {
    for (const { operation, place } of orderOperations(file.migration.up).toReversed()) {
      const entries = entriesOf(await readLedger(run.session, { migration: file.name }), place);
      await work.do(refuseLacking(await planOneUndo(run, operation, entries)), place);
      lost.push(...entries.flatMap(notKept));
      await settle(run, entries);
    }
    await work.refreshStatistics();
    const durationMs = elapsed();
    await run.session.query(recordState({ ...state, state: 'rolled back', durationMs }));
    return {
      report: work.report(file, durationMs),
      outcomes: [...work.outcomes, { ...NOTHING_DONE, notRestored: lost }],
    };
  } catch (error) {
    throw await failMigration(run, { ...state, state: 'failed' }, error, 'msgdb rollback');
  }
}

async function planOneUndo(
  workplace: Workplace,
  operation: Plan['operation'],
  entries: readonly LedgerEntry[],
): Promise<Plan> {
  if (operation.kind === 'sql') {
    // Already undone by an attempt that was interrupted later on, or never run: nothing to do.
    const ran = entries.some((entry) => entry.kind === 'ran-sql');
    return ran ? planPlainUndo(operation) : { ...planPlainUndo(operation), steps: [], refusals: [] };
  }
  if (operation.kind === 'expect-index') return planPlainUndo(operation);
  // Nothing of it was done, so its table need not even be there.
  if (entries.length === 0) return { operation, title: operation.kind, steps: [], refusals: [], notes: [] };
  const undoing = await inspectUndo(workplace, operation, entries);
  const plan = planUndo(operation, undoing, entries, {
    ...workplace.settings,
    planned: plannedBy([]),
  });
  return { ...plan, notes: [...plan.notes, ...(await noteLookAlikes(workplace, undoing.facts, entries))] };
}

/** Rows are counted only where copies may have come since a rule was dropped. */
async function inspectUndo(
  workplace: Workplace,
  operation: TableOperation,
  entries: readonly LedgerEntry[],
): Promise<Undoing> {
  const dropped = findDroppedObject(entries);
  if (operation.kind === 'drop-unique-key' && dropped) {
    return await inspectRule(workplace, restoredRule(operation, dropped));
  }
  return { ...(await readOperation(workplace, operation)), survey: NOTHING_FOUND };
}

/** A partition that was detached keeps its part of the index; whether it was one cannot be known, so it stays. */
async function noteLookAlikes(
  workplace: Workplace,
  { table: { table, kind } }: OperationFacts,
  entries: readonly LedgerEntry[],
): Promise<readonly string[]> {
  const built = entries.find((entry) => entry.kind === 'built-index');
  if (kind !== 'partitioned' || !built) return [];
  const found = await readOnly(workplace, async (db) => readLookAlikes(db, table, built.index));
  return found.map((each) => {
    const label = tableLabel(each.table);
    const index = [each.table.schema, each.index].map(showName).join('.');
    return `${label} has the columns of ${tableLabel(table)} and an index like ${built.index}: if it was a partition, \`drop index concurrently ${index};\` undoes that part too. It stays.`;
  });
}

function entriesOf(entries: readonly LedgerEntry[], place: number): readonly LedgerEntry[] {
  return entries.filter((entry) => entry.operation === place);
}

/** What an operation did is undone; rows that did not fit stay open in the ledger, to be restored by hand. */
async function settle(run: Run, entries: readonly LedgerEntry[]): Promise<void> {
  const ids = entries.filter((entry) => !['removed', 'updated', 'created'].includes(entry.kind)).map(({ id }) => id);
  await run.session.query(closeEntries(ids));
}
