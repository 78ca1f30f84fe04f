import type { RowGuard } from '../model/dedupe.ts';
import type { TableFacts } from '../model/facts.ts';
import type { TriggerGuard } from '../model/triggers.ts';
import { changedColumns, isAbout } from './colliding-keys.ts';
import { widthGuard } from './width-guard.ts';

/** What PostgreSQL asks of rows of a table when these columns of theirs are changed, besides unique indexes. */
export function rowGuards(table: TableFacts, columns: readonly string[]): readonly RowGuard[] {
  if (columns.length === 0) return [];
  const changed = changedColumns(table, columns);
  const written = table.columns.filter(({ name }) => changed.includes(name));
  return [
    ...table.checks
      // All of them are asked again by every UPDATE: one that is NOT VALID may say no whatever has changed.
      .filter((check) => !check.validated || check.wholeRow || check.columns.some((name) => changed.includes(name)))
      .map(({ name, expression, validated }) => ({ kind: 'check' as const, name, expression, validated })),
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
      .map(({ name, key, operators, predicate }) => ({
        kind: 'exclusion' as const,
        name,
        columns: key.map(({ text }) => `(${text})`),
        operators,
        predicate,
      })),
    ...triggerGuards(table, 'update', columns),
    ...[widthGuard(table)].filter((guard) => guard !== undefined),
  ];
}

/** Triggers that let no row of a table be removed. */
export function removalGuards(table: TableFacts): readonly TriggerGuard[] {
  return triggerGuards(table, 'delete', []);
}

/** UPDATE OF fires where one of its columns is set, whether or not the value changes. */
function triggerGuards(
  { triggers }: TableFacts,
  command: 'update' | 'delete',
  set: readonly string[],
): readonly TriggerGuard[] {
  return triggers.flatMap(({ name, enabled, conditional, columns, row, timing, foretold, ...trigger }) => {
    const told = foretold[command];
    const fires = enabled && !conditional && (columns.length === 0 || columns.some((column) => set.includes(column)));
    const keeps = told?.does === 'keeps' && row && timing === 'before';
    if (!told || !fires || !(told.does === 'raises' || keeps)) return [];
    return [
      { kind: 'trigger' as const, name, row, function: trigger.function, always: trigger.always, foretold: told },
    ];
  });
}
