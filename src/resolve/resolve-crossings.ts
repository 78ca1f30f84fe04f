import type { Dedupe, RowGuard } from '../model/dedupe.ts';
import type { ForeignKeyFacts, OperationFacts, TableFacts } from '../model/facts.ts';
import { findTable } from '../model/find-table.ts';
import { movementsOf } from '../model/movement.ts';
import { isSameTable } from '../model/table-name.ts';
import type { Crossing, Move, MovedKey, Way } from '../model/ties.ts';
import { collidingKeys } from './colliding-keys.ts';
import { rowGuards } from './row-guards.ts';
import { actionGuards } from './trigger-guards.ts';

/** How a move comes about. */
export interface Path {
  /** The first move it belongs to. */
  readonly root: number;
  readonly label: string | undefined;
  /** What moves are the children of copies that go, to the row that stays. */
  readonly ofCopies: boolean;
  /** Keys whose ON UPDATE CASCADE has led here. */
  readonly cascades: readonly ForeignKeyFacts[];
}

/** Tables whose rows go along by ON UPDATE CASCADE, with all ways in which these rows are changed. */
export function findCrossings(
  moves: readonly Move[],
  paths: readonly Path[],
  references: Dedupe['references'],
  facts: OperationFacts,
): readonly Crossing[] {
  const movements = movementsOf(references);
  const direct = references.filter(({ kind }) => kind !== 'array');
  const movementOf = (root: number): number =>
    movements.findIndex(({ links }) => links.some((link) => link === direct[root]));
  const along = moves.flatMap((move) => (move.kind === 'cascade' ? [move] : []));
  const tables = along.filter(
    ({ image }, place) => along.findIndex((other) => isSameTable(other.image.table, image.table)) === place,
  );
  return tables.flatMap(({ image }): readonly Crossing[] => {
    const table = findTable(facts, image.table);
    if (!table) return [];
    const ways = moves.flatMap((move, place): readonly Way[] => {
      const path = paths[place];
      // What survivors take is asked beside other merges.
      if (!path || !isSameTable(move.image.table, image.table) || move.kind === 'survivors') return [];
      const step =
        path.label === undefined ? 2 * movements.length : 2 * movementOf(path.root) + (path.ofCopies ? 0 : 1);
      const by = JSON.stringify([move.kind === 'children' ? move.of : null, path.cascades.map(({ name }) => name)]);
      const label = path.label === undefined || path.ofCopies ? path.label : movements[movementOf(path.root)]?.label;
      return [{ move: place, step, by, label, columns: move.columns.map(({ name }) => name) }];
    });
    const set = [...new Set(ways.flatMap(({ columns }) => columns))];
    const guards = along
      .filter((move) => isSameTable(move.image.table, image.table))
      .flatMap(({ key }) => cascadeGuards(table, key));
    const each = [...new Map(guards.map((guard) => [JSON.stringify(guard), guard])).values()];
    const uniques = collidingKeys(table, set);
    const removed = movements.findIndex(({ child }) => isSameTable(child.table, image.table));
    return each.length + uniques.length === 0
      ? []
      : [{ image, ways, guards: each, uniques, ...(removed < 0 ? {} : { removed }) }];
  });
}

/** A cascade sets all columns of its key, which triggers mind; its rows are in no archive. */
export function cascadeGuards(table: TableFacts, { columns }: MovedKey): readonly RowGuard[] {
  const set = columns.map(({ name }) => name);
  return rowGuards(table, set).filter((guard) => guard.kind !== 'width' && (guard.kind !== 'trigger' || guard.row));
}

/** What could refuse the statements that a cascade sends, whichever rows they change. */
export function statementGuards(table: TableFacts, { columns }: MovedKey): readonly RowGuard[] {
  return actionGuards(
    table,
    'UPDATE',
    'cascade',
    columns.map(({ name }) => name),
  );
}
