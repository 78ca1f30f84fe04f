import type { Dedupe, ResolvedReference } from '../model/dedupe.ts';
import type { Census, OperationFacts, TableFacts, TableName } from '../model/facts.ts';
import { tableLabel } from './names.ts';

type Change = 'update' | 'delete';

/** Triggers that will fire while rows are removed, merged and re-pointed: as for anybody who changes those rows. */
export function triggerNotes(dedupe: Dedupe, facts: OperationFacts, census: Census): readonly string[] {
  if (census.excessRows === 0) return [];
  const changes = changesOf(dedupe);
  return [facts.table, ...facts.related].flatMap((table) => {
    const made = changes.filter((each) => isSame(each.table, table.table)).map(({ change }) => change);
    return noteOf(table, new Set(made));
  });
}

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

function noteOf({ table, triggers }: TableFacts, changes: ReadonlySet<Change>): readonly string[] {
  const firing = triggers
    .filter(({ enabled, events }) => enabled && [...changes].some((change) => events.includes(change)))
    .map(({ name, timing, events }) => `${name} (${timing} ${events.join(' or ')})`);
  return firing.length === 0
    ? []
    : [`Triggers of ${tableLabel(table)} fire, also when it is undone, and may change rows: ${firing.join(', ')}.`];
}

function isSame(a: TableName, b: TableName): boolean {
  return a.schema === b.schema && a.name === b.name;
}
