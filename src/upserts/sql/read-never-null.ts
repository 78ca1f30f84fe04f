import { z } from 'zod';
import { isNeverNull } from './never-null.ts';

const nodes = z.array(z.unknown()).default([]);

const selectSchema = z.object({
  SelectStmt: z.object({
    op: z.literal('SETOP_NONE'),
    valuesLists: z.array(z.object({ List: z.object({ items: nodes }) })).default([]),
    targetList: z.array(z.object({ ResTarget: z.object({ val: z.unknown() }) })).default([]),
    whereClause: z.unknown().optional(),
  }),
});

const columnSchema = z.object({ ColumnRef: z.object({ fields: z.unknown() }) });

const conjunctSchema = z.union([
  z.object({ BoolExpr: z.object({ boolop: z.literal('AND_EXPR'), args: nodes }) }),
  z.object({ NullTest: z.object({ nulltesttype: z.literal('IS_NOT_NULL'), arg: z.unknown() }) }),
  z.object({ A_Expr: z.object({ kind: z.literal('AEXPR_OP'), lexpr: z.unknown().optional(), rexpr: z.unknown() }) }),
]);

/** Of the columns of an INSERT, those that get a value in each of its rows: by VALUES, or by a SELECT and its WHERE. */
export function readNeverNull(columns: readonly string[], selectStmt: unknown): readonly string[] {
  const { data } = selectSchema.safeParse(selectStmt);
  if (!data) return [];
  const { valuesLists, targetList, whereClause } = data.SelectStmt;
  const rows =
    valuesLists.length > 0
      ? valuesLists.map(({ List }) => List.items)
      : [targetList.map(({ ResTarget }) => ResTarget.val)];
  const compared = new Set(comparedIn(whereClause));
  const isGiven = (value: unknown): boolean => isNeverNull(value) || compared.has(keyOf(value) ?? '');
  return columns.filter((_column, place) => rows.every((row) => isGiven(row[place])));
}

/** Columns for which a row with NULL is left out: `a IS NOT NULL`, `a = …`, joined by AND. */
function comparedIn(condition: unknown): readonly string[] {
  const { data } = conjunctSchema.safeParse(condition);
  if (!data) return [];
  if ('BoolExpr' in data) return data.BoolExpr.args.flatMap(comparedIn);
  const compared = 'NullTest' in data ? [data.NullTest.arg] : [data.A_Expr.lexpr, data.A_Expr.rexpr];
  return compared.flatMap((each) => keyOf(each) ?? []);
}

function keyOf(node: unknown): string | undefined {
  const { data } = columnSchema.safeParse(node);
  return data && JSON.stringify(data.ColumnRef.fields);
}
