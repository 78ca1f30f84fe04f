import type { Case, Child, RowSeed } from './case.ts';

/** A row as text, column by column, as PostgreSQL writes it. */
export type Row = Readonly<Record<string, string | null>>;

/** The rows of a case's tables, by name: `t`, `c0`, `g0`, `c1`, … */
export type Content = Readonly<Record<string, readonly Row[]>>;

/** The rows a case begins with, in the order in which they are inserted. */
export function contentOf(each: Case): Content {
  const parents = each.rows.map((seed, place) => parentRow(each, seed, place));
  const tables: Record<string, readonly Row[]> = { t: parents };
  each.children.forEach((child, place) => {
    if (child.kind === 'self') return;
    const rows = fittingRows(child, parents);
    tables[`c${place}`] = rows;
    if (child.grandchildren) {
      tables[`g${place}`] = rows.flatMap((row, at) => [
        { id: String(2 * at + 1), c_id: row.id ?? null },
        { id: String(2 * at + 2), c_id: at % 2 === 0 ? null : (row.id ?? null) },
      ]);
    }
  });
  return tables;
}

function parentRow(each: Case, seed: RowSeed, place: number): Row {
  const keys = each.key.map(({ type }, at) => {
    const choice = seed.key[at];
    return [`k${at + 1}`, typeof choice === 'number' ? (type.values[choice % type.values.length]?.[0] ?? null) : null];
  });
  return {
    ...(each.partitioned ? { part: String(seed.part) } : {}),
    id: each.identity === 'same rows' ? '0' : String(place + 1),
    ...Object.fromEntries(keys),
    v: text(seed.v),
    // Fewer differences, so that there are rows which are the same.
    w: each.identity === 'same rows' ? '1' : text(seed.w),
    txt: seed.txt,
    flag: text(seed.flag),
    live: String(seed.live),
    ...(each.children.some(({ kind }) => kind === 'self')
      ? { parent_id: seed.parent === null ? null : String((seed.parent % each.rows.length) + 1) }
      : {}),
  };
}

/** The child's rows, without those its unique index would reject. */
function fittingRows(child: Child, parents: readonly Row[]): readonly Row[] {
  const taken = new Set<string>();
  return child.rows.flatMap(({ parents: places, name, note }, place) => {
    const named = places.map((each) => (each === null ? undefined : parents[each % parents.length]));
    const reference = referenceOf(child, named, 'part' in (parents[0] ?? {}));
    if (child.partitioned && reference.p_id === null) return [];
    const row: Row = { id: String(place + 1), ...reference, name: text(name), note };
    const label = uniqueLabel(child, row);
    if (label !== undefined && taken.has(label)) return [];
    if (label !== undefined) taken.add(label);
    return [row];
  });
}

function referenceOf({ kind }: Child, named: readonly (Row | undefined)[], parted: boolean): Row {
  const [first, second] = named;
  const id = first?.id ?? null;
  switch (kind) {
    case 'array': {
      const ids = named.map((row) => row?.id ?? 'NULL');
      return { p_ids: `{${ids.join(',')}}` };
    }
    case 'two keys':
      return { a_id: id, b_id: second?.id ?? null };
    case 'polymorphic':
      return { kind: second ? 't' : 'other', p_id: id };
    default:
      return { ...(parted ? { part: first?.part ?? null } : {}), p_id: id };
  }
}

/** The columns of the child's unique index. */
export function uniqueColumns({ kind }: Child, partitioned: boolean): readonly string[] {
  if (kind === 'two keys') return ['a_id', 'b_id'];
  return [...(kind === 'polymorphic' ? ['kind'] : []), ...(partitioned ? ['part'] : []), 'p_id', 'name'];
}

/** What the child's unique index compares; undefined for a row it lets be. */
export function uniqueLabel(child: Child, row: Row): string | undefined {
  if (child.unique === 'none') return undefined;
  const values = uniqueColumns(child, 'part' in row).map((column) => row[column] ?? null);
  return child.unique === 'distinct' && values.includes(null) ? undefined : JSON.stringify(values);
}

function text(value: number | boolean | null): string | null {
  return value === null ? null : String(value);
}
