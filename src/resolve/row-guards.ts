import type { RowGuard } from '../model/dedupe.ts';
import type { TableFacts } from '../model/facts.ts';
import { changedColumns, isAbout } from './colliding-keys.ts';
import { checkGuards, exclusionGuard } from './constraint-guards.ts';
import { partitionGuards } from './partition-guards.ts';
import { updateTriggers } from './trigger-guards.ts';
import { widthGuard } from './width-guard.ts';

/** What PostgreSQL asks of rows of a table when these columns of theirs are changed, besides unique indexes. */
export function rowGuards(table: TableFacts, columns: readonly string[]): readonly RowGuard[] {
  if (columns.length === 0) return [];
  const changed = changedColumns(table, columns);
  const written = table.columns.filter(({ name }) => changed.includes(name));
  return [
    ...checkGuards(table.checks, (check) => check.columns.some((name) => changed.includes(name))),
    ...written.flatMap(({ name: column, domain }) =>
      domain.map(({ name, expression }) => ({ kind: 'domain' as const, name, column, expression })),
    ),
    ...written.filter(({ notNull }) => notNull).map(({ name }) => ({ kind: 'not null' as const, name, column: name })),
    // Values are computed in the type without its modifier; what an UPDATE would cut off or round is lost, or refused (22001).
    ...written
      .filter(({ storageType, generated }) => storageType.includes('(') && !generated)
      .map(({ name: column, storageType }) => ({ kind: 'type' as const, name: column, column, type: storageType })),
    ...table.indexes
      .filter((index) => index.exclusion && isAbout(index, changed))
      .map((index) => exclusionGuard(index, undefined)),
    ...partitionGuards(table, changed),
    ...updateTriggers(table, columns, changed),
    ...[widthGuard(table)].filter((guard) => guard !== undefined),
  ];
}
