import type { ReferentialAction, TableFacts } from '../model/facts.ts';
import type { GuardScope } from '../model/guard-scope.ts';
import type { PartitionRules } from '../model/partition-rules.ts';
import type { RowCommand, TriggerFacts, TriggerGuard } from '../model/triggers.ts';
import { changesPartition } from './partition-keys.ts';

/** Triggers that let no row of a table be updated where these columns are set. */
export function updateTriggers(table: TableFacts, set: readonly string[], changed: readonly string[]): TriggerGuard[] {
  const moves = changesPartition(table, changed);
  const leaves = table.parts.flatMap(({ leaf, oid, bound }) => (leaf ? [{ oid, bound }] : []));
  const stays: GuardScope = moves ? { leaves, moved: 'stays' } : {};
  const goes: GuardScope = { leaves, moved: 'goes' };
  return placesOf(table).flatMap(({ triggers, part }) =>
    triggers.flatMap((trigger) => {
      const from: GuardScope = part ? { from: part.oid } : {};
      const into: GuardScope = part?.bound === undefined ? {} : { inside: part.bound };
      // An UPDATE that takes a row to another partition removes it here and inserts it there.
      return [
        ...guardOf(trigger, 'update', trigger.timing === 'after' ? { ...from, ...stays } : from, part, set),
        ...(moves && trigger.row ? guardOf(trigger, 'delete', { ...from, ...goes }, part) : []),
        ...(moves && trigger.row ? guardOf(trigger, 'insert', { ...into, ...goes }, part) : []),
      ];
    }),
  );
}

/** Triggers that let no row be inserted into a table; what depends on the row is left to the run. */
export function insertTriggers({ triggers }: TableFacts): readonly TriggerGuard[] {
  return triggers
    .filter(({ when }) => when === undefined)
    .flatMap((trigger) => guardOf(trigger, 'insert', {}, undefined));
}

/** Triggers that let no row of a table be removed. */
export function removalGuards(table: TableFacts): readonly TriggerGuard[] {
  return placesOf(table).flatMap(({ triggers, part }) =>
    triggers.flatMap((trigger) => guardOf(trigger, 'delete', part ? { from: part.oid } : {}, part)),
  );
}

/**
 * Triggers FOR EACH STATEMENT that stop what a foreign key does with the table: PostgreSQL sends an UPDATE or a DELETE for
 * each row that goes, or gets another key, and they fire though no row refers to it.
 */
export function actionGuards(
  { triggers }: TableFacts,
  on: 'DELETE' | 'UPDATE',
  action: ReferentialAction | undefined,
  columns: readonly string[],
): readonly TriggerGuard[] {
  if (action === undefined || action === 'no action' || action === 'restrict') return [];
  const command = on === 'DELETE' && action === 'cascade' ? 'delete' : 'update';
  return triggers
    .filter(({ row }) => !row)
    .flatMap((trigger) => guardOf(trigger, command, {}, undefined, columns))
    .map((guard) => ({ ...guard, sentBy: `ON ${on} ${action.toUpperCase()}` }));
}

interface Place {
  readonly triggers: readonly TriggerFacts[];
  readonly part?: PartitionRules;
}

function placesOf({ triggers, parts }: TableFacts): readonly Place[] {
  return [{ triggers }, ...parts.map((part) => ({ triggers: part.triggers, part }))];
}

/** UPDATE OF fires where one of its columns is set, whether or not the value changes. */
function guardOf(
  { name, enabled, columns, row, timing, foretold, when, always, function: called }: TriggerFacts,
  command: RowCommand,
  scope: GuardScope,
  part: PartitionRules | undefined,
  set: readonly string[] = [],
): readonly TriggerGuard[] {
  const effect = foretold[command];
  const fires = enabled && (command !== 'update' || columns.length === 0 || columns.some((each) => set.includes(each)));
  const keeps = effect?.does === 'keeps' && row && timing === 'before';
  if (!effect || !fires || !(effect.does === 'raises' || keeps)) return [];
  const asked = when === undefined ? scope : { ...scope, when };
  return [
    {
      kind: 'trigger',
      name,
      row,
      command,
      function: called,
      always,
      foretold: effect,
      ...(part ? { partition: part.table } : {}),
      ...(Object.keys(asked).length > 0 ? { scope: asked } : {}),
    },
  ];
}
