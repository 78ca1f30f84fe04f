import type { Node } from 'libpg-query';
import type { ObjectAct } from '../../../model/object-change.ts';
import { nameOf } from '../read-constraint.ts';
import { requireObject, requireRelations } from './make-acts.ts';
import { usesOf } from './read-uses.ts';

/** The tables that a query reads or writes, and the columns that it names of the one that it writes. */
export function readQuery(tree: Node): readonly ObjectAct[] {
  if ('RefreshMatViewStmt' in tree)
    return [requireObject(['materialized view'], nameOf(tree.RefreshMatViewStmt.relation ?? {}))];
  if ('AlterSeqStmt' in tree && tree.AlterSeqStmt.missing_ok !== true)
    return [requireObject(['sequence'], nameOf(tree.AlterSeqStmt.sequence ?? {}))];

  if (
    'InsertStmt' in tree ||
    'UpdateStmt' in tree ||
    'DeleteStmt' in tree ||
    'MergeStmt' in tree ||
    'SelectStmt' in tree
  ) {
    const written =
      'InsertStmt' in tree
        ? { table: tree.InsertStmt.relation, targets: tree.InsertStmt.cols }
        : 'UpdateStmt' in tree
          ? { table: tree.UpdateStmt.relation, targets: tree.UpdateStmt.targetList }
          : undefined;
    const table = nameOf(written?.table ?? {});
    const columns = (written?.targets ?? []).flatMap((node) =>
      'ResTarget' in node ? (node.ResTarget.name ?? []) : [],
    );
    return [
      ...requireRelations(usesOf(tree).relations),
      ...columns.map((column): ObjectAct => ({ do: 'require-column', table, column })),
    ];
  }
  if ('TruncateStmt' in tree)
    return usesOf(tree.TruncateStmt.relations).relations.map((name) => requireObject(['table'], name));
  return [];
}
