import type { Dedupe } from '../model/dedupe.ts';
import type { OperationFacts, TableFacts } from '../model/facts.ts';
import { isSameTable } from '../model/table-name.ts';
import type { TriggerFacts } from '../model/triggers.ts';
import { changesOf } from './changes-of.ts';

/** A table, and its triggers that fire. */
export interface FiringTriggers {
  readonly table: TableFacts['table'];
  readonly triggers: readonly TriggerFacts[];
}

/** Triggers that fire while rows are removed, merged and re-pointed: as for anybody who changes those rows. */
export function firingTriggers(dedupe: Dedupe, facts: OperationFacts): readonly FiringTriggers[] {
  const changes = changesOf(dedupe);
  return [facts.table, ...facts.related].flatMap(({ table: changed, triggers: own, parts }) => {
    const made = changes.filter((each) => isSameTable(each.table, changed));
    // A partition's rows are changed through the table above it, and fire what the partition has by itself.
    return [{ table: changed, triggers: own }, ...parts].flatMap(({ table, triggers }) => {
      const firing = triggers.filter(
        ({ enabled, events }) => enabled && made.some(({ change }) => events.includes(change)),
      );
      return firing.length === 0 ? [] : [{ table, triggers: firing }];
    });
  });
}
