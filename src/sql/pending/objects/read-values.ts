import type { AlterTableCmd, Node } from 'libpg-query';
import type { ObjectAct, ValueUse } from '../../../model/object-change.ts';
import { nameOf } from '../read-constraint.ts';
import { nodesIn } from '../read-expression.ts';
import { qualified, typeNamed } from './read-uses.ts';

/** Values that a statement gives to an enum, and texts that it may use as one. */
export function readValues(tree: Node): readonly ObjectAct[] {
  if ('AlterEnumStmt' in tree) {
    const { typeName, oldVal, newVal = '', newValNeighbor, skipIfNewValExists } = tree.AlterEnumStmt;
    const [type] = qualified(typeName);
    if (!type) return [];
    if (oldVal !== undefined) return [{ do: 'rename-value', type, from: oldVal, to: newVal }];
    const ifNotExists = skipIfNewValExists === true;
    return [{ do: 'add-value', type, value: newVal, neighbor: newValNeighbor, ifNotExists }];
  }
  if ('InsertStmt' in tree) return readInsert(tree);
  if ('UpdateStmt' in tree) {
    const table = nameOf(tree.UpdateStmt.relation ?? {});
    const set = (tree.UpdateStmt.targetList ?? []).flatMap((node): readonly ObjectAct[] => {
      if (!('ResTarget' in node)) return [];
      const { name: column = '', val } = node.ResTarget;
      return usesIn(val, { kind: 'column', table, column });
    });
    return [...set, ...usesIn(tree.UpdateStmt.whereClause, { kind: 'unknown' })];
  }
  if ('AlterTableStmt' in tree) {
    const table = nameOf(tree.AlterTableStmt.relation ?? {});
    return (tree.AlterTableStmt.cmds ?? []).flatMap((node) =>
      'AlterTableCmd' in node ? readPart(table, node.AlterTableCmd) : [],
    );
  }
  if ('CreateFunctionStmt' in tree || 'DoStmt' in tree || 'CreateEnumStmt' in tree || 'CommentStmt' in tree) return [];
  return usesIn(tree, { kind: 'unknown' });
}

function readPart(table: ReturnType<typeof nameOf>, { subtype, name: column = '', def }: AlterTableCmd) {
  if (subtype === 'AT_ColumnDefault') return usesIn(def, { kind: 'column', table, column });
  if (subtype !== 'AT_AddColumn' || !def || !('ColumnDef' in def)) return usesIn(def, { kind: 'unknown' });
  const { typeName, constraints = [] } = def.ColumnDef;
  const [type] = typeName && !typeName.arrayBounds ? typeNamed(typeName) : [];
  return constraints.flatMap((node) => {
    if (!('Constraint' in node)) return [];
    const { contype, raw_expr } = node.Constraint;
    return usesIn(raw_expr, contype === 'CONSTR_DEFAULT' && type ? { kind: 'type', type } : { kind: 'unknown' });
  });
}

function readInsert(tree: Extract<Node, { InsertStmt: unknown }>): readonly ObjectAct[] {
  const { relation, cols, selectStmt } = tree.InsertStmt;
  const table = nameOf(relation ?? {});
  const columns = (cols ?? []).flatMap((node) => ('ResTarget' in node ? (node.ResTarget.name ?? []) : []));
  const rows = selectStmt && 'SelectStmt' in selectStmt ? (selectStmt.SelectStmt.valuesLists ?? []) : [];
  if (rows.length === 0 || columns.length === 0) return usesIn(selectStmt, { kind: 'unknown' });
  return rows.flatMap((row) =>
    ('List' in row ? (row.List.items ?? []) : []).flatMap((value, place) => {
      const column = columns[place];
      return usesIn(value, column === undefined ? { kind: 'unknown' } : { kind: 'column', table, column });
    }),
  );
}

/** A text by itself is given to what it is for; inside of an expression it is not known what it is. */
function usesIn(tree: Node | undefined, as: ValueUse): readonly ObjectAct[] {
  if (!tree) return [];
  const own = textOf(tree);
  if (own !== undefined) return [{ do: 'use-value', value: own, as }];
  const acts: ObjectAct[] = [];
  const cast = new Set<unknown>();
  for (const { kind, node } of nodesIn(tree)) {
    if (kind === 'TypeCast' && 'arg' in node && 'typeName' in node) {
      const { arg, typeName } = node as { readonly arg: Node; readonly typeName: Parameters<typeof typeNamed>[0] };
      const value = textOf(arg);
      const [type] = typeName.arrayBounds ? [] : typeNamed(typeName);
      if (value === undefined) continue;
      cast.add('A_Const' in arg ? arg.A_Const : arg);
      if (type) acts.push({ do: 'use-value', value, as: { kind: 'type', type } });
    }
    if (kind === 'A_Const' && !cast.has(node)) {
      const value = textOf({ A_Const: node } as Node);
      if (value !== undefined) acts.push({ do: 'use-value', value, as: { kind: 'unknown' } });
    }
  }
  return acts;
}

function textOf(node: Node): string | undefined {
  return 'A_Const' in node ? node.A_Const.sval?.sval : undefined;
}
