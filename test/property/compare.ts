import { expect } from 'vitest';
import type { Case } from './case.ts';
import { contentOf, type Row, uniqueColumns } from './content.ts';
import { type Expected, expectedAfter } from './model.ts';
import { type Placed, tableName } from './world.ts';

type Tables = Readonly<Record<string, readonly Placed[]>>;

export function expectedOf(each: Case): Expected {
  return expectedAfter(each, contentOf(each));
}

/** Every table has the rows that the model says; a failure shows the case it belongs to alone. */
export function expectContent(cases: readonly Case[], expected: readonly Expected[], found: Tables): void {
  cases.forEach((each, place) => {
    for (const [name, wanted] of Object.entries(expected[place]?.content ?? {})) {
      const rows = (found[tableName(name, place)] ?? []).map(({ row }) => row);
      const columns = comparable(each, name);
      expect(sorted(rows, columns), `${tableName(name, place)} of ${JSON.stringify(each)}`).toEqual(
        sorted(wanted, columns),
      );
    }
  });
}

/** Of pairs that become one, which is kept depends on the order of the batches: what counts is that one is. */
function comparable(each: Case, name: string): readonly string[] | undefined {
  const child = each.children[Number(name.slice(1))];
  return name.startsWith('c') && child?.kind === 'two keys' && child.unique !== 'none'
    ? uniqueColumns(child, false)
    : undefined;
}

function sorted(rows: readonly Row[], columns: readonly string[] | undefined): readonly string[] {
  return rows.map((row) => image(row, columns)).toSorted();
}

function image(row: Row, columns: readonly string[] = Object.keys(row).toSorted()): string {
  return JSON.stringify(Object.fromEntries(columns.map((column) => [column, row[column] ?? null])));
}

/** Rows that are as they were have not been written: each still lies where it lay, written by whom it was. */
export function expectUnchangedInPlace(cases: readonly Case[], before: Tables, after: Tables): void {
  for (const [name, rows] of Object.entries(after)) {
    if (name.startsWith('t') && becomesAnother(cases[Number(name.slice(1))])) continue;
    const places = new Map<string, Set<string>>();
    for (const { row, place } of before[name] ?? []) {
      places.set(image(row), (places.get(image(row)) ?? new Set()).add(place));
    }
    const rewritten = rows.filter(({ row, place }) => places.get(image(row))?.has(place) === false);
    expect(rewritten, `rows of ${name} that were written though they did not change`).toEqual([]);
  }
}

/** Where rows are the same, one that was written may be as another one was. */
function becomesAnother(each: Case | undefined): boolean {
  if (each?.identity !== 'same rows') return false;
  return each.losers.startsWith('set') || Object.values(each.merge).some((how) => how !== undefined);
}
