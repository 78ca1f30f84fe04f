import type { InsertStmt, Node } from 'libpg-query';
import type { WrittenRows } from '../../model/pending.ts';
import { elementsOf, findWord, insideOf, isWord, type Source, textOf } from './source.ts';

/** The rows of an INSERT, where each value is written as it is; undefined where ON CONFLICT passes over those that are there. */
export function readInserted(
  source: Source,
  { cols, selectStmt, onConflictClause, override, withClause }: InsertStmt,
): WrittenRows | 'open' | undefined {
  if (onConflictClause) return undefined;
  const lists = selectStmt && 'SelectStmt' in selectStmt ? (selectStmt.SelectStmt.valuesLists ?? []) : [];
  const columns = (cols ?? []).flatMap((node) => ('ResTarget' in node ? (node.ResTarget.name ?? []) : []));
  const values = findWord(source, 0, 'values');
  if (lists.length === 0 || values === undefined || withClause || (override && override !== 'OVERRIDING_NOT_SET'))
    return 'open';
  const rows: (string | undefined)[][] = [];
  let at = values + 1;
  for (const list of lists) {
    const items = 'List' in list ? (list.List.items ?? []) : [];
    if (!isWord(source, at, '(') || !items.every(isLiteral)) return 'open';
    const inside = insideOf(source, at);
    const texts = elementsOf(source, inside).map((element) => textOf(source, element));
    if (texts.length !== items.length) return 'open';
    rows.push(items.map((item, place) => ('SetToDefault' in item ? undefined : texts[place])));
    at = inside.to + 2;
  }
  return { columns, rows };
}

function isLiteral(node: Node): boolean {
  if ('TypeCast' in node && node.TypeCast.arg) return isLiteral(node.TypeCast.arg);
  return 'A_Const' in node || 'SetToDefault' in node;
}
