import { countOf, formatCount } from '../../model/count-of.ts';
import type { IndexFacts, OperationFacts } from '../../model/facts.ts';
import { finding } from '../../model/finding.ts';
import type { DroppedObject } from '../../model/ledger.ts';
import { isRowEntry, type LedgerEntry } from '../../model/ledger.ts';
import type { TableOperation } from '../../model/operations/table-operation.ts';
import type { Plan, Step } from '../../model/plan.ts';
import type { PlanSettings } from '../../model/plan-settings.ts';
import { Refusals } from '../../model/refusals.ts';
import { tableLabel } from '../../model/table-label.ts';
import { isSameTable } from '../../model/table-name.ts';
import { imageOf } from '../../resolve/image-of.ts';
import { judgeIndexes } from '../../resolve/judge-index.ts';
import { lackForRestore } from '../../resolve/lack-restore.ts';
import { lackOwner } from '../../resolve/lacking.ts';
import { type ResolvedOperation, unresolved } from '../../resolve/resolve-operation.ts';
import { dropStep } from '../plan-drop-unique-key.ts';
import { transactionStep } from '../steps/build-steps.ts';
import { isPlainOn } from '../steps/index-references.ts';
import { sqlStep } from '../steps/sql-step.ts';
import { findDroppedObject, type Restoring, recreateStep, recreateSteps } from './recreate-steps.ts';
import { undoNotes } from './undo-notes.ts';

/** An operation that is undone; for a rule that was dropped, the rule as it was. */
export interface Undoing extends Omit<Restoring, 'resolved'> {
  readonly resolved: ResolvedOperation;
}

function isRule(undoing: Undoing): undoing is Undoing & Restoring {
  return undoing.resolved.kind === 'unique-key';
}

/**
 * What would undo an operation: the reverse of what the ledger says was done, newest first. What was there before (an
 * index that was accepted) stays.
 */
export function planUndo(
  operation: TableOperation,
  there: Undoing,
  entries: readonly LedgerEntry[],
  settings: PlanSettings,
): Plan {
  const { resolved, facts } = there;
  const { table } = facts.table;
  const plan = { operation, title: `undo ${operation.kind} on ${tableLabel(table)}`, table };
  const refusals = new Refusals(tableLabel(table));
  const restore = restoreSteps(entries, facts);
  const dropped = findDroppedObject(entries);
  const steps: readonly Step[] =
    operation.kind !== 'drop-unique-key'
      ? dropBuilt(there, entries)
      : dropped && isRule(there)
        ? recreateSteps(operation, dropped, there, settings, refusals)
        : [];
  if (steps.length > 0) lackOwner(facts.table, facts.server, refusals);
  const tables = [facts.table, ...facts.related];
  lackForRestore(entries.filter(isRowEntry), { tables, server: facts.server }, refusals);
  return {
    ...plan,
    steps: refusals.all.length > 0 ? [] : [...steps, ...dropReferenceIndexes(entries, facts), ...restore],
    refusals: refusals.all,
    lacking: refusals.lacking,
    notes: undoNotes(operation, resolved, entries),
  };
}

/** Undo of what needs no facts. */
export function planPlainUndo(operation: Extract<Plan['operation'], { kind: 'sql' | 'expect-index' }>): Plan {
  if (operation.kind === 'expect-index') return { operation, title: 'check', steps: [], refusals: [], notes: [] };
  const { down: script, statements, files } = operation;
  const missing = finding('MSGDB_REFUSED', 'The migration runs SQL that says nothing of its undo.', {
    fix: 'Write its down: sql({ up, down }), or NNNN-name.down.sql beside the .sql file.',
  });
  return {
    operation,
    title: 'undo sql',
    steps:
      script === undefined
        ? []
        : [
            sqlStep({
              title: 'Run the SQL that undoes it',
              script,
              statements: statements?.down,
              way: operation.downWay ?? operation,
              file: files?.down,
            }),
          ],
    refusals: script === undefined ? [missing] : [],
    notes: [],
  };
}

function restoreSteps(entries: readonly LedgerEntry[], facts: OperationFacts): readonly Step[] {
  const rows = entries.filter(isRowEntry).toSorted((a, b) => b.id - a.id);
  if (rows.length === 0) return [];
  const count = (kind: LedgerEntry['kind']): number =>
    rows.filter((entry) => entry.kind === kind).reduce((sum, entry) => sum + entry.rows, 0);
  return [
    {
      kind: 'restore-rows',
      title: `Restore ${formatCount(count('removed'))} removed and ${countOf(count('updated'), 'changed row')} from the archive`,
      lock: 'row',
      details:
        count('created') > 0
          ? [`removes ${countOf(count('created'), 'row that was created', 'rows that were created')}`]
          : [],
      entries: rows,
      images: [facts.table, ...facts.related].map(imageOf),
    },
  ];
}

/** Drops the index that was built: found by its meaning, because it may have another name by now. */
function dropBuilt({ resolved, facts }: Undoing, entries: readonly LedgerEntry[]): readonly Step[] {
  const built = entries.find((entry) => entry.kind === 'built-index');
  if (!built) return detachAccepted(facts, entries);
  const index = findByMeaning(resolved, built.index, facts);
  if (!index) return [];
  const drop: Step = { ...dropStep(index, facts), ...unrecorded(index) };
  const adopted = entries.flatMap((entry) => (entry.kind === 'accepted-index' ? [entry] : []));
  if (facts.table.kind !== 'partitioned' || adopted.length === 0) return [drop];
  // A part cannot be detached from a partitioned index: it goes with the whole, and is made as it was.
  const parts = adopted.map(({ table, index: name, definition }) =>
    recreateStep({ kind: 'index', table, name, definition, indexDefinition: definition, comment: undefined }),
  );
  return [
    transactionStep(facts.table.table, [drop, ...parts], 'indexes of partitions go with the whole, and are put back'),
  ];
}

/** Indexes that were made for foreign keys to the table, and kept; one that has taken such a name since is somebody's own. */
function dropReferenceIndexes(entries: readonly LedgerEntry[], facts: OperationFacts): readonly Step[] {
  const tables = [facts.table, ...facts.related];
  return entries.flatMap((entry) => {
    if (entry.kind !== 'indexed-reference') return [];
    const table = tables.find((each) => isSameTable(each.table, entry.table));
    const referring = tables
      .flatMap(({ referencedBy }) => referencedBy)
      .filter((each) => isSameTable(each.table, entry.table));
    const index = table?.indexes.find(
      (each) => each.name === entry.index && referring.some(({ columns }) => isPlainOn(each, columns)),
    );
    return table && index ? [{ ...dropStep(index, { table }), ...unrecorded(index) }] : [];
  });
}

/** An index that was there and was made a constraint's is a mere index again: dropped with it, and made as it was. */
function detachAccepted(facts: OperationFacts, entries: readonly LedgerEntry[]): readonly Step[] {
  const accepted = entries.find((entry) => entry.kind === 'accepted-index');
  const attached = entries.find((entry) => entry.kind === 'attached-constraint');
  const index = facts.table.indexes.find((each) => each.constraint?.name === attached?.constraint);
  if (!accepted || !attached || !index) return [];
  const { table } = facts.table;
  const mere: DroppedObject = {
    kind: 'index',
    table,
    name: accepted.index,
    definition: accepted.definition,
    indexDefinition: accepted.definition,
    comment: index.comment,
  };
  const steps = [{ ...dropStep(index, facts), ...unrecorded(index) }, recreateStep(mere)];
  return [transactionStep(table, steps, 'the constraint goes and its index stays')];
}

/** Nothing to restore: the step that dropped it is itself an undo. */
function unrecorded(index: IndexFacts): { readonly restore: undefined; readonly title: string } {
  return { restore: undefined, title: `Drop ${index.constraint ? 'constraint' : 'index'} ${index.name}` };
}

/** One of whose columns some are renamed or gone is known by its name alone: what is left of its meaning is another's. */
function findByMeaning(resolved: ResolvedOperation, name: string, facts: OperationFacts): IndexFacts | undefined {
  if (resolved.kind !== 'unique-key' && resolved.kind !== 'index') return undefined;
  if (unresolved(resolved).length > 0) {
    const parts = resolved.operation.kind === 'index' ? resolved.operation.columns : resolved.operation.key;
    return facts.table.indexes.find((index) => index.name === name && index.key.length === parts.length);
  }
  const { serving, debris } = judgeIndexes({ ...resolved.build, name }, facts);
  return serving ?? debris;
}
