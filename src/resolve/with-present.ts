import type { TableFacts } from '../model/facts.ts';
import type { TriggerFacts } from '../model/triggers.ts';

/**
 * A table as it will be: its structure from a copy of the schema on which that has come, and what no copy has (its size,
 * its owner, what the role may do, triggers that only change other rows) from the table as it is.
 */
export function withPresent(future: TableFacts, present: TableFacts | undefined): TableFacts {
  if (!present) return future;
  const { table, kind, columns, primaryKey, partitionKey, inherits, indexes, checks, referencedBy } = future;
  const { bound, foreignKeys, shape } = future;
  const parts = future.parts.map((part) => {
    const before = present.parts.find((each) => each.table.name === part.table.name);
    return before ? { ...part, oid: before.oid, triggers: withMade(before.triggers, part.triggers) } : part;
  });
  return {
    ...present,
    ...{ table, kind, columns, primaryKey, partitionKey, inherits, indexes, checks, referencedBy },
    ...{ bound, foreignKeys, shape, parts },
    triggers: withMade(present.triggers, future.triggers),
  };
}

function withMade(present: readonly TriggerFacts[], future: readonly TriggerFacts[]): readonly TriggerFacts[] {
  return [...present, ...future.filter(({ name }) => !present.some((each) => each.name === name))];
}
