import type { Dedupe, ResolvedReference } from '../model/dedupe.ts';
import type { OperationFacts, TableFacts } from '../model/facts.ts';
import type { Refusals } from '../model/refusals.ts';
import { tableLabel } from '../model/table-label.ts';
import { isSameTable } from '../model/table-name.ts';

/**
 * A foreign key with ON UPDATE SET NULL or SET DEFAULT forgets its row when the value it names is changed: what it held is
 * in no archive. Changed are the columns that are merged or marked, and those of children that are re-pointed.
 */
export function refuseUnsafeUpdates(
  { merges, losers }: Pick<Dedupe, 'merges' | 'losers'>,
  references: readonly ResolvedReference[],
  facts: OperationFacts,
  refusals: Refusals,
): void {
  const marked = typeof losers === 'object' ? losers.set : [];
  const written = [...merges, ...marked].map(({ column }) => column);
  refuseForgetting(facts.table, written, refusals);
  refuseChildren(references, facts, refusals);
}

function refuseChildren(references: readonly ResolvedReference[], facts: OperationFacts, refusals: Refusals): void {
  for (const { child, columns, references: inner } of references) {
    const table = facts.related.find((each) => isSameTable(each.table, child.table));
    const names = columns.map((column) => column.name);
    if (table) refuseForgetting(table, names, refusals);
    refuseChildren(inner, facts, refusals);
  }
}

function refuseForgetting(table: TableFacts, written: readonly string[], refusals: Refusals): void {
  for (const key of table.referencedBy) {
    const changed = key.referenced.filter((column) => written.includes(column));
    if (changed.length === 0 || (key.onUpdate !== 'set null' && key.onUpdate !== 'set default')) continue;
    refusals.add(
      'MSGDB_REFUSED',
      `Changing ${changed.join(', ')} of ${tableLabel(table.table)} would make ${key.name} of ${tableLabel(key.table)} lose its references (ON UPDATE ${key.onUpdate.toUpperCase()}).`,
      `Leave ${changed.join(', ')} as it is, or give ${key.name} ON UPDATE CASCADE.`,
    );
  }
}
