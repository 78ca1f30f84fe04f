import type { DeleteStmt, Node, UpdateStmt } from 'libpg-query';
import type { Change, WrittenExpression } from '../../model/pending.ts';
import { nameOf } from './read-constraint.ts';
import { nodesIn, readExpression } from './read-expression.ts';
import { endOfElement, findWord, isWord, type Source, wordAt } from './source.ts';

/** UPDATE, with what each column is set to. */
export function readUpdate(source: Source, update: UpdateStmt): Change {
  const relation = update.relation ?? {};
  const owners = [relation.alias?.aliasname ?? relation.relname ?? ''];
  const sets = (update.targetList ?? []).flatMap((node) => {
    if (!('ResTarget' in node)) return [];
    const { name: column = '', val, location, indirection } = node.ResTarget;
    return [{ column, value: indirection ? undefined : readSet(source, val, location, owners) }];
  });
  const where = readWhere(source, update.whereClause, owners);
  const alone = !update.fromClause && !update.withClause && where !== null;
  return {
    kind: 'update',
    table: nameOf(relation),
    sets,
    where: where ?? undefined,
    rowwise: alone,
    only: relation.inh !== true,
  };
}

export function readDelete(
  source: Source,
  { relation = {}, usingClause, withClause, whereClause }: DeleteStmt,
): Change {
  const where = readWhere(source, whereClause, [relation.alias?.aliasname ?? relation.relname ?? '']);
  const alone = !usingClause && !withClause && where !== null;
  return {
    kind: 'delete',
    table: nameOf(relation),
    where: where ?? undefined,
    rowwise: alone,
    only: relation.inh !== true,
  };
}

/** `column = expression`; the several columns of a row or a subquery are left open. */
function readSet(
  source: Source,
  value: Node | undefined,
  location: number | undefined,
  owners: readonly string[],
): WrittenExpression | undefined {
  const equals = wordAt(source, location) + 1;
  if (!value || !isWord(source, equals, '=') || 'SetToDefault' in value || 'MultiAssignRef' in value) return undefined;
  const from = equals + 1;
  const others = ['where', 'returning', 'from'].map((word) => clauseAt(source, from, word));
  const to = Math.min(endOfElement(source, from), ...others);
  const expression = readExpression(source, { from, to }, value, owners);
  return expression.rowwise ? expression : undefined;
}

function clauseAt(source: Source, from: number, word: string): number {
  const at = findWord(source, from, word);
  // IS DISTINCT FROM begins no clause.
  return at === undefined || isWord(source, at - 1, 'distinct') ? source.words.length : at;
}

/** Null where it looks at more than its row. */
function readWhere(
  source: Source,
  tree: Node | undefined,
  owners: readonly string[],
): WrittenExpression | undefined | null {
  if (!tree) return undefined;
  const where = findWord(source, 0, 'where');
  if (where === undefined || [...nodesIn(tree)].some(({ kind }) => kind === 'CurrentOfExpr')) return null;
  const to = Math.min(findWord(source, where + 1, 'returning') ?? source.words.length, endOfStatement(source));
  const expression = readExpression(source, { from: where + 1, to }, tree, owners);
  return expression.rowwise ? expression : null;
}

function endOfStatement(source: Source): number {
  const last = source.words.length;
  return isWord(source, last - 1, ';') ? last - 1 : last;
}
