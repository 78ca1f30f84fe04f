import type { Census, OperationFacts, TableFacts } from '../model/facts.ts';
import type { Dedupe } from '../model/plan.ts';
import { tableLabel } from './names.ts';

/** Triggers that will fire while rows are removed, merged and re-pointed: as for anybody who changes those rows. */
export function triggerNotes(dedupe: Dedupe, facts: OperationFacts, census: Census): readonly string[] {
  if (census.excessRows === 0) return [];
  const children = dedupe.references.map(({ child }) => child.table);
  const touched = facts.related.filter(({ table }) =>
    children.some((child) => child.schema === table.schema && child.name === table.name),
  );
  return [facts.table, ...touched].flatMap(noteOf);
}

function noteOf({ table, triggers }: TableFacts): readonly string[] {
  const firing = triggers
    .filter(({ enabled, events }) => enabled && (events.includes('update') || events.includes('delete')))
    .map(({ name, timing, events }) => `${name} (${timing} ${events.join(' or ')})`);
  return firing.length === 0
    ? []
    : [`Triggers of ${tableLabel(table)} fire, also when it is undone, and may change rows: ${firing.join(', ')}.`];
}
