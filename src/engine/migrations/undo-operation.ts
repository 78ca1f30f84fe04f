import { readLookAlikes } from '../../catalog/read-look-alikes.ts';
import { findUnreadable } from '../../inspect/find-unreadable.ts';
import { inspectRule, readOperation } from '../../inspect/inspect-operation.ts';
import { MsgdbError } from '../../model/errors.ts';
import type { IndexFacts, OperationFacts } from '../../model/facts.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import type { Operation } from '../../model/operations/index.ts';
import type { SqlOperation } from '../../model/operations/sql-operation.ts';
import type { TableOperation } from '../../model/operations/table-operation.ts';
import { NOTHING_FOUND, type Plan } from '../../model/plan.ts';
import { tableLabel } from '../../model/table-label.ts';
import { plannedBy, refuseWith } from '../../plan/plan-operation.ts';
import { planPlainUndo, planUndo, type Undoing } from '../../plan/undo/plan-undo.ts';
import { findDroppedObject, restoredRule } from '../../plan/undo/recreate-steps.ts';
import { readOnly } from '../../session/read-only.ts';
import type { Run, Workplace } from '../../session/workplace.ts';
import { showName } from '../../sql/show-name.ts';
import { type Change, makeChange } from '../pipeline.ts';

/** What is seen of an operation that is undone. */
interface SeenUndo extends Undoing {
  /** Notes on what was once a partition. */
  readonly lookAlikes: readonly string[];
}

/** What an operation did, by its entries in the ledger, undone. */
export function undoOperation(operation: Operation, entries: readonly LedgerEntry[]): Change {
  if (operation.kind === 'sql') {
    return makeChange({
      inspect: async (workplace) => findUnreadable(workplace, operation.statements?.down, operation.files?.down),
      plan: (refusals) => refuseWith(undoSql(operation, entries), refusals),
      readBack: async () => [],
    });
  }
  if (operation.kind === 'expect-index') return unseen(planPlainUndo(operation));
  // Nothing of it was done, so its table need not even be there.
  if (entries.length === 0) return unseen({ operation, title: operation.kind, steps: [], refusals: [], notes: [] });
  return makeChange<SeenUndo>({
    inspect: async (workplace) => {
      const undoing = await inspectUndo(workplace, operation, entries);
      return { ...undoing, lookAlikes: await noteLookAlikes(workplace, undoing.facts, entries) };
    },
    plan: (seen, { settings }) => {
      const plan = planUndo(operation, seen, entries, { ...settings, planned: plannedBy([]) });
      return { ...plan, notes: [...plan.notes, ...seen.lookAlikes] };
    },
    readBack: async (run) => assertUndone(run, operation, entries),
  });
}

function unseen(plan: Plan): Change {
  return makeChange({ inspect: async () => undefined, plan: () => plan, readBack: async () => [] });
}

/** Already undone by an attempt that was interrupted later on, or never run: nothing to do. */
function undoSql(operation: SqlOperation, entries: readonly LedgerEntry[]): Plan {
  const plan = planPlainUndo(operation);
  const ran = entries.some(
    (entry) =>
      entry.kind === 'ran-sql' || (entry.kind === 'begun-sql' && (entry.done > 0 || entry.current?.fresh === true)),
  );
  return ran ? plan : { ...plan, steps: [], refusals: [] };
}

/** Rows are counted only where copies may have come since a rule was dropped. */
async function inspectUndo(
  workplace: Workplace,
  operation: TableOperation,
  entries: readonly LedgerEntry[],
): Promise<Undoing> {
  const dropped = findDroppedObject(entries);
  if (operation.kind === 'drop-unique-key' && dropped) {
    // Which copy stays is what `restore` says; a setting that copies be left alone would leave the rule away.
    const settings = { ...workplace.settings, onDiffer: 'keep' as const };
    return await inspectRule({ ...workplace, settings }, restoredRule(operation, dropped));
  }
  return { ...(await readOperation(workplace, operation)), survey: NOTHING_FOUND };
}

/** What was built is gone, and what was dropped is there again, or what has its meaning. */
async function assertUndone(
  run: Run,
  operation: TableOperation,
  entries: readonly LedgerEntry[],
): Promise<readonly []> {
  const dropped = findDroppedObject(entries);
  const restored = operation.kind === 'drop-unique-key' && dropped ? restoredRule(operation, dropped) : operation;
  const { facts, resolved } = await readOperation(run, restored);
  const built = entries.flatMap((entry) => (entry.kind === 'built-index' ? [entry.index] : []));
  const own = operation.kind === 'drop-unique-key' ? [] : indexesOf(resolved);
  const left = own.find(({ name }) => built.includes(name));
  if (left) throw notUndone(`index ${left.name} of ${tableLabel(facts.table.table)} is still there`);
  if (dropped && resolved.kind === 'unique-key' && !(resolved.judgement.serving ?? resolved.judgement.deferrable)) {
    throw notUndone(`${dropped.name} of ${tableLabel(facts.table.table)} was not restored`);
  }
  return [];
}

/** Indexes with the meaning of an operation: one that has only the name of what was built is somebody's own. */
function indexesOf(resolved: Undoing['resolved']): readonly IndexFacts[] {
  if (resolved.kind !== 'unique-key' && resolved.kind !== 'index') return [];
  const { serving, deferrable, debris, otherDebris } = resolved.judgement;
  return [serving, deferrable, debris, ...otherDebris].filter((index) => index !== undefined);
}

function notUndone(what: string): MsgdbError {
  return new MsgdbError('MSGDB_VERIFY_FAILED', { what: `The check after the undo failed: ${what}.` });
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
