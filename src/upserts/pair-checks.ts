import { excerpt } from './read-sql.ts';
import type { SourceText } from './source-text.ts';
import type { Half } from './sql/find-checks.ts';
import type { RacyUpsert, TableRef } from './upsert.ts';

export interface ScopedHalf extends Half {
  /** Where the function begins that it is in. */
  readonly scope: number;
}

/**
 * A lookup by key and, later in the same function, a plain INSERT of that key into the same table: two sessions may both
 * find nothing. A function that takes a lock of its own is left alone.
 */
export function pairChecks(source: SourceText, halves: readonly ScopedHalf[]): readonly RacyUpsert[] {
  return halves.flatMap((insert): readonly RacyUpsert[] => {
    if (insert.kind !== 'insert') return [];
    const lookup = halves.find(
      (each) =>
        each.kind === 'select' &&
        each.scope === insert.scope &&
        each.at < insert.at &&
        sameTable(each.table, insert.table) &&
        each.columns.every((column) => insert.columns.includes(column)),
    );
    if (!lookup || locks(source.text.slice(insert.scope, insert.end))) return [];
    return [
      {
        kind: 'check-then-insert',
        place: source.placeOf(lookup.at),
        via: 'sql',
        statement: excerpt(source.text.slice(lookup.at, lookup.end + 1)),
        table: insert.table,
        ignored: source.ignoredBetween(lookup.at, insert.end),
        key: [...new Set(lookup.columns)],
        filtered: false,
      },
    ];
  });
}

function sameTable(a: TableRef, b: TableRef): boolean {
  return a.kind === 'named' && b.kind === 'named' && a.schema === b.schema && a.names[0] === b.names[0];
}

export function locks(text: string): boolean {
  return /pg_(?:try_)?advisory|lock\s+table|serializable/i.test(text);
}
