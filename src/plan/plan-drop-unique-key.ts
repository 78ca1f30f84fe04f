import type { IndexFacts, OperationFacts } from '../model/facts.ts';
import type { DroppedObject } from '../model/ledger.ts';
import type { DropUniqueKey } from '../model/operations/drop-unique-key.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { PlanSettings } from '../model/plan-settings.ts';
import { Refusals } from '../model/refusals.ts';
import { tableLabel } from '../model/table-label.ts';
import { keyLabel } from '../resolve/resolve-key.ts';
import type { ResolvedDrop } from '../resolve/resolve-operation.ts';
import { refuseTable } from './refusals/refuse-unique-key.ts';

/** Plans that a rule goes: found by its meaning, kept in the ledger as it was. */
export function planDropUniqueKey(resolved: ResolvedDrop, facts: OperationFacts, settings: PlanSettings): Plan {
  const { operation, key, index } = resolved;
  const refusals = new Refusals(tableLabel(facts.table.table));
  refusals.addAll(resolved.refusals);
  refuseTable(facts, refusals);
  refuseReplacement(operation, facts, settings, refusals);
  if (index) refuseNeeded(index, facts, refusals);
  return {
    operation,
    title: `drop unique ${keyLabel(key)}`,
    table: facts.table.table,
    steps: index && refusals.all.length === 0 ? [dropStep(index, facts)] : [],
    refusals: refusals.all,
    lacking: refusals.lacking,
    notes: index ? [] : ['Nothing to drop: no unique index has this key.'],
  };
}

/** Drops an index, or the constraint it belongs to, so that undo can make it again as it was. */
export function dropStep(index: IndexFacts, facts: Pick<OperationFacts, 'table'>): Step {
  const { table } = facts.table;
  const dropped: DroppedObject = {
    kind: index.constraint ? 'constraint' : 'index',
    table,
    name: index.constraint?.name ?? index.name,
    definition: index.constraint?.definition ?? index.definition,
    indexDefinition: index.definition,
    comment: index.comment,
  };
  if (index.constraint) {
    return {
      kind: 'drop-constraint',
      title: `Drop constraint ${dropped.name}`,
      table,
      lock: 'access exclusive',
      of: table,
      constraint: dropped.name,
      restore: dropped,
    };
  }
  return {
    kind: 'drop-index',
    title: `Drop index ${index.name}`,
    table,
    lock: facts.table.kind === 'partitioned' ? 'access exclusive' : 'share update exclusive',
    index: { schema: index.schema, name: index.name },
    concurrently: facts.table.kind !== 'partitioned',
    restore: dropped,
  };
}

function refuseReplacement(
  { replacedBy }: DropUniqueKey,
  facts: OperationFacts,
  settings: PlanSettings,
  refusals: Refusals,
): void {
  if (replacedBy === undefined || settings.planned.built.has(replacedBy)) return;
  const index = facts.table.indexes.find((each) => each.name === replacedBy);
  if (index?.valid) return;
  refusals.add(
    index ? 'MSGDB_INDEX_INVALID' : 'MSGDB_INDEX_MISSING',
    `${replacedBy}, which replaces the rule, ${index ? 'is not valid' : 'does not exist'}.`,
    'Build it in the same migration with uniqueKey, or before.',
  );
}

/** A foreign key needs the unique index of the columns it refers to. */
function refuseNeeded(index: IndexFacts, facts: OperationFacts, refusals: Refusals): void {
  const columns = index.key.map((part) => part.column).toSorted();
  for (const key of facts.table.referencedBy) {
    if (key.referenced.toSorted().join('\n') !== columns.join('\n')) continue;
    refusals.add(
      'MSGDB_REFUSED',
      `${index.name} cannot be dropped: foreign key ${key.name} of ${tableLabel(key.table)} refers to its columns.`,
      `Drop ${key.name} first, or let it refer to another key.`,
    );
  }
}
