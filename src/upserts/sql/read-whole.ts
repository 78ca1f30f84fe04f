import { parse } from '../../sql/parse-sql.ts';
import type { ConflictUpsert, WholeStatement } from '../upsert.ts';
import { LONGEST_STATEMENT } from './longest-parsed.ts';
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
 * after the clause, or without where that is of another language. Neither a statement nor a reason where a part is made
 * while the program runs.
 */
export async function readWhole(around: Around): Promise<Pick<ConflictUpsert, 'whole' | 'unread'>> {
  const { sql, tokens, insert, clause, names } = around;
  if (insert < 0) return {};
  if (clause.length === 0) return { unread: TOO_LONG };
  const end = endOfStatement(tokens, insert);
  const whole = tokens.slice(startOfStatement(tokens, insert), end);
  const attempts: readonly (readonly [readonly SqlToken[], WholeStatement['names']])[] = [
    [whole, names],
    [upToClosing(tokens.slice(insert, end)), 'variables'],
    [clause, 'variables'],
  ];
  let unread: string | undefined;
  for (const [part, meaning] of attempts) {
    const read = await readAs(sql, part, meaning);
    if (typeof read === 'object') return { whole: read };
    unread = read;
  }
  return { unread };
}

const TOO_LONG = `the statement is longer than ${LONGEST_STATEMENT.toLocaleString('en')} characters: its target alone was looked at`;

function startOfStatement(tokens: readonly SqlToken[], insert: number): number {
  const earliest = (tokens[insert]?.start ?? 0) - LONGEST_STATEMENT;
  let start = insert;
  while (start > 0 && !isPunctuation(tokens[start - 1], ';') && (tokens[start - 1]?.start ?? 0) > earliest) start -= 1;
  return start;
}

function endOfStatement(tokens: readonly SqlToken[], insert: number): number {
  const latest = (tokens[insert]?.start ?? 0) + LONGEST_STATEMENT;
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

/** The statement; a reason, where it is written out and cannot be read; undefined where it is not written out. */
async function readAs(
  sql: string,
  tokens: readonly SqlToken[],
  names: WholeStatement['names'],
): Promise<WholeStatement | string | undefined> {
  const [first] = tokens;
  if (!isWord(first, 'insert', 'with', 'select', 'update', 'delete', 'merge')) return undefined;
  if ((tokens.at(-1)?.end ?? 0) - (first?.start ?? 0) > LONGEST_STATEMENT) return TOO_LONG;
  const filled = fillIn(sql, tokens);
  if (!filled) return undefined;
  try {
    return { text: filled.text, names, ...readValues(await parse(filled.text), filled.parameters) };
  } catch (error) {
    if (error instanceof RangeError || /memory exhausted/.test(String(error))) {
      return 'the statement is nested too deeply to be read: its target alone was looked at';
    }
    // What a program fills in may be more than a value: a list, or a part of the statement.
    if (filled.parameters.some(({ text }) => !/^\$\d+$/.test(text))) return undefined;
    return `PostgreSQL cannot read the statement as it is written: ${messageOf(error)}`;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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
