export interface Row {
  readonly id: number;
  readonly a: number | null;
  readonly b: number | null;
  readonly v: number | null;
  readonly w: number | null;
  readonly live: boolean;
}

export interface Child {
  readonly id: number;
  readonly tId: number | null;
  readonly name: number | null;
  readonly note: string | null;
}

export interface Rule {
  readonly key: readonly ('a' | 'b' | string)[];
  readonly partial: boolean;
  readonly nulls: 'distinct' | 'not distinct';
  readonly keep: readonly string[];
  readonly merge: 'sum' | 'min' | 'max' | 'first-non-null' | undefined;
  readonly onCollision: 'keep-survivor' | 'merge';
}

export interface Tables {
  readonly rows: readonly Row[];
  readonly children: readonly Child[];
}

/** What removing the excess rows has to leave, computed the simple way. */
export function expectedAfter({ rows, children }: Tables, rule: Rule): Tables {
  const left = new Map(rows.map((row) => [row.id, row]));
  const survivorOf = new Map<number, number>();
  for (const group of groupRows(rows, rule)) {
    const ranked = group.toSorted((x, y) => compareRows(x, y, rule.keep));
    const [survivor, ...losers] = ranked;
    if (!survivor || losers.length === 0) continue;
    left.set(survivor.id, rule.merge ? { ...survivor, w: merged(ranked, rule.merge) } : survivor);
    for (const { id } of ranked) survivorOf.set(id, survivor.id);
    for (const { id } of losers) left.delete(id);
  }
  return {
    rows: [...left.values()].toSorted((x, y) => x.id - y.id),
    children: moveChildren(children, survivorOf, rule).toSorted((x, y) => x.id - y.id),
  };
}

function groupRows(rows: readonly Row[], { key, partial, nulls }: Rule): readonly (readonly Row[])[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const values = key.map((name) => (name === 'a' ? row.a : row.b));
    if ((partial && !row.live) || (nulls === 'distinct' && values.includes(null))) continue;
    const label = JSON.stringify(values);
    groups.set(label, [...(groups.get(label) ?? []), row]);
  }
  return [...groups.values()];
}

function compareRows(x: Row, y: Row, keep: readonly string[]): number {
  for (const term of keep) {
    if (term === 'most complete') {
      if (completeness(x) !== completeness(y)) return completeness(y) - completeness(x);
      continue;
    }
    const name = term.startsWith('w') ? 'w' : 'v';
    const order = compareValues(x[name], y[name], term.includes('desc'), term.includes('nulls first'));
    if (order !== 0) return order;
  }
  return x.id - y.id;
}

function completeness(row: Row): number {
  return Object.values(row).filter((value) => value !== null).length;
}

function compareValues(x: number | null, y: number | null, descending: boolean, nullsFirst: boolean): number {
  if (x === null && y === null) return 0;
  if (x === null) return nullsFirst ? -1 : 1;
  if (y === null) return nullsFirst ? 1 : -1;
  return descending ? y - x : x - y;
}

function merged(ranked: readonly Row[], merge: NonNullable<Rule['merge']>): number | null {
  const present = ranked.flatMap(({ w }) => (w === null ? [] : [w]));
  if (present.length === 0) return null;
  if (merge === 'sum') return present.reduce((sum, each) => sum + each, 0);
  if (merge === 'first-non-null') return present[0] ?? null;
  return merge === 'min' ? Math.min(...present) : Math.max(...present);
}

/** Children follow their parent; of those that then have one key, the survivor's own one stays, else the first. */
function moveChildren(
  children: readonly Child[],
  survivorOf: ReadonlyMap<number, number>,
  { onCollision }: Rule,
): readonly Child[] {
  const byKey = new Map<string, Child[]>();
  for (const child of children) {
    const future = child.tId === null ? null : (survivorOf.get(child.tId) ?? child.tId);
    // NULLs are distinct in the child's own unique index.
    const label = future === null || child.name === null ? `alone ${child.id}` : `${future} ${child.name}`;
    byKey.set(label, [...(byKey.get(label) ?? []), child]);
  }
  return [...byKey.values()].flatMap((siblings) => {
    const future = ({ tId }: Child) => (tId === null ? null : (survivorOf.get(tId) ?? tId));
    const ranked = siblings.toSorted(
      (x, y) => Number(future(x) !== x.tId) - Number(future(y) !== y.tId) || x.id - y.id,
    );
    const [kept] = ranked;
    if (!kept) return [];
    const note = onCollision === 'merge' ? (ranked.find((each) => each.note !== null)?.note ?? null) : kept.note;
    return [{ ...kept, tId: future(kept), note }];
  });
}
