import type { Dedupe } from '../../model/dedupe.ts';
import type { Census, OperationFacts } from '../../model/facts.ts';
import { tableLabel } from '../../model/table-label.ts';
import { firingTriggers } from '../../resolve/firing-triggers.ts';

/** Triggers that will fire while rows are removed, merged and re-pointed. */
export function triggerNotes(dedupe: Dedupe, facts: OperationFacts, census: Census): readonly string[] {
  if (census.excessRows === 0) return [];
  return firingTriggers(dedupe, facts).map(({ table, triggers }) => {
    const named = triggers.map(({ name, timing, events }) => `${name} (${timing} ${events.join(' or ')})`);
    return `Triggers of ${tableLabel(table)} fire, also when it is undone, and may change rows: ${named.join(', ')}.`;
  });
}
