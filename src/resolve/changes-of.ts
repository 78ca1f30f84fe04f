import type { Dedupe, ResolvedReference } from '../model/dedupe.ts';
import type { TableName } from '../model/facts.ts';

export type Change = 'update' | 'delete';

/** A table, and a command that changes its rows. */
export interface TableChange {
  readonly table: TableName;
  readonly change: Change;
}

/** What is done to which table: nothing is updated that is neither merged, marked nor re-pointed. */
export function changesOf({ image, merges, losers, references }: Dedupe): readonly TableChange[] {
  const { table } = image;
  const marked = typeof losers === 'object';
  return [
    ...(merges.length > 0 || marked ? [{ table, change: 'update' as const }] : []),
    ...(marked ? [] : [{ table, change: 'delete' as const }]),
    ...references.flatMap(childChanges),
  ];
}

function childChanges({ child, uniques, references }: ResolvedReference): readonly TableChange[] {
  const { table } = child;
  return [
    { table, change: 'update' },
    ...(uniques.length > 0 ? [{ table, change: 'delete' as const }, ...references.flatMap(childChanges)] : []),
  ];
}
