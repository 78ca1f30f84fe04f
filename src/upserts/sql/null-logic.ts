import { z } from 'zod';
import { parse } from '../../sql/parse-sql.ts';
import { isNeverNull } from './never-null.ts';

/** What a condition may come to. */
export type Truth = 'true' | 'false' | 'null';

const ANY: readonly Truth[] = ['true', 'false', 'null'];

const nodes = z.array(z.unknown()).default([]);
const nameSchema = z.array(z.object({ String: z.object({ sval: z.string() }) }));

const conditionSchema = z.union([
  z.object({ NullTest: z.object({ nulltesttype: z.enum(['IS_NULL', 'IS_NOT_NULL']), arg: z.unknown() }) }),
  z.object({
    BoolExpr: z.object({ boolop: z.enum(['AND_EXPR', 'OR_EXPR', 'NOT_EXPR']), args: z.array(z.unknown()).min(1) }),
  }),
  z.object({
    A_Expr: z.object({
      kind: z.enum([
        'AEXPR_OP',
        'AEXPR_OP_ANY',
        'AEXPR_OP_ALL',
        'AEXPR_IN',
        'AEXPR_LIKE',
        'AEXPR_ILIKE',
        'AEXPR_BETWEEN',
      ]),
      name: nameSchema,
      lexpr: z.unknown().optional(),
      rexpr: z.unknown(),
    }),
  }),
  z.object({ BooleanTest: z.object({ booltesttype: z.string(), arg: z.unknown() }) }),
  z.object({ ColumnRef: z.unknown() }),
]);

const columnSchema = z.object({ ColumnRef: z.object({ fields: nameSchema }) });
const castSchema = z.object({ TypeCast: z.object({ arg: z.unknown() }) });
const callSchema = z.object({ FuncCall: z.object({ funcname: nameSchema, args: nodes }) });
const coalesceSchema = z.object({ CoalesceExpr: z.object({ args: nodes }) });
const numberSchema = z.object({ A_Const: z.object({ ival: z.object({ ival: z.number().default(0) }) }) });
const selectSchema = z.object({
  stmts: z.tuple([
    z.object({
      stmt: z.object({
        SelectStmt: z.object({ targetList: z.tuple([z.object({ ResTarget: z.object({ val: z.unknown() }) })]) }),
      }),
    }),
  ]),
});

/** Reads an expression as PostgreSQL prints it; undefined where its parser does not take it. */
export async function readExpression(sql: string): Promise<unknown> {
  const tree = await parse(`select ${sql}`).catch(() => undefined);
  return selectSchema.safeParse(tree).data?.stmts[0].stmt.SelectStmt.targetList[0].ResTarget.val;
}

/** All that a condition may come to for a row in which this column is NULL. */
export function truthsWhenNull(node: unknown, column: string): readonly Truth[] {
  const { data } = conditionSchema.safeParse(node);
  if (!data) return ANY;
  if ('NullTest' in data) {
    const { arg, nulltesttype } = data.NullTest;
    if (isNull(arg, column)) return [nulltesttype === 'IS_NULL' ? 'true' : 'false'];
    return isNeverNull(arg) ? [nulltesttype === 'IS_NULL' ? 'false' : 'true'] : ['true', 'false'];
  }
  if ('BoolExpr' in data) {
    const { boolop, args } = data.BoolExpr;
    const truths = args.map((each) => truthsWhenNull(each, column));
    if (boolop === 'NOT_EXPR') return (truths[0] ?? ANY).map(negate);
    return truths.reduce((left, right) => combine(left, right, boolop));
  }
  if ('BooleanTest' in data) {
    const { booltesttype, arg } = data.BooleanTest;
    return unique(truthsWhenNull(arg, column).map((truth) => testTruth(booltesttype, truth)));
  }
  if ('A_Expr' in data) return truthsOfComparison(data.A_Expr, column);
  return isNull(node, column) ? ['null'] : ANY;
}

/** The columns that an expression reads. */
export function columnsIn(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(columnsIn);
  if (typeof node !== 'object' || node === null) return [];
  const own = columnSchema.safeParse(node).data?.ColumnRef.fields.at(-1)?.String.sval;
  return own === undefined ? Object.values(node).flatMap(columnsIn) : [own];
}

function combine(left: readonly Truth[], right: readonly Truth[], operator: 'AND_EXPR' | 'OR_EXPR'): readonly Truth[] {
  const settles = operator === 'AND_EXPR' ? 'false' : 'true';
  return unique(
    left.flatMap((a) =>
      right.map((b): Truth => {
        if (a === settles || b === settles) return settles;
        return a === 'null' || b === 'null' ? 'null' : negate(settles);
      }),
    ),
  );
}

function negate(truth: Truth): Truth {
  return truth === 'null' ? 'null' : truth === 'true' ? 'false' : 'true';
}

/** `IS TRUE`, `IS NOT FALSE`, `IS UNKNOWN`. */
function testTruth(test: string, truth: Truth): Truth {
  const wanted = test.endsWith('UNKNOWN') ? 'null' : test.endsWith('TRUE') ? 'true' : 'false';
  return (truth === wanted) === !test.startsWith('IS_NOT_') ? 'true' : 'false';
}

function unique(truths: readonly Truth[]): readonly Truth[] {
  return [...new Set(truths)];
}

interface Comparison {
  readonly name: z.infer<typeof nameSchema>;
  readonly lexpr?: unknown;
  readonly rexpr: unknown;
}

/** An operator gives NULL for NULL. `num_nulls(a, b) = 0` and `coalesce(a, '') <> ''` are how people forbid it besides. */
function truthsOfComparison({ name, lexpr, rexpr }: Comparison, column: string): readonly Truth[] {
  if (isNull(lexpr, column) || isNull(rexpr, column)) return ['null'];
  const operator = name.at(-1)?.String.sval;
  const call = callSchema.safeParse(lexpr).data?.FuncCall;
  const counted =
    call?.args.some((each) => isNull(each, column)) === true ? call.funcname.at(-1)?.String.sval : undefined;
  const number = numberSchema.safeParse(rexpr).data?.A_Const.ival.ival;
  if (operator === '=' && counted === 'num_nulls' && number === 0) return ['false'];
  if (operator === '=' && counted === 'num_nonnulls' && number === call?.args.length) return ['false'];
  const [first, second] = coalesceSchema.safeParse(withoutCast(lexpr)).data?.CoalesceExpr.args ?? [];
  if (operator === '<>' && isNull(first, column) && isSame(second, rexpr)) return ['false'];
  return ANY;
}

/** Functions that give NULL for NULL. */
const STRICT = new Set([
  'lower',
  'upper',
  'btrim',
  'ltrim',
  'rtrim',
  'length',
  'char_length',
  'md5',
  'abs',
  'date_trunc',
]);

function isNull(node: unknown, column: string): boolean {
  const inner = withoutCast(node);
  const { data } = columnSchema.safeParse(inner);
  if (data) return data.ColumnRef.fields.at(-1)?.String.sval === column;
  const call = callSchema.safeParse(inner).data?.FuncCall;
  return (
    STRICT.has(call?.funcname.at(-1)?.String.sval ?? '') && call?.args.some((each) => isNull(each, column)) === true
  );
}

function withoutCast(node: unknown): unknown {
  const { data } = castSchema.safeParse(node);
  return data ? withoutCast(data.TypeCast.arg) : node;
}

/** The same literal, wherever it stands. */
function isSame(a: unknown, b: unknown): boolean {
  const text = (node: unknown): string =>
    JSON.stringify(withoutCast(node), (key, value: unknown) => (key === 'location' ? undefined : value)) ?? '';
  return text(a) === text(b);
}
