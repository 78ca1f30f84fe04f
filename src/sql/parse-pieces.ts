import { z } from 'zod';
import type { MsgdbError } from '../model/errors.ts';
import { parse } from './parse-sql.ts';
import { explainUnparsed } from './script-file/explain-unparsed.ts';
import { splitByWords } from './script-file/split-by-words.ts';

/** Characters that are parsed at a time: the tree of a script takes about a hundred times its size. */
const PIECE = 128 * 1024;

export interface ParsedStatement {
  /** As it is written, from its first word on, without its semicolon. */
  readonly text: string;
  /** Line of its first word in the script, from 1. */
  readonly line: number;
  /** Of its first word in that line, in code points from 1. */
  readonly column: number;
  /** The parser's tree: one property, the kind of statement; none of what it does not know. */
  readonly tree: Readonly<Record<string, unknown>>;
  /** Why the parser does not take it: a server of a later version may know more. */
  readonly unread?: MsgdbError;
}

/** What has been read so far: characters, and lines before them. */
interface Place {
  readonly at: number;
  readonly line: number;
  /** Where in its line, from 1. */
  readonly column: number;
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
 * Parses a script with PostgreSQL's own parser, a piece at a time: time grows with its length, and memory does not. A
 * statement that it does not know is given as it is written.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID with the place, where the script cannot be split.
 */
export async function* parsePieces(script: string): AsyncGenerator<ParsedStatement> {
  let place: Place = { at: 0, line: 1, column: 1 };
  while (place.at < script.length) {
    const { piece, statements } = await parsePiece(script, place);
    const reader = new Reader(Buffer.from(piece), place);
    for (const { start, end, tree, unread } of statements) {
      const { line, column } = reader.goTo(start);
      const text = reader.textTo(end);
      yield {
        text,
        line,
        column,
        tree,
        ...(unread === undefined ? {} : { unread: explained(text, { line, column }, unread) }),
      };
    }
    place = { at: place.at + piece.length, ...reader.goTo(reader.length) };
  }
}

/** Lines and columns of a piece, counted while it is read. */
class Reader {
  readonly #bytes: Buffer;
  #read = 0;
  #line: number;
  #column: number;

  constructor(bytes: Buffer, { line, column }: Place) {
    this.#bytes = bytes;
    this.#line = line;
    this.#column = column;
  }

  get length(): number {
    return this.#bytes.length;
  }

  goTo(at: number): Omit<Place, 'at'> {
    const passed = this.#bytes.subarray(this.#read, at);
    const lastBreak = passed.lastIndexOf(10);
    this.#line += countLines(passed);
    this.#column = (lastBreak === -1 ? this.#column : 1) + countCharacters(passed.subarray(lastBreak + 1));
    this.#read = at;
    return { line: this.#line, column: this.#column };
  }

  textTo(end: number): string {
    return this.#bytes.toString('utf8', this.#read, end).trim();
  }
}

/** What a server may know, and this parser does not. */
function explained(text: string, start: Omit<Place, 'at'>, error: unknown): MsgdbError {
  const explanation = explainUnparsed({ text, start, error });
  if (explanation.known) throw explanation.error;
  return explanation.error;
}

/** A statement, by its bytes in a piece. */
interface Located {
  readonly start: number;
  readonly end: number;
  readonly tree: ParsedStatement['tree'];
  readonly unread?: unknown;
}

/**
 * Takes as much as parses, at least a piece. It ends with a semicolon; where that stands in a string, between comment
 * marks or in a function's body, what comes before does not parse, and twice as much is tried.
 */
async function parsePiece(
  script: string,
  { at, line, column }: Place,
): Promise<{ readonly piece: string; readonly statements: readonly Located[] }> {
  for (let size = PIECE; ; size *= 2) {
    const end = endOfPiece(script, at + size);
    const piece = script.slice(at, end);
    try {
      return { piece, statements: await locate(piece) };
    } catch (error) {
      if (end !== script.length) continue;
      const { error: explanation, known } = explainUnparsed({ text: piece, start: { line, column }, error });
      if (known) throw explanation;
      return { piece, statements: await locateOneByOne(piece, explanation) };
    }
  }
}

async function locate(piece: string): Promise<readonly Located[]> {
  const bytes = Buffer.byteLength(piece);
  return parsedSchema.parse(await parse(piece)).stmts.map(({ stmt, stmt_location, stmt_len }) => ({
    start: stmt_location,
    end: stmt_len === 0 ? bytes : stmt_location + stmt_len,
    tree: stmt,
  }));
}

async function locateOneByOne(piece: string, reason: MsgdbError): Promise<readonly Located[]> {
  const stretches = await splitByWords(piece).catch(() => {
    throw reason;
  });
  const bytes = Buffer.from(piece);
  const located: Located[] = [];
  for (const { start, end } of stretches) {
    try {
      const [parsed] = await locate(bytes.toString('utf8', start, end));
      if (parsed) located.push({ start, end, tree: parsed.tree });
    } catch (unread) {
      located.push({ start, end, tree: {}, unread });
    }
  }
  return located;
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

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}

/** In UTF-8 every byte but those that continue a character begins one. */
function countCharacters(bytes: Buffer): number {
  let characters = 0;
  for (const byte of bytes) if ((byte & 0xc0) !== 0x80) characters += 1;
  return characters;
}
