import { z } from 'zod';

/** Functions that give a value whatever they are given. */
const GIVES = new Set([
  ...['now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp', 'timeofday'],
  ...['gen_random_uuid', 'uuid_generate_v1', 'uuid_generate_v4', 'uuidv4', 'uuidv7', 'nextval', 'random', 'count'],
  ...['concat', 'json_build_object', 'jsonb_build_object', 'json_build_array', 'jsonb_build_array', 'num_nulls'],
]);

/** Functions that give a value where each argument is one. */
const KEEPS = new Set([
  ...['lower', 'upper', 'btrim', 'ltrim', 'rtrim', 'length', 'char_length', 'md5', 'abs', 'replace', 'left', 'right'],
  ...['date_trunc', 'to_char', 'encode', 'decode', 'digest', 'sha256', 'hashtext', 'round', 'to_timestamp'],
]);

const nameSchema = z.array(z.object({ String: z.object({ sval: z.string() }) }));
const nodes = z.array(z.unknown()).default([]);

const expressionSchema = z.union([
  z.object({ A_Const: z.object({ isnull: z.boolean().optional() }) }),
  z.object({ TypeCast: z.object({ arg: z.unknown() }) }),
  z.object({ CoalesceExpr: z.object({ args: nodes }) }),
  z.object({ MinMaxExpr: z.object({ args: nodes }) }),
  z.object({ FuncCall: z.object({ funcname: nameSchema, args: nodes }) }),
  z.object({ SQLValueFunction: z.object({ op: z.string() }) }),
  z.object({
    A_Expr: z.object({
      kind: z.literal('AEXPR_OP'),
      name: nameSchema,
      lexpr: z.unknown().optional(),
      rexpr: z.unknown(),
    }),
  }),
  z.object({ CaseExpr: z.object({ args: nodes, defresult: z.unknown() }) }),
  z.object({ CaseWhen: z.object({ result: z.unknown() }) }),
  z.object({ BoolExpr: z.object({ args: nodes }) }),
  z.object({ SubLink: z.object({ subLinkType: z.enum(['EXISTS_SUBLINK', 'ARRAY_SUBLINK']) }) }),
  z.object({ NullTest: z.unknown() }),
  z.object({ BooleanTest: z.unknown() }),
  z.object({ A_ArrayExpr: z.unknown() }),
  z.object({ RowExpr: z.unknown() }),
]);

/** Does an expression, as PostgreSQL's parser gives it, have a value that is not NULL, whatever the parameters are? */
export function isNeverNull(node: unknown): boolean {
  const { data } = expressionSchema.safeParse(node);
  if (!data) return false;
  if ('A_Const' in data) return data.A_Const.isnull !== true;
  if ('TypeCast' in data) return isNeverNull(data.TypeCast.arg);
  if ('CoalesceExpr' in data) return data.CoalesceExpr.args.some(isNeverNull);
  if ('MinMaxExpr' in data) return data.MinMaxExpr.args.some(isNeverNull);
  if ('FuncCall' in data) return isCallNeverNull(data.FuncCall.funcname, data.FuncCall.args);
  // There may be no schema on the search path.
  if ('SQLValueFunction' in data) return data.SQLValueFunction.op !== 'SVFOP_CURRENT_SCHEMA';
  if ('A_Expr' in data) return isOperationNeverNull(data.A_Expr);
  if ('CaseExpr' in data) return [...data.CaseExpr.args, data.CaseExpr.defresult].every(isNeverNull);
  if ('CaseWhen' in data) return isNeverNull(data.CaseWhen.result);
  return 'BoolExpr' in data ? data.BoolExpr.args.every(isNeverNull) : true;
}

function isCallNeverNull(funcname: z.infer<typeof nameSchema>, args: readonly unknown[]): boolean {
  const name = funcname.at(-1)?.String.sval ?? '';
  return GIVES.has(name) || (KEEPS.has(name) && args.every(isNeverNull));
}

interface Operation {
  readonly name: z.infer<typeof nameSchema>;
  readonly lexpr?: unknown;
  readonly rexpr: unknown;
}

/** What reads a part of a document may find none: `->`, `#>`. */
function isOperationNeverNull({ name, lexpr, rexpr }: Operation): boolean {
  const operands = lexpr === undefined ? [rexpr] : [lexpr, rexpr];
  return /^(?:[-+*/%=<>]|<>|<=|>=|\|\|)$/.test(name.at(-1)?.String.sval ?? '') && operands.every(isNeverNull);
}
