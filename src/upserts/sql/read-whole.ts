import { parse } from 'libpg-query';
import type { WholeStatement } from '../upsert.ts';
import { LONGEST_PARSED } from './longest-parsed.ts';
import { joinTokens } from './parse-target.ts';
import { readValues } from './read-values.ts';
import { isFilledIn, isPunctuation, isWord, type SqlToken } from './scan-sql.ts';

/** Where the INSERT of an upsert stands in a text. */
interface Around {
  readonly sql: string;
  readonly tokens: readonly SqlToken[];
  /** Index of INSERT. */
  readonly insert: number;
  /** Of the clause: from INSERT to what it sets, without RETURNING. */
  readonly clause: readonly SqlToken[];
  readonly names: WholeStatement['names'];
}

/**
 * The statement that an ON CONFLICT stands in, as PostgreSQL's own parser reads it: with what stands before INSERT and
 * after the clause, or without where that is of another language. Undefined where a part is made while the program runs.
 */
export async function readWhole({ sql, tokens, insert, clause, names }: Around): Promise<WholeStatement | undefined> {
  if (insert < 0 || clause.length === 0) return undefined;
  const end = endOfStatement(tokens, insert);
  const whole = tokens.slice(startOfStatement(tokens, insert), end);
  return (
    (await readAs(sql, whole, names)) ??
    (await readAs(sql, upToClosing(tokens.slice(insert, end)), 'variables')) ??
    (await readAs(sql, clause, 'variables'))
  );
}

function startOfStatement(tokens: readonly SqlToken[], insert: number): number {
  const earliest = (tokens[insert]?.start ?? 0) - LONGEST_PARSED;
  let start = insert;
  while (start > 0 && !isPunctuation(tokens[start - 1], ';') && (tokens[start - 1]?.start ?? 0) > earliest) start -= 1;
  return start;
}

function endOfStatement(tokens: readonly SqlToken[], insert: number): number {
  const latest = (tokens[insert]?.start ?? 0) + LONGEST_PARSED;
  let end = insert;
  while (end < tokens.length && !isPunctuation(tokens[end], ';') && (tokens[end]?.end ?? 0) <= latest) end += 1;
  return end;
}

/** An INSERT within WITH ends where its parenthesis does. */
function upToClosing(tokens: readonly SqlToken[]): readonly SqlToken[] {
  for (let index = 0; index < tokens.length; index += 1) {
    if (isPunctuation(tokens[index], ')')) return tokens.slice(0, index);
    if (isPunctuation(tokens[index], '(')) index = tokens[index]?.closing ?? tokens.length;
  }
  return tokens;
}

async function readAs(
  sql: string,
  tokens: readonly SqlToken[],
  names: WholeStatement['names'],
): Promise<WholeStatement | undefined> {
  const [first] = tokens;
  if (!isWord(first, 'insert', 'with', 'select', 'update', 'delete', 'merge')) return undefined;
  if ((tokens.at(-1)?.end ?? 0) - (first?.start ?? 0) > LONGEST_PARSED) return undefined;
  const filled = fillIn(sql, tokens);
  if (!filled) return undefined;
  const tree = await parse(filled.text).catch(() => undefined);
  return tree && { text: filled.text, names, ...readValues(tree, filled.parameters) };
}

/** The text, and what stood where each parameter is. */
interface Filled {
  readonly text: string;
  readonly parameters: readonly SqlToken[];
}

/** A program fills in values; where it fills in a part of a name, the text is not written out. */
function fillIn(sql: string, tokens: readonly SqlToken[]): Filled | undefined {
  if (tokens.some((token) => token.kind === 'quoted' && isFilledIn(token))) return undefined;
  const parameters: SqlToken[] = [];
  const text = joinTokens(sql, tokens, (token) => {
    if (!isValue(token)) return token.text;
    parameters.push(token);
    return ` $${parameters.length} `;
  });
  return { text, parameters };
}

function isValue(token: SqlToken): boolean {
  return token.kind === 'string' ? !isPlain(token.text) : isFilledIn(token);
}

/** A literal that every program and every server reads as it stands. */
function isPlain(text: string): boolean {
  return !/\\|[\uE000\uE001]|%[(\w[]|\{[\w.!]*\}|\$\d|[$#]\{|[:@]\w/.test(text);
}
