import { z } from 'zod';
import { MsgdbError } from '../model/errors.ts';
import type { Queryable } from '../model/statement.ts';
import { parse } from '../sql/parse-sql.ts';
import * as sql from '../sql/probe.ts';

/** What PostgreSQL says to a statement when it reads it. */
export type Analysis =
  | { readonly kind: 'accepted' }
  /** It was not asked, or the answer says nothing of the statement. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** The server's own error. */
export interface Refusal {
  readonly sqlstate: string;
  /** The function of the server that raised it. */
  readonly routine: string;
  readonly message: string;
  readonly hint: string | undefined;
  /** Offset in the statement; undefined where the server names no place. */
  readonly at: number | undefined;
}

/**
 * Has PostgreSQL read and rewrite a statement without planning it (PREPARE, in a READ ONLY transaction of its own). No
 * function of the statement is called: that begins with the planner, which folds constants. Rules, views and generated
 * columns are the rewriter's, so their errors come too; the arbiter is the planner's, and is asked for by `probeArbiters`.
 * Not to be called within a transaction.
 */
export async function analyseStatement(session: Queryable, text: string, lockTimeoutMs: number): Promise<Analysis> {
  if (!(await isOneStatement(text))) return { kind: 'unknown' };
  try {
    await session.query(sql.apart(sql.analyseStatement(text), lockTimeoutMs));
    return { kind: 'accepted' };
  } catch (error) {
    const refusal = refusalOf(error, text);
    if (refusal === 'not about the statement') throw error;
    return refusal ? { kind: 'refused', refusal } : { kind: 'unknown' };
  }
}

const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  routine: z.string().optional(),
  hint: z.string().optional(),
  position: z.coerce.number().optional(),
});

/** A lock that was not had, a lost connection or a cancel say nothing of the statement. */
const OF_THE_SESSION = /^(?:08|25|40|53|55P03|57|58|XX)/;

function refusalOf(error: unknown, text: string): Refusal | undefined | 'not about the statement' {
  if (!(error instanceof MsgdbError)) return 'not about the statement';
  const parsed = errorSchema.safeParse(error.cause);
  if (!parsed.success || OF_THE_SESSION.test(parsed.data.code)) return 'not about the statement';
  const { code, message, routine = '', hint, position } = parsed.data;
  // A missing right to a schema or a type.
  if (code === '42501') return undefined;
  const start = sql.startOfAnalysed(error.data.statement ?? '');
  const at = position === undefined ? undefined : offsetOf(text, position - 1 - start);
  return { sqlstate: code, routine, message, hint, at };
}

/** The server counts characters, and JavaScript halves of some. */
function offsetOf(text: string, characters: number): number | undefined {
  return characters < 0 ? undefined : Array.from(text).slice(0, characters).join('').length;
}

const oneStatementSchema = z.object({
  stmts: z.tuple([
    z.object({
      stmt: z.union(
        (['InsertStmt', 'SelectStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'] as const).map((kind) =>
          z.strictObject({ [kind]: z.looseObject({ intoClause: z.undefined().optional() }) }),
        ),
      ),
    }),
  ]),
});

/**
 * The text comes from somebody's source, and a simple query runs every statement it holds: only what PostgreSQL's parser
 * takes for one query is sent. A backslash is not: without standard_conforming_strings the server reads it otherwise.
 */
async function isOneStatement(text: string): Promise<boolean> {
  if (text.includes('\\')) return false;
  const tree = await parse(text).catch(() => undefined);
  return oneStatementSchema.safeParse(tree).success;
}
