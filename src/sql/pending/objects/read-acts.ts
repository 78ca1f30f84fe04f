import type { Node } from 'libpg-query';
import type { ObjectAct } from '../../../model/object-change.ts';
import { readActsOfTable } from './read-acts-of-table.ts';
import { readDrops, readMoves, readRenames } from './read-changed-names.ts';
import { readMadeCode } from './read-made-code.ts';
import { readMadeNames } from './read-made-names.ts';
import { readMadeRelation } from './read-made-relation.ts';
import { readQuery } from './read-query.ts';
import { readValues } from './read-values.ts';
import { runsAlone } from './runs-alone.ts';

/** What a statement does with objects, in the order in which it does it. */
export function readActs(tree: Node): readonly ObjectAct[] {
  const alone = runsAlone(tree);
  const acts = alone === undefined ? readOwn(tree) : [{ do: 'alone', what: alone } as const];
  return [...acts, ...readValues(tree)];
}

function readOwn(tree: Node): readonly ObjectAct[] {
  if ('AlterTableStmt' in tree) return readActsOfTable(tree.AlterTableStmt);
  if ('DropStmt' in tree) return readDrops(tree.DropStmt);
  if ('RenameStmt' in tree) return readRenames(tree.RenameStmt);
  if ('AlterObjectSchemaStmt' in tree) return readMoves(tree.AlterObjectSchemaStmt);
  return readMadeRelation(tree) ?? readMadeNames(tree) ?? readMadeCode(tree) ?? readQuery(tree);
}
