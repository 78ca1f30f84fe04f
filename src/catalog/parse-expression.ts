import { z } from 'zod';
import { MsgdbError } from '../model/errors.ts';
import { sentence } from '../session/sentence.ts';
import { parse } from '../sql/parse-sql.ts';

const selectSchema = z.object({
  stmts: z.tuple([z.object({ stmt: z.object({ SelectStmt: z.looseObject({ targetList: z.tuple([z.unknown()]) }) }) })]),
});

/** What an expression names. */
export interface Named {
  readonly functions: readonly string[];
  readonly operators: readonly string[];
  /** What is cast to, with the schema where there is one. */
  readonly types: readonly string[];
}

/**
 * Parses text as one complete expression and gives what it names. What only looks like one (`true) or (1=1`,
 * `a, b`, `a from t`) would change the statement it is put into.
 * @param option the option of a rule, and the flag, that it is written in.
 * @throws MsgdbError MSGDB_EXPRESSION_INVALID
 */
export async function parseExpression(text: string, option?: string): Promise<Named> {
  const invalid = (why: string): MsgdbError => incomplete(text, why, option);
  const tree = await parse(`select ${text}\n`).catch((error: unknown) => {
    // The line end is of the statement.
    throw invalid(sentence((error instanceof Error ? error.message : String(error)).replace(/\n"/, '"')));
  });
  const select = selectSchema.safeParse(tree).data?.stmts[0].stmt.SelectStmt;
  const clauses = Object.keys(select ?? {}).filter((key) => !['targetList', 'limitOption', 'op'].includes(key));
  if (!select || clauses.length > 0) throw invalid('It is more than one expression.');
  const { targetList } = select;
  return {
    functions: functionsIn(targetList),
    operators: stringsAt(targetList, 'A_Expr', 'name'),
    types: stringsAt(targetList, 'TypeCast', 'typeName'),
  };
}

function incomplete(text: string, why: string, option: string | undefined): MsgdbError {
  const correct = option === undefined ? '' : `Correct --${option} (${option} in a migration). `;
  return new MsgdbError('MSGDB_EXPRESSION_INVALID', {
    what: `"${text.trim()}" is not one complete expression.`,
    why,
    fix: `${correct}Write one SQL expression over the columns of the table. A column whose name is a word of SQL stands in double quotes: "order" > 1.`,
  });
}

/** Names of called functions; CURRENT_DATE and its like are calls without parentheses. */
function functionsIn(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(functionsIn);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === 'SQLValueFunction') return ['now'];
    const names = key === 'FuncCall' ? functionName(value) : [];
    return [...names, ...functionsIn(value)];
  });
}

const callSchema = z.looseObject({ funcname: z.array(z.object({ String: z.object({ sval: z.string() }) })) });

function functionName(call: unknown): readonly string[] {
  const name = callSchema.safeParse(call).data?.funcname.at(-1)?.String.sval;
  return name === undefined ? [] : [name];
}

/** All strings below `part` of the nodes of a kind. */
function stringsAt(node: unknown, kind: string, part: string): readonly string[] {
  if (Array.isArray(node)) return node.flatMap((each) => stringsAt(each, kind, part));
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => [
    ...(key === kind ? stringsIn((value as Readonly<Record<string, unknown>>)[part]) : []),
    ...stringsAt(value, kind, part),
  ]);
}

function stringsIn(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(stringsIn);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'sval' && typeof value === 'string' ? [value] : stringsIn(value),
  );
}
