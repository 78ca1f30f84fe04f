import { z } from 'zod';

/** Functions that never give NULL. */
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
const argsSchema = z.object({ args: z.array(z.unknown()).default([]) });
const constantSchema = z.object({ isnull: z.boolean().optional() });
const callSchema = argsSchema.extend({ funcname: nameSchema });
const operationSchema = z.object({
  kind: z.literal('AEXPR_OP'),
  name: nameSchema,
  lexpr: z.unknown().optional(),
  rexpr: z.unknown(),
});
const caseSchema = argsSchema.extend({ defresult: z.unknown() });

/** Does an expression, as PostgreSQL's parser gives it, have a value that is not NULL, for any parameters? */
export function isNeverNull(expression: unknown): boolean {
  if (typeof expression !== 'object' || expression === null) return false;
  const [[kind, node] = ['', undefined]] = Object.entries(expression);
  switch (kind) {
    case 'A_Const':
      return constantSchema.safeParse(node).data?.isnull !== true;
    case 'TypeCast':
      return isNeverNull(z.object({ arg: z.unknown() }).safeParse(node).data?.arg);
    case 'CoalesceExpr':
    case 'MinMaxExpr':
      return argsOf(node).some(isNeverNull);
    case 'BoolExpr':
      return argsOf(node).every(isNeverNull);
    case 'FuncCall':
      return isCallNeverNull(node);
    case 'A_Expr':
      return isOperationNeverNull(node);
    case 'SQLValueFunction':
      // There may be no schema on the search path.
      return z.object({ op: z.string() }).safeParse(node).data?.op !== 'SVFOP_CURRENT_SCHEMA';
    case 'CaseExpr':
      return isCaseNeverNull(node);
    case 'CaseWhen':
      return isNeverNull(z.object({ result: z.unknown() }).safeParse(node).data?.result);
    case 'SubLink':
      return /EXISTS|ARRAY/.test(z.object({ subLinkType: z.string() }).safeParse(node).data?.subLinkType ?? '');
    default:
      return ['NullTest', 'BooleanTest', 'A_ArrayExpr', 'RowExpr'].includes(kind);
  }
}

function argsOf(node: unknown): readonly unknown[] {
  return argsSchema.safeParse(node).data?.args ?? [];
}

function isCallNeverNull(node: unknown): boolean {
  const { data } = callSchema.safeParse(node);
  const name = data?.funcname.at(-1)?.String.sval ?? '';
  return GIVES.has(name) || (KEEPS.has(name) && argsOf(node).every(isNeverNull));
}

/** What reads a part of a document may find none: `->`, `#>`. */
function isOperationNeverNull(node: unknown): boolean {
  const { data } = operationSchema.safeParse(node);
  if (!data || !/^(?:[-+*/%=<>]|<>|<=|>=|\|\|)$/.test(data.name.at(-1)?.String.sval ?? '')) return false;
  return (data.lexpr === undefined ? [data.rexpr] : [data.lexpr, data.rexpr]).every(isNeverNull);
}

/** Without ELSE it is NULL where no condition is met. */
function isCaseNeverNull(node: unknown): boolean {
  const { data } = caseSchema.safeParse(node);
  return data !== undefined && [...data.args, data.defresult].every(isNeverNull);
}
