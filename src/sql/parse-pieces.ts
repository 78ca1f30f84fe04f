import { z } from 'zod';
import { MsgdbError } from '../model/errors.ts';
import { parse } from './parse-sql.ts';

/** Characters that are parsed at a time: the tree of a script takes about a hundred times its size. */
const PIECE = 128 * 1024;

export interface ParsedStatement {
  /** As it is written, from its first word on, without its semicolon. */
  readonly text: string;
  /** Line of its first word in the script, from 1. */
  readonly line: number;
  /** The parser's tree: one property, the kind of statement. */
  readonly tree: Readonly<Record<string, unknown>>;
}

/** What has been read so far: characters, and lines before them. */
interface Place {
  readonly at: number;
  readonly line: number;
}

const parsedSchema = z.object({
  stmts: z
    .array(
      z.object({
        stmt: z.custom<ParsedStatement['tree']>((value) => typeof value === 'object' && value !== null),
        stmt_location: z.number().default(0),
        stmt_len: z.number().default(0),
      }),
    )
    .default([]),
});

/**
 * Parses a script with PostgreSQL's own parser, a piece at a time: time grows with its length, and memory does not.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID with the line of the syntax error.
 */
export async function* parsePieces(script: string): AsyncGenerator<ParsedStatement> {
  let place: Place = { at: 0, line: 1 };
  while (place.at < script.length) {
    const { piece, stmts } = await parsePiece(script, place);
    const bytes = Buffer.from(piece);
    let { line } = place;
    let read = 0;
    for (const { stmt, stmt_location, stmt_len } of stmts) {
      line += countLines(bytes, read, stmt_location);
      read = stmt_location;
      const end = stmt_len === 0 ? bytes.length : stmt_location + stmt_len;
      yield { text: bytes.toString('utf8', stmt_location, end).trim(), line, tree: stmt };
    }
    place = { at: place.at + piece.length, line: line + countLines(bytes, read, bytes.length) };
  }
}

/**
 * Takes as much as parses, at least a piece. It ends with a semicolon; where that stands in a string, between comment
 * marks or in a function's body, what comes before does not parse, and twice as much is tried.
 */
async function parsePiece(script: string, { at, line }: Place) {
  for (let size = PIECE; ; size *= 2) {
    const end = endOfPiece(script, at + size);
    const piece = script.slice(at, end);
    try {
      return { piece, stmts: parsedSchema.parse(await parse(piece)).stmts };
    } catch (error) {
      if (end === script.length) throw unparsed(error, { piece, line });
    }
  }
}

function endOfPiece(script: string, least: number): number {
  const semicolon = script.indexOf(';', least);
  if (semicolon === -1) return script.length;
  const line = script.slice(script.lastIndexOf('\n', semicolon) + 1, semicolon);
  if (!line.includes('--')) return semicolon + 1;
  // It may be in a comment that ends with its line: cut in two, the rest of it would be taken for SQL.
  const end = /;[^\S\n]*\n/g;
  end.lastIndex = least;
  return end.test(script) ? end.lastIndex : script.length;
}

function countLines(bytes: Buffer, from: number, to: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(10, from); at !== -1 && at < to; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}

function unparsed(
  error: unknown,
  { piece, line: first }: { readonly piece: string; readonly line: number },
): MsgdbError {
  const position = (error as { sqlDetails?: { cursorPosition?: number } }).sqlDetails?.cursorPosition;
  const line = position === undefined ? undefined : first + countBefore(piece, position);
  return new MsgdbError('MSGDB_MIGRATION_INVALID', {
    what: `The SQL cannot be parsed${line === undefined ? '' : ` at line ${line}`}.`,
    why: error instanceof Error ? error.message : String(error),
    fix: 'Correct the SQL. psql commands such as \\i are not SQL and are not understood.',
    ...(line === undefined ? {} : { data: { line } }),
    cause: error,
  });
}

/** Lines before a place that is counted as PostgreSQL does, in code points. */
function countBefore(text: string, position: number): number {
  let lines = 0;
  let passed = 0;
  for (const character of text) {
    if (passed >= position) break;
    if (character === '\n') lines += 1;
    passed += 1;
  }
  return lines;
}
