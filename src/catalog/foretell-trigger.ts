import { z } from 'zod';
import type { Foretold, RowCommand } from '../model/triggers.ts';
import { parsePlPgSQL } from '../sql/parse-sql.ts';

/**
 * What a trigger function in PL/pgSQL does with every row, no matter what is in it: it raises an exception, or it ends
 * at RETURN NULL or, for an UPDATE, at RETURN OLD. Undefined where that depends on more than TG_OP, or is not known.
 */
export async function foretellTrigger(definition: string, command: RowCommand): Promise<Foretold | undefined> {
  const tree = await parsePlPgSQL(definition).catch(() => undefined);
  const parsed = functionSchema.safeParse(tree);
  const end = parsed.success ? follow([parsed.data.plpgsql_funcs[0].PLpgSQL_function.action], command) : undefined;
  if (end?.kind === 'raises') return { does: 'raises', message: end.message };
  if (end?.kind === 'null') return { does: 'keeps' };
  // The old row is what it was, unless the function writes to it.
  return end?.kind === 'old' && command === 'update' && !/\bold\s*(?:\.\s*\w+\s*)?:?=|\binto\s+old\b/i.test(definition)
    ? { does: 'keeps' }
    : undefined;
}

const functionSchema = z.object({
  plpgsql_funcs: z.tuple([z.object({ PLpgSQL_function: z.looseObject({ action: z.unknown() }) })]),
});

type End =
  | { readonly kind: 'raises'; readonly message: string | undefined }
  | { readonly kind: 'null' | 'old' | 'passes' | 'unknown' };

const UNKNOWN: End = { kind: 'unknown' };

/** Where the way through statements ends; undefined: it continues after them. */
function follow(statements: readonly unknown[], command: RowCommand): End | undefined {
  for (const statement of statements) {
    const end = followOne(statement, command);
    if (end) return end;
  }
  return undefined;
}

const bodySchema = z.looseObject({ body: z.array(z.unknown()).optional(), exceptions: z.unknown().optional() });
const raiseSchema = z.looseObject({ elog_level: z.number().optional(), message: z.string().optional() });
const exprSchema = z.object({ PLpgSQL_expr: z.looseObject({ query: z.string() }) });
const returnSchema = z.looseObject({
  lineno: z.number().optional(),
  expr: exprSchema.optional(),
  retvarno: z.number().optional(),
});
const ifSchema = z.looseObject({
  cond: exprSchema,
  then_body: z.array(z.unknown()).optional(),
  elsif_list: z
    .array(z.object({ PLpgSQL_if_elsif: z.looseObject({ cond: exprSchema, stmts: z.array(z.unknown()).optional() }) }))
    .optional(),
  else_body: z.array(z.unknown()).optional(),
});

/** ERROR in elog.h; below it are WARNING, NOTICE and their like. */
const ERROR_LEVEL = 21;
/** Datums of a trigger function: NEW is 0, OLD is 1. */
const OLD = 1;
/** They do something, and the way continues; loops, CASE and EXIT are not followed. */
const GOES_ON = /^PLpgSQL_stmt_(?:assign|perform|call|execsql|dynexecute|getdiag|assert|open|fetch|close)$/;

function followOne(statement: unknown, command: RowCommand): End | undefined {
  const [kind, node] = Object.entries(statement ?? {})[0] ?? ['', undefined];
  switch (kind) {
    case 'PLpgSQL_stmt_block': {
      const { body = [], exceptions } = bodySchema.parse(node);
      return exceptions === undefined ? follow(body, command) : UNKNOWN;
    }
    case 'PLpgSQL_stmt_raise': {
      const { elog_level: level = ERROR_LEVEL, message } = raiseSchema.parse(node);
      return level >= ERROR_LEVEL ? { kind: 'raises', message } : undefined;
    }
    case 'PLpgSQL_stmt_return':
      return endOfReturn(returnSchema.parse(node));
    case 'PLpgSQL_stmt_if':
      return followBranches(ifSchema.parse(node), command);
    default:
      return GOES_ON.test(kind) ? undefined : UNKNOWN;
  }
}

/** The one that the parser adds at the end has no line; to come there is an error. */
function endOfReturn({ lineno, expr, retvarno }: z.infer<typeof returnSchema>): End {
  const value = expr?.PLpgSQL_expr.query.trim().toLowerCase();
  if (lineno === undefined) return UNKNOWN;
  if (value === 'null') return { kind: 'null' };
  return { kind: value === 'old' || retvarno === OLD ? 'old' : 'passes' };
}

/** The branch that is taken, if TG_OP alone decides; else where all that may be taken agree. */
function followBranches(
  { cond, then_body, elsif_list = [], else_body }: z.infer<typeof ifSchema>,
  command: RowCommand,
) {
  const branches = [
    { when: isTrue(cond.PLpgSQL_expr.query, command), body: then_body ?? [] },
    ...elsif_list.map(({ PLpgSQL_if_elsif: each }) => ({
      when: isTrue(each.cond.PLpgSQL_expr.query, command),
      body: each.stmts ?? [],
    })),
    { when: true, body: else_body ?? [] },
  ].filter(({ when }) => when !== false);
  const taken = branches.slice(0, branches.findIndex(({ when }) => when === true) + 1);
  const [first, ...others] = taken.map(({ body }) => follow(body, command));
  return others.every((other) => other?.kind === first?.kind) ? first : UNKNOWN;
}

/** Of a condition, what TG_OP alone makes of it; undefined where more decides. */
function isTrue(condition: string, command: RowCommand): boolean | undefined {
  const parts = condition.trim().split(/\s+or\s+/i);
  // `strict and (locked or TG_OP = 'UPDATE')`: what stands in parentheses does not decide alone.
  if (!parts.every(isBalanced)) return undefined;
  const either = parts.map((part) => allTrue(part, command));
  if (either.includes(true)) return true;
  return either.every((each) => each === false) ? false : undefined;
}

function isBalanced(text: string): boolean {
  return text.split('(').length === text.split(')').length;
}

function allTrue(text: string, command: RowCommand): boolean | undefined {
  const all = text.split(/\s+and\s+/i).map((part) => compares(part.trim(), command));
  if (all.includes(false)) return false;
  return all.every((each) => each === true) ? true : undefined;
}

function compares(text: string, command: RowCommand): boolean | undefined {
  const [, operator, value] = /^\(?tg_op\s*(=|<>|!=)\s*'(\w+)'\)?$/i.exec(text) ?? [];
  if (value !== undefined) return (value === command.toUpperCase()) === (operator === '=');
  const [, not, list] = /^\(?tg_op\s+(not\s+)?in\s*\(([\s\w',]+)\)\)?$/i.exec(text) ?? [];
  return list === undefined ? undefined : list.includes(`'${command.toUpperCase()}'`) === (not === undefined);
}
