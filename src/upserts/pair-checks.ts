import { countUpTo } from './count-up-to.ts';
import type { Deadline } from './deadline.ts';
import { excerptOfSql } from './excerpt.ts';
import { readsRows } from './reads-rows.ts';
import type { SourceText } from './source-text.ts';
import type { Half } from './sql/find-checks.ts';
import type { RacyUpsert, TableRef } from './upsert.ts';

export interface ScopedHalf extends Half {
  /** Where the function begins that it is in. */
  readonly scope: number;
}

/**
 * A lookup by key and, later in the same function, a plain INSERT of that key into the same table: two sessions may both
 * find nothing. Left alone are a function that takes a lock of its own, and rows that are read as a list.
 */
export function pairChecks(
  source: SourceText,
  halves: readonly ScopedHalf[],
  deadline: Deadline,
): readonly RacyUpsert[] {
  const lookups = lookupsByScope(halves);
  const locked = lookups.size > 0 ? Array.from(source.text.matchAll(LOCK), ({ index }) => index) : [];
  return halves.flatMap((insert): readonly RacyUpsert[] => {
    if (insert.kind !== 'insert') return [];
    deadline.check();
    const lookup = lookups
      .get(insert.scope)
      ?.find(
        (each) =>
          each.at < insert.at &&
          sameTable(each.table, insert.table) &&
          each.columns.every((column) => insert.columns.includes(column)) &&
          !readsRows(source.text, each, insert.at),
      );
    if (!lookup || countUpTo(locked, insert.end) > countUpTo(locked, insert.scope - 1)) return [];
    return [
      {
        kind: 'check-then-insert',
        place: source.placeOf(lookup.at),
        via: 'sql',
        statement: excerptOfSql(source.text.slice(lookup.at, lookup.end + 1)),
        table: insert.table,
        ignored: source.ignoredBetween(lookup.at, insert.end),
        key: [...new Set(lookup.columns)],
        filtered: false,
      },
    ];
  });
}

function lookupsByScope(halves: readonly ScopedHalf[]): ReadonlyMap<number, readonly ScopedHalf[]> {
  const lookups = new Map<number, ScopedHalf[]>();
  for (const half of halves) {
    if (half.kind !== 'select') continue;
    const known = lookups.get(half.scope);
    if (known) known.push(half);
    else lookups.set(half.scope, [half]);
  }
  return lookups;
}

function sameTable(a: TableRef, b: TableRef): boolean {
  return a.kind === 'named' && b.kind === 'named' && a.schema === b.schema && a.names[0] === b.names[0];
}

const LOCK = /pg_(?:try_)?advisory|lock\s+table|serializable/gi;

/** Does the text of a function take a lock of its own, or run serializable? Then no two sessions both find nothing. */
export function locks(text: string): boolean {
  return text.search(LOCK) >= 0;
}
