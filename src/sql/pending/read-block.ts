import type { Change } from '../../model/pending.ts';
import { parsePlPgSQL } from '../parse-sql.ts';
import { REPAIRED } from '../repair/block.ts';
import { nodesIn } from './read-expression.ts';

/** A block of code as its statements, where it runs each of them once and does nothing else. */
export interface Block {
  readonly queries: readonly string[];
  /** Continues where what it makes exists already. */
  readonly lenient: boolean;
}

/** Reads the statements of DO; undefined where there are conditions, loops, or SQL that is put together. */
export async function readBlock(text: string): Promise<Block | undefined> {
  const parsed = (await parsePlPgSQL(text).catch(() => undefined)) as { plpgsql_funcs?: readonly Func[] } | undefined;
  const outer = parsed?.plpgsql_funcs?.[0]?.PLpgSQL_function?.action?.PLpgSQL_stmt_block;
  const inner = outer?.body?.filter((each) => !('PLpgSQL_stmt_return' in each)) ?? [];
  const [only] = inner;
  const block = inner.length === 1 && only?.PLpgSQL_stmt_block ? only.PLpgSQL_stmt_block : { ...outer, body: inner };
  const queries = (block.body ?? [])
    .filter((each) => !('PLpgSQL_stmt_return' in each))
    .map((each) => each.PLpgSQL_stmt_execsql?.sqlstmt?.PLpgSQL_expr?.query);
  const conditions = [...nodesIn(block.exceptions)].flatMap(({ kind, node }) =>
    kind === 'PLpgSQL_condition' && 'condname' in node ? String(node.condname) : [],
  );
  if (queries.length === 0 || conditions.some((name) => !/^duplicate_(?:object|table|column)$/.test(name)))
    return undefined;
  const known = queries.flatMap((query) => query ?? []);
  return known.length === queries.length ? { queries: known, lenient: conditions.length > 0 } : undefined;
}

interface Func {
  readonly PLpgSQL_function?: { readonly action?: { readonly PLpgSQL_stmt_block?: StatementBlock } };
}

interface StatementBlock {
  readonly body?: readonly BlockStatement[];
  readonly exceptions?: unknown;
}

interface BlockStatement {
  readonly PLpgSQL_stmt_block?: StatementBlock;
  readonly PLpgSQL_stmt_execsql?: { readonly sqlstmt?: { readonly PLpgSQL_expr?: { readonly query?: string } } };
}

/** A block that is not looked into: what it names may be changed by it, or anything where it makes its SQL itself. */
export function opaqueBlock(text: string): Change {
  const repaired = REPAIRED.exec(text)?.[1];
  // It removes what would stand in its way, and fails as a whole where it cannot.
  if (repaired !== undefined) return { kind: 'opaque', what: 'the repair', names: namesOf(repaired), asks: false };
  const names = namesOf(text);
  const made = /\b(?:execute|perform|call)\b/i.test(text);
  return {
    kind: 'opaque',
    what: 'the DO block',
    names: made ? 'anything' : names,
    asks: /\b(?:unique|primary\s+key|not\s+null|foreign\s+key|add\s+constraint|check\s*\()/i.test(text),
  };
}

function namesOf(text: string): readonly string[] {
  const names = [...text.matchAll(/"((?:[^"]|"")+)"|([a-z_][\w$]*)/gi)].map(
    ([, quotedName, word]) => quotedName ?? (word ?? '').toLowerCase(),
  );
  return [...new Set(names)];
}

/** What is there already is passed over. */
export function passingOver(change: Change): Change {
  if (change.kind === 'object' && 'ifNotExists' in change.act)
    return { ...change, act: { ...change.act, ifNotExists: true } };
  return 'ifNotExists' in change ? { ...change, ifNotExists: true } : change;
}
