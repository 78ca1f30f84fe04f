import type { Case, Child, Keep } from './case.ts';
import { type Content, type Row, uniqueLabel } from './content.ts';

export interface Expected {
  readonly content: Content;
  readonly losers: number;
  /** Groups left alone because their rows differ where they must agree. */
  readonly disagreeing: number;
}

/** What removing the excess rows has to leave, computed the simple way. */
export function expectedAfter(each: Case, before: Content): Expected {
  const rows = before.t ?? [];
  const left = new Map(rows.map((row) => [row, row]));
  const survivorOf = new Map<string, string>();
  let losers = 0;
  let disagreeing = 0;
  for (const group of groupRows(each, rows)) {
    if (each.agree && group.some((row) => row.txt !== group[0]?.txt)) {
      disagreeing += 1;
      continue;
    }
    const ranked = group.toSorted((x, y) => compareRows(x, y, each.keep));
    const [survivor, ...rest] = ranked;
    if (!survivor) continue;
    losers += rest.length;
    left.set(survivor, { ...survivor, ...merged(each, ranked) });
    for (const row of rest) {
      const marked = mark(each, row);
      if (marked) left.set(row, marked);
      else left.delete(row);
      survivorOf.set(row.id ?? '', survivor.id ?? '');
    }
  }
  const follow = (id: string | null | undefined): string | null => (id ? (survivorOf.get(id) ?? id) : null);
  const content: Record<string, readonly Row[]> = {
    t: [...left.values()].map((row) => ('parent_id' in row ? { ...row, parent_id: follow(row.parent_id) } : row)),
  };
  each.children.forEach((child, place) => {
    if (child.kind === 'self') return;
    const { kept, keptFor } = moveChildren(child, before[`c${place}`] ?? [], follow);
    content[`c${place}`] = kept;
    const grandchildren = before[`g${place}`];
    if (grandchildren) {
      content[`g${place}`] = grandchildren.map((row) => ({
        ...row,
        c_id: row.c_id ? (keptFor.get(row.c_id) ?? row.c_id) : null,
      }));
    }
  });
  return { content, losers, disagreeing };
}

/** Groups of more than one row. */
function groupRows(each: Case, rows: readonly Row[]): readonly (readonly Row[])[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const labels = [row.part ?? null, ...each.key.map((part, place) => labelOf(part, row[`k${place + 1}`] ?? null))];
    if (!covers(each, row) || (each.nulls === 'distinct' && labels.slice(1).includes(null))) continue;
    const label = JSON.stringify(labels);
    groups.set(label, [...(groups.get(label) ?? []), row]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

function labelOf({ type, form }: Case['key'][number], value: string | null): string | null {
  if (form === 'filled') return value ?? '';
  if (value === null) return null;
  if (form === 'folded') return value.toLowerCase();
  return type.values.find(([text]) => text === value)?.[1] ?? value;
}

function covers({ predicate, key }: Case, row: Row): boolean {
  if (predicate === 'live') return row.live === 'true';
  if (predicate === 'v > 1') return row.v !== null && Number(row.v) > 1;
  if (predicate === 'none') return true;
  // A composite value IS NOT NULL when all its fields are not.
  return row.k1 !== null && !(key[0]?.type.type === 'pair' && /[(,][,)]/.test(row.k1 ?? ''));
}

function mark({ losers }: Case, row: Row): Row | undefined {
  if (losers === 'set live') return { ...row, live: 'false' };
  return losers === 'set null' ? { ...row, k1: null } : undefined;
}

/** Rows that are equal in every term keep their order: by primary key, or else by place. */
function compareRows(x: Row, y: Row, keep: readonly Keep[]): number {
  for (const term of keep) {
    const order =
      'ranking' in term
        ? compareValues(rankOf(x, term.ranking), rankOf(y, term.ranking), { descending: false, nullsFirst: false })
        : compareValues(numberOf(x, term.column), numberOf(y, term.column), term);
    if (order !== 0) return order;
  }
  return 0;
}

function rankOf({ txt }: Row, ranking: readonly string[]): number | null {
  const place = ranking.indexOf(txt ?? 'none');
  return place < 0 ? null : place;
}

function numberOf(row: Row, column: string): number | null {
  const value = row[column] ?? null;
  return value === null ? null : Number(value);
}

function compareValues(
  x: number | null,
  y: number | null,
  { descending, nullsFirst }: { readonly descending: boolean; readonly nullsFirst: boolean },
): number {
  if (x === null && y === null) return 0;
  if (x === null) return nullsFirst ? -1 : 1;
  if (y === null) return nullsFirst ? 1 : -1;
  return descending ? y - x : x - y;
}

/** The survivor's columns that take something from its group. */
function merged({ merge }: Case, ranked: readonly Row[]): Row {
  return {
    ...(merge.w ? { w: mergeNumbers(merge.w, present(ranked, 'w').map(Number)) } : {}),
    ...(merge.txt ? { txt: mergeTexts(merge.txt, present(ranked, 'txt'), ranked[0]?.txt ?? null) } : {}),
    ...(merge.flag ? { flag: mergeFlags(merge.flag, present(ranked, 'flag')) } : {}),
  };
}

function present(rows: readonly Row[], column: string): readonly string[] {
  return rows.flatMap((row) => row[column] ?? []);
}

function mergeNumbers(how: NonNullable<Case['merge']['w']>, values: readonly number[]): string | null {
  const [first] = values;
  if (first === undefined) return null;
  if (how === 'first-non-null') return String(first);
  return String(how === 'sum' ? values.reduce((sum, each) => sum + each, 0) : Math[how](...values));
}

function mergeTexts(
  how: NonNullable<Case['merge']['txt']>,
  values: readonly string[],
  survivors: string | null,
): string | null {
  if (how === 'concat') return [...new Set(values.filter((value) => value !== ''))].join('\n') || survivors;
  return (how === 'max' ? values.toSorted().at(-1) : values[0]) ?? null;
}

function mergeFlags(how: 'or' | 'and', values: readonly string[]): string | null {
  if (values.length === 0) return null;
  return String(how === 'or' ? values.includes('true') : values.every((value) => value === 'true'));
}

/** Children follow their parent; of those that then have one key, the one that need not move stays, else the first. */
function moveChildren(
  child: Child,
  rows: readonly Row[],
  follow: (id: string | null | undefined) => string | null,
): { readonly kept: readonly Row[]; readonly keptFor: ReadonlyMap<string, string> } {
  const keptFor = new Map<string, string>();
  let present = rows;
  for (const column of referenceColumns(child)) {
    const byKey = new Map<string, { readonly row: Row; readonly moves: boolean }[]>();
    for (const row of present) {
      const future = { ...row, [column]: followColumn(child, row, column, follow) };
      const label = uniqueLabel(child, future) ?? `alone ${row.id}`;
      byKey.set(label, [...(byKey.get(label) ?? []), { row: future, moves: future[column] !== row[column] }]);
    }
    present = [...byKey.values()].flatMap((siblings) => {
      const ranked = siblings
        .toSorted((x, y) => Number(x.moves) - Number(y.moves) || Number(x.row.id) - Number(y.row.id))
        .map(({ row }) => row);
      const [kept, ...gone] = ranked;
      if (!kept) return [];
      for (const row of gone) keptFor.set(row.id ?? '', kept.id ?? '');
      return [child.onCollision === 'merge' ? { ...kept, ...filled(child, ranked) } : kept];
    });
  }
  return { kept: present, keptFor };
}

/** Columns that are part of no unique index take the first value there is. */
function filled({ kind }: Child, ranked: readonly Row[]): Row {
  const first = (column: string): string | null => present(ranked, column)[0] ?? null;
  return { note: first('note'), ...(kind === 'two keys' ? { name: first('name') } : {}) };
}

function referenceColumns({ kind }: Child): readonly string[] {
  if (kind === 'two keys') return ['a_id', 'b_id'];
  return [kind === 'array' ? 'p_ids' : 'p_id'];
}

function followColumn(
  { kind }: Child,
  row: Row,
  column: string,
  follow: (id: string | null | undefined) => string | null,
): string | null {
  if (kind === 'polymorphic' && row.kind !== 't') return row[column] ?? null;
  return kind === 'array' ? followArray(row[column] ?? '{}', follow) : follow(row[column]);
}

/** The survivor stands in the array once, where it or the first of its losers stood; other elements stay as they are. */
function followArray(array: string, follow: (id: string) => string | null): string {
  const elements = array.slice(1, -1).split(',').filter(Boolean);
  const future = elements.map((element) => follow(element) ?? element);
  if (future.every((element, place) => element === elements[place])) return array;
  const survivors = new Set(future.filter((element, place) => element !== elements[place]));
  return `{${future.filter((element, place) => !survivors.has(element) || future.indexOf(element) === place).join(',')}}`;
}
