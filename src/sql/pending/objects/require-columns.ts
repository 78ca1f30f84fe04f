import type { Node } from 'libpg-query';
import type { ObjectAct } from '../../../model/object-change.ts';
import { nameOf, stringsOf } from '../read-constraint.ts';
import { nodesIn } from '../read-expression.ts';
import { isUsers } from './read-uses.ts';

/** The columns that a query names, where it reads one relation and nothing else. */
export function requireColumns(query: Node | undefined): readonly ObjectAct[] {
  if (!query || !('SelectStmt' in query)) return [];
  const { fromClause = [], withClause, targetList, whereClause } = query.SelectStmt;
  const [only, ...others] = fromClause;
  const nodes = [...nodesIn([targetList, whereClause])];
  const nested = nodes.some(({ kind }) => kind === 'SubLink');
  if (!only || !('RangeVar' in only) || others.length > 0 || withClause || nested) return [];
  const { alias, ...relation } = only.RangeVar;
  const table = nameOf(relation);
  const owner = alias?.aliasname ?? table.name;
  if (alias?.colnames || !isUsers(table)) return [];
  const columns = nodes.flatMap(({ kind, node }) => {
    const fields = kind === 'ColumnRef' && 'fields' in node ? (node.fields as readonly Node[]) : [];
    const names = stringsOf(fields);
    // The row as a whole goes by the name of its table.
    if (names.length !== fields.length || names.length > 2 || names.at(-1) === owner) return [];
    return names.length === 1 || names[0] === owner ? names.slice(-1) : [];
  });
  return [...new Set(columns)].map((column) => ({ do: 'require-column', table, column }));
}
