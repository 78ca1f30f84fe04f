import type { Dedupe, Merge, ResolvedReference, TableImage } from '../model/dedupe.ts';
import type { ForeignKeyFacts, OperationFacts, TableFacts, TableName } from '../model/facts.ts';
import { findTable } from '../model/find-table.ts';
import type { DeferrableKey } from '../model/group-survey.ts';
import { isSameInOrder } from '../model/same-columns.ts';
import { isSameTable } from '../model/table-name.ts';
import type { Clash, Move, MovedKey, Passage, Tie, Ties } from '../model/ties.ts';
import { collidingKeys } from './colliding-keys.ts';
import { imageOf } from './image-of.ts';
import { cascadeGuards, findCrossings, type Path, statementGuards } from './resolve-crossings.ts';
import { referringColumns } from './resolve-references.ts';

/** What is found, and from what. The first moves are those of the losers' own children, in the order they are made. */
interface Search {
  readonly facts: OperationFacts;
  readonly moves: Move[];
  /** How each of them comes about. */
  readonly paths: Path[];
  readonly ties: Tie[];
  readonly clashes: Clash[];
  readonly passages: Passage[];
  readonly first: number;
}

/**
 * Finds the foreign keys that may stop re-pointing: a row that moves has another key for those that refer to it, and may
 * itself refer by a column that changes (23503). References are re-pointed one after another, each in a statement. Last
 * come survivors whose new values ON UPDATE CASCADE hands on.
 */
export function resolveTies(
  { references, merges }: Pick<Dedupe, 'references' | 'merges'>,
  facts: OperationFacts,
): Ties {
  // The elements of an array are in no foreign key.
  const direct = references.filter(({ kind }) => kind !== 'array');
  const parent = imageOf(facts.table);
  const moves = direct.map((reference) => childrenMove(reference, parent, undefined));
  const search: Search = { facts, moves, paths: [], ties: [], clashes: [], passages: [], first: moves.length };
  for (const [root, reference] of direct.entries()) {
    follow(search, root, { root, label: reference.label, ofCopies: false, cascades: [] });
    followCopies(search, root, reference, root);
  }
  followSurvivors(search, merges, parent);
  const { paths, ties, clashes, passages } = search;
  return { moves, ties, clashes, passages, crossings: findCrossings(moves, paths, references, facts) };
}

/** Children that would be copies of each other go in turn: theirs are re-pointed before. */
function followCopies(search: Search, of: number, reference: ResolvedReference, root: number): void {
  for (const inner of reference.references) {
    const place = search.moves.push(childrenMove(inner, reference.child, of)) - 1;
    follow(search, place, { root, label: inner.label, ofCopies: true, cascades: [] });
    followCopies(search, place, inner, root);
  }
}

/** What their values mean to their own table is asked beside other merges; here, what it means to those that go along. */
function followSurvivors(search: Search, merges: readonly Merge[], image: TableImage): void {
  const cascades = search.facts.table.referencedBy.filter(({ onUpdate }) => onUpdate === 'cascade');
  const plain = { cast: undefined, operator: '=', collation: undefined };
  const columns = merges.map(({ column: name, type, baseType }) => ({ name, type, baseType, ...plain }));
  if (!cascades.some(({ referenced }) => columns.some(({ name }) => referenced.includes(name)))) return;
  const root = search.moves.push({ kind: 'survivors', image, columns }) - 1;
  follow(search, root, { root, label: undefined, ofCopies: false, cascades: [] });
}

function childrenMove(reference: ResolvedReference, parent: TableImage, of: number | undefined): Move {
  return { kind: 'children', image: reference.child, columns: reference.columns, reference, parent, of };
}

function follow(search: Search, place: number, way: Path): void {
  const { facts, moves } = search;
  search.paths[place] = way;
  const move = moves[place];
  const table = move && findTable(facts, move.image.table);
  if (!table) return;
  const changed = move.columns.map(({ name }) => name);
  // Copies among children are looked for among those that name the survivor, by all columns of the reference.
  if (move.kind === 'cascade' || (move.kind === 'children' && changed.length > 1)) {
    const settled =
      way.label === undefined ? [] : rootsOf(search, table.table, changed).filter((other) => other < way.root);
    const clashes = collidingKeys(table, changed).map((unique) => ({ move: place, label: way.label, unique, settled }));
    search.clashes.push(...clashes);
    const beside =
      move.kind === 'cascade' ? cascadeGuards(table, move.key).filter(({ kind }) => kind === 'exclusion') : [];
    const guards = move.kind === 'cascade' ? [...beside, ...statementGuards(table, move.key)] : [];
    if (guards.length > 0) search.passages.push({ move: place, label: way.label, guards, settled });
  }
  for (const key of table.referencedBy) {
    const child = findTable(facts, key.table);
    const affected = key.columns.filter((_, part) => changed.includes(key.referenced[part] ?? ''));
    if (!child?.privileges.select || affected.length === 0) continue;
    const moved = movedKey(key, child, table);
    const together = isSameTable(child.table, table.table) && affected.every((column) => changed.includes(column));
    if (key.onUpdate !== 'cascade') {
      if (move.kind !== 'survivors') addHeld(search, place, { key, moved, affected, together }, way);
    } else if (!together && !way.cascades.includes(key)) {
      const columns = moved.columns.filter(({ name }) => affected.includes(name));
      const after = way.label === undefined ? { after: rootsOf(search, child.table, []) } : {};
      const next = moves.push({ kind: 'cascade', image: moved.child, columns, of: place, key: moved, ...after }) - 1;
      follow(search, next, { ...way, cascades: [...way.cascades, key] });
    }
  }
  if (move.kind === 'survivors') return;
  for (const parent of [facts.table, ...facts.related, ...facts.parents]) {
    for (const key of parent.referencedBy) {
      if (!isSameTable(key.table, table.table) || !key.columns.some((column) => changed.includes(column))) continue;
      if (parent.privileges.select && !isOwn(move, key, parent)) addLost(search, place, { key, parent, table }, way);
    }
  }
}

interface Held {
  readonly key: ForeignKeyFacts;
  readonly moved: MovedKey;
  /** The key's columns that hold what changes. */
  readonly affected: readonly string[];
  /** The rows that refer are moved by the same statement, to the same values. */
  readonly together: boolean;
}

function addHeld(search: Search, move: number, { key, moved, affected, together }: Held, { label }: Path): void {
  const others = rootsOf(search, key.table, affected);
  const deferred = key.deferred && key.onUpdate === 'no action';
  search.ties.push({
    kind: 'held',
    move,
    label,
    key: moved,
    settled: [...(together && search.moves[move]?.kind === 'children' ? [move] : []), ...(deferred ? others : [])],
    later: [],
    deferrable: key.onUpdate === 'no action' && others.length > 0 ? toDefer([key]) : [],
    unmoved: [],
  });
}

function addLost(
  search: Search,
  move: number,
  { key, parent, table }: { readonly key: ForeignKeyFacts; readonly parent: TableFacts; readonly table: TableFacts },
  { root, label, ofCopies, cascades }: Path,
): void {
  const changed = search.moves[move]?.columns.map(({ name }) => name) ?? [];
  const affected = key.referenced.filter((_, part) => changed.includes(key.columns[part] ?? ''));
  const others = rootsOf(search, parent.table, affected);
  const keys = [key, ...cascades];
  // What a cascade changes between two moves of a row, no image of it shows: undo would not know the row again.
  const canWait = !(ofCopies && key.onUpdate === 'cascade');
  const waits = canWait && keys.every((each) => each.deferred);
  // The rows it refers to move before, or by the same statement.
  const before = (other: number): boolean => other < root || (other === root && (move === root || cascades.length > 0));
  search.ties.push({
    kind: 'lost',
    move,
    label,
    key: movedKey(key, table, parent),
    settled: others.filter(before),
    later: waits ? others.filter((other) => !before(other)) : [],
    deferrable: canWait && others.length > 0 ? toDefer(keys) : [],
    unmoved: others.length > 0 || isSameTable(parent.table, search.facts.table.table) ? [] : affected,
  });
}

/** The first moves that change all of these columns of a table. */
function rootsOf({ moves, first }: Search, table: TableName, columns: readonly string[]): readonly number[] {
  return moves
    .slice(0, first)
    .flatMap((move, place) =>
      isSameTable(move.image.table, table) &&
      columns.every((column) => move.columns.some(({ name }) => name === column))
        ? [place]
        : [],
    );
}

function toDefer(keys: readonly ForeignKeyFacts[]): readonly DeferrableKey[] {
  return keys.filter(({ deferred }) => !deferred).map(({ name, table }) => ({ name, table }));
}

/** The key by which the rows are found in the first place. */
function isOwn(move: Exclude<Move, { kind: 'survivors' }>, key: ForeignKeyFacts, parent: TableFacts): boolean {
  const { columns, image } =
    move.kind === 'cascade' ? { ...move.key, image: move.key.parent } : { ...move.reference, image: move.parent };
  return (
    isSameTable(image.table, parent.table) &&
    isSameInOrder(
      columns.map(({ name }) => name),
      key.columns,
    )
  );
}

function movedKey(key: ForeignKeyFacts, child: TableFacts, parent: TableFacts): MovedKey {
  const { name, columns, referenced, operators } = key;
  return {
    name,
    child: imageOf(child),
    parent: imageOf(parent),
    columns: referringColumns({ kind: 'foreign-key', child, columns, referenced, operators }, parent),
    referenced,
    type: undefined,
  };
}
