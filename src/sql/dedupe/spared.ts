import type { Merge, ResolvedReference } from '../../model/dedupe.ts';
import { movementsOf } from '../../model/movement.ts';
import { workTable } from '../relation.ts';
import type { OwnMove } from './members.ts';
import { type Parents, sparesLosers, stageMovement } from './stage-children.ts';
import type { BatchStatement } from './statements.ts';

interface Merging extends Parents {
  readonly merges: readonly Merge[];
  readonly references: readonly ResolvedReference[];
  readonly path: string;
}

/** What losers would refer to that are left as they are because they go: what a survivor takes from them must not go too. */
export function stageSpared(level: Merging): {
  readonly statements: readonly BatchStatement[];
  readonly moves: readonly OwnMove[];
} {
  const spared =
    level.merges.length === 0 ? [] : movementsOf(level.references).filter((each) => sparesLosers(level, each));
  const staged = spared.map((movement, place) => {
    const rows = workTable(`spared_${level.path}_${place}`);
    // The others of the table have been re-pointed: those that still refer to losers are meant.
    const every = { ...movement, uniques: [], guards: [] };
    const statements = stageMovement(level, every, rows, `${level.path}_spared_${place}`);
    return { rows, columns: movement.columns, statements: statements.filter(({ role }) => role === 'work') };
  });
  return { statements: staged.flatMap(({ statements }) => statements), moves: staged };
}
