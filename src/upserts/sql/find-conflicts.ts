import type { ConflictAction, TableRef } from '../upsert.ts';
import { isProse } from './is-prose.ts';
import { LONGEST_STATEMENT, LONGEST_TARGET } from './longest-parsed.ts';
import { readAssignments } from './read-assignments.ts';
import { readTableName } from './read-table-name.ts';
import { closingOf, identifierOf, isFilledIn, isPunctuation, isWord, type SqlToken } from './scan-sql.ts';

/** The text of one ON CONFLICT statement, taken apart; its VALUES are of no interest and may be anything. */
export interface ConflictClause {
  /** Offsets in the SQL of INSERT and of ON CONFLICT; -1 where INSERT is not in the text. */
  readonly insertAt: number;
  readonly conflictAt: number;
  readonly end: number;
  /** From INSERT to the end; none where INSERT is not in the text, or so far away that it cannot belong to it. */
  readonly tokens: readonly SqlToken[];
  /** Index of INSERT among all tokens; -1 where it is not in the text. */
  readonly insert: number;
  readonly table: TableRef;
  readonly inserted: readonly string[] | undefined;
  readonly target: RawTarget;
  readonly action: ConflictAction;
  readonly updateWhere: string | undefined;
  /** Does the text end within it, so that what comes next may be put behind it? */
  readonly isOpen: boolean;
}

export type RawTarget =
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly elements: string; readonly where: string | undefined }
  | { readonly kind: 'constraint'; readonly name: string }
  | { readonly kind: 'dynamic'; readonly reason: string };

/** Finds every ON CONFLICT of the text. SQLite's `ON CONFLICT REPLACE` and prose about conflicts are none. */
export function findConflicts(sql: string, tokens: readonly SqlToken[]): readonly ConflictClause[] {
  // Of each open parenthesis, the INSERT INTO that was last begun there.
  const inserts: (InsertHead | undefined)[] = [undefined];
  return tokens.flatMap((token, index) => {
    if (isPunctuation(token, '(')) inserts.push(undefined);
    else if (isPunctuation(token, ')') && inserts.length > 1) inserts.pop();
    else if (isPunctuation(token, ';')) inserts[inserts.length - 1] = undefined;
    else if (isWord(token, 'insert') && isWord(tokens[index + 1], 'into')) {
      inserts[inserts.length - 1] = readHead(tokens, index);
    }
    if (!isWord(token, 'on') || !isWord(tokens[index + 1], 'conflict')) return [];
    const clause = readClause(sql, tokens, index, inserts.at(-1));
    return clause ? [clause] : [];
  });
}

/** INSERT INTO, its table and columns: read once, however many clauses follow it. */
interface InsertHead {
  readonly index: number;
  readonly at: number;
  readonly table: TableRef;
  readonly inserted: readonly string[] | undefined;
}

function readHead(tokens: readonly SqlToken[], index: number): InsertHead {
  const { table, next } = readTableName(tokens, index + 2);
  return { index, at: tokens[index]?.start ?? 0, table, inserted: readColumns(tokens, next) };
}

function readClause(
  sql: string,
  tokens: readonly SqlToken[],
  on: number,
  insert: InsertHead | undefined,
): ConflictClause | undefined {
  const read = readTarget(sql, tokens, on + 2);
  if (!read) return undefined;
  const acted = readAction(sql, tokens, read.next);
  // A sentence about ON CONFLICT continues; a statement is made whole by the program.
  const isOpen = !acted && tokens[read.next] === undefined;
  const goesOn = !isOpen && tokens[read.next]?.kind !== 'hole';
  if (!acted && !insert && !(isOpen && isBegun(tokens, on))) return undefined;
  if (!acted && insert && goesOn && read.target.kind !== 'dynamic') return undefined;
  const end = acted?.end ?? read.end;
  if (isProse(tokens, { insert: insert?.index ?? -1, on, next: acted?.next ?? read.next })) return undefined;
  return {
    insertAt: insert?.at ?? -1,
    conflictAt: tokens[on]?.start ?? 0,
    end,
    tokens: insert ? tokensUpTo(tokens, insert.index, end) : [],
    insert: insert?.index ?? -1,
    table: insert?.table ?? { kind: 'dynamic', reason: 'the INSERT is not in the same string' },
    inserted: insert?.inserted,
    target: read.target,
    action: acted?.action ?? { kind: 'update', assigned: undefined },
    updateWhere: acted?.updateWhere,
    isOpen,
  };
}

/** `" ON CONFLICT ("`, to which a program appends the rest: the words alone are looked for in texts, too. */
function isBegun(tokens: readonly SqlToken[], on: number): boolean {
  return on === 0 && (isPunctuation(tokens[2], '(') || (isWord(tokens[2], 'on') && isWord(tokens[3], 'constraint')));
}

function tokensUpTo(tokens: readonly SqlToken[], first: number, end: number): readonly SqlToken[] {
  const start = tokens[first]?.start;
  if (start === undefined || end - start > LONGEST_STATEMENT) return [];
  // No token is shorter than a character.
  return tokens.slice(first, first + end - start).filter((token) => token.end <= end);
}

interface ReadTarget {
  readonly target: RawTarget;
  readonly next: number;
  readonly end: number;
}

function readTarget(sql: string, tokens: readonly SqlToken[], start: number): ReadTarget | undefined {
  const token = tokens[start];
  const dynamic = (reason: string): ReadTarget => ({
    target: { kind: 'dynamic', reason },
    next: start + 1,
    end: token?.end ?? sql.length,
  });
  if (!token) return dynamic('the target is not in the same string');
  if (token.kind === 'hole' || token.kind === 'parameter')
    return dynamic('the target is put in while the program runs');
  if (isWord(token, 'do')) return { target: { kind: 'none' }, next: start, end: token.end };
  if (isWord(token, 'on') && isWord(tokens[start + 1], 'constraint')) return readConstraint(tokens, start + 2);
  if (!isPunctuation(token, '(')) return undefined;
  const close = closingOf(tokens, start);
  if (close < 0) return dynamic('the target continues outside the string');
  const elements = sql.slice(token.end, tokens[close]?.start);
  if (elements.length > LONGEST_TARGET) return { ...dynamic('the target is too long to be read'), next: close + 1 };
  const holes = tokens.slice(start, close).some(isFilledIn);
  if (holes) return { ...dynamic('columns of the target are put in while the program runs'), next: close + 1 };
  const [where, next] = readWhere(sql, tokens, close + 1);
  return { target: { kind: 'key', elements, where }, next, end: tokens[next - 1]?.end ?? sql.length };
}

function readConstraint(tokens: readonly SqlToken[], start: number): ReadTarget {
  const name = identifierOf(tokens[start]);
  const target: RawTarget =
    name === undefined || isGlued(tokens, start)
      ? { kind: 'dynamic', reason: 'the constraint is named while the program runs' }
      : { kind: 'constraint', name };
  return { target, next: start + 1, end: tokens[start]?.end ?? 0 };
}

/** Does a hole stand right beside the token, so that the name is only a part? */
function isGlued(tokens: readonly SqlToken[], index: number): boolean {
  const [before, token, after] = [tokens[index - 1], tokens[index], tokens[index + 1]];
  return (
    (before?.kind === 'hole' && before.end === token?.start) || (after?.kind === 'hole' && after.start === token?.end)
  );
}

/** The predicate of the target: all up to DO. */
function readWhere(sql: string, tokens: readonly SqlToken[], start: number): readonly [string | undefined, number] {
  if (!isWord(tokens[start], 'where')) return [undefined, start];
  const next = endOfPart(tokens, start + 1, ['do']);
  return [sql.slice(tokens[start]?.end, tokens[next]?.start ?? sql.length).trim(), next];
}

/** Tokens of what DO UPDATE sets. */
const MOST_ASSIGNED = 10_000;

interface ReadAction {
  /** Index of the token behind it. */
  readonly next: number;
  readonly action: ConflictAction;
  readonly updateWhere: string | undefined;
  readonly end: number;
}

function readAction(sql: string, tokens: readonly SqlToken[], start: number): ReadAction | undefined {
  if (!isWord(tokens[start], 'do')) return undefined;
  const verb = tokens[start + 1];
  if (isWord(verb, 'nothing')) {
    return { action: { kind: 'nothing' }, updateWhere: undefined, next: start + 2, end: verb?.end ?? sql.length };
  }
  if (verb?.kind === 'hole') {
    return { action: { kind: 'update', assigned: undefined }, updateWhere: undefined, next: start + 2, end: verb.end };
  }
  if (!isWord(verb, 'update')) return undefined;
  const first = start + (isWord(tokens[start + 2], 'set') ? 3 : 2);
  const last = endOfPart(tokens, first, ['where', 'returning']);
  const assigned = last - first > MOST_ASSIGNED ? undefined : readAssignments(tokens.slice(first, last));
  const where = isWord(tokens[last], 'where') ? endOfPart(tokens, last + 1, ['returning']) : undefined;
  const end = tokens[(where ?? last) - 1]?.end ?? sql.length;
  const updateWhere = where === undefined ? undefined : sql.slice(tokens[last]?.end, end).trim();
  return { action: { kind: 'update', assigned }, updateWhere, next: where ?? last, end };
}

/**
 * Index, among all tokens of the text, of the first of these words, or of what ends the statement: `;`, a closing
 * parenthesis, the end, or another statement where a fragment has no end of its own.
 */
export function endOfPart(tokens: readonly SqlToken[], start: number, words: readonly string[]): number {
  for (let index = start; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (isPunctuation(token, ')') || isPunctuation(token, ';') || isWord(token, ...words, 'insert', 'conflict'))
      return index;
    // What is in parentheses is no part of its own; where they are not closed, all that is left is in them.
    if (isPunctuation(token, '(')) index = token?.closing ?? tokens.length;
  }
  return tokens.length;
}

/** Tokens of a list of columns: a table has at most 1,600. */
const MOST_LISTED = 4_000;

/** The list of columns after the table; undefined when it is absent or not written out. */
function readColumns(tokens: readonly SqlToken[], start: number): readonly string[] | undefined {
  if (!isPunctuation(tokens[start], '(')) return undefined;
  const close = closingOf(tokens, start);
  const list =
    close < 0 || close - start > MOST_LISTED
      ? []
      : tokens.slice(start + 1, close).filter((token) => !isPunctuation(token, ','));
  const columns = list.map(identifierOf);
  return columns.length > 0 && columns.every((column) => column !== undefined) ? columns : undefined;
}
