import type { TableImage } from '../model/dedupe.ts';
import type { TableFacts } from '../model/facts.ts';
import { mayRewrite, type TriggerFacts } from '../model/triggers.ts';

/** The table as the archive keeps it. */
export function imageOf(facts: TableFacts): TableImage {
  return {
    table: facts.table,
    partitioned: facts.kind === 'partitioned',
    columns: facts.columns.map(({ name, storageType, collation, generated, expression, identityAlways }) => ({
      name,
      storageType,
      collation,
      generated,
      expression,
      identityAlways,
    })),
    identity: facts.primaryKey,
    ...(isRewritten(facts) ? { rewritten: true } : {}),
  };
}

/** An UPDATE that takes a row to another partition fires the triggers of an INSERT there. */
function isRewritten({ triggers, parts }: TableFacts): boolean {
  const rewrites = (trigger: TriggerFacts): boolean =>
    mayRewrite(trigger) &&
    (trigger.events.includes('update') || (parts.length > 0 && trigger.events.includes('insert')));
  return [{ triggers }, ...parts].some((place) => place.triggers.some(rewrites));
}
