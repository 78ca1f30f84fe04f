import { withFillingClient } from './filling-client.ts';
import type { SourceText } from './source-text.ts';
import { type Half, readHalf } from './sql/find-checks.ts';
import { findConflicts } from './sql/find-conflicts.ts';
import { findMerges } from './sql/find-merges.ts';
import { parseTarget } from './sql/parse-target.ts';
import { readMentions } from './sql/read-mentions.ts';
import { contentOf, type SqlToken, scanSql } from './sql/scan-sql.ts';
import { joinPieces, type Piece, slicePieces, sourceOffset } from './syntax/value.ts';
import type { Upsert } from './upsert.ts';

/** What a text of SQL holds, with the places of its clauses in the source. */
export interface SqlFindings {
  readonly upserts: readonly PlacedUpsert[];
  /** The whole text, where it is one lookup or one plain insert. */
  readonly half: Half | undefined;
}

export interface PlacedUpsert {
  readonly upsert: Upsert;
  /** Source offsets: the same clause may be met in several texts that are put together from the same parts. */
  readonly insertAt: number;
  readonly clauseAt: number;
}

const WORTH_READING = /\bon\s+conflict\b|\bmerge\s+into\b/i;
const HALF = /^[\s\uE000]*(?:select|insert)\b/i;

/** The longest lookup or insert that is read as one half of a check-then-insert. */
const LONGEST_HALF = 10_000;

/** Reads the upserts in a string of SQL. Strings within it (function bodies, EXECUTE) are read as SQL in turn. */
export async function readSql(source: SourceText, pieces: readonly Piece[]): Promise<SqlFindings> {
  const sql = joinPieces(pieces);
  const isHalf = sql.length <= LONGEST_HALF && HALF.test(sql);
  if (!WORTH_READING.test(sql)) {
    return { upserts: [], half: isHalf ? placed(readHalf(scanSql(sql)), pieces) : undefined };
  }
  const tokens = scanSql(sql);
  const upserts = [
    ...(await readConflicts(source, pieces, sql, tokens)),
    ...readMerges(source, pieces, sql, tokens),
    ...(await readInner(source, pieces, tokens)),
  ];
  return { upserts, half: undefined };
}

async function readConflicts(
  source: SourceText,
  pieces: readonly Piece[],
  sql: string,
  tokens: readonly SqlToken[],
): Promise<readonly PlacedUpsert[]> {
  const found: PlacedUpsert[] = [];
  for (const clause of findConflicts(sql, tokens)) {
    const start = clause.insertAt < 0 ? clause.conflictAt : clause.insertAt;
    const clauseAt = sourceOffset(pieces, clause.conflictAt);
    found.push({
      insertAt: clause.insertAt < 0 ? -1 : sourceOffset(pieces, clause.insertAt),
      clauseAt,
      upsert: {
        kind: 'on-conflict',
        place: source.placeOf(clauseAt),
        via: 'sql',
        statement: excerpt(sql.slice(start, clause.end)),
        table: clause.table,
        ignored: ignored(source, pieces, start, clause.end),
        target: withFillingClient(await parseTarget(clause.target), source),
        action: clause.action,
        inserted: clause.inserted,
        updateWhere: clause.updateWhere,
        mentions: await readMentions(sql, clause.tokens),
      },
    });
  }
  return found;
}

function readMerges(
  source: SourceText,
  pieces: readonly Piece[],
  sql: string,
  tokens: readonly SqlToken[],
): readonly PlacedUpsert[] {
  return findMerges(tokens).map(({ at, end, table, key }) => ({
    insertAt: sourceOffset(pieces, at),
    clauseAt: sourceOffset(pieces, at),
    upsert: {
      kind: 'merge',
      place: source.placeOf(sourceOffset(pieces, at)),
      via: 'sql',
      statement: excerpt(sql.slice(at, end)),
      table,
      ignored: ignored(source, pieces, at, end),
      key,
      filtered: false,
    },
  }));
}

async function readInner(
  source: SourceText,
  pieces: readonly Piece[],
  tokens: readonly SqlToken[],
): Promise<readonly PlacedUpsert[]> {
  const inner: PlacedUpsert[] = [];
  for (const token of tokens) {
    if (token.kind !== 'string' || !WORTH_READING.test(token.text)) continue;
    const { text, start } = contentOf(token);
    if (text.length >= token.text.length) continue;
    inner.push(...(await readSql(source, slicePieces(pieces, start, start + text.length))).upserts);
  }
  return inner;
}

function placed(half: Half | undefined, pieces: readonly Piece[]): Half | undefined {
  return half && { ...half, at: sourceOffset(pieces, half.at), end: sourceOffset(pieces, half.end - 1) };
}

/** A comment may stand above the statement or, where a string begins a line earlier, above that. */
function ignored(source: SourceText, pieces: readonly Piece[], start: number, end: number): string | undefined {
  const at = sourceOffset(pieces, start);
  const first = pieces[0]?.at ?? at;
  const near = first <= at && source.placeOf(at).line - source.placeOf(first).line <= 2 ? first : at;
  return source.ignoredBetween(near, sourceOffset(pieces, end - 1));
}

/** So much of a statement is shown. */
const LONGEST_EXCERPT = 240;

/** A statement in one line, its holes as `…`. */
export function excerpt(sql: string): string {
  const line = sql
    .slice(0, LONGEST_EXCERPT * 20)
    .replaceAll(/[\uE000\uE001]/g, '…')
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (line.length <= LONGEST_EXCERPT) return line;
  // The end is what matters: the target and what is done.
  const end = /\bon conflict\b.*$/i.exec(line)?.[0] ?? '';
  const start = line.slice(0, Math.max(60, LONGEST_EXCERPT - end.length)).trimEnd();
  return `${start} … ${end}`.slice(0, LONGEST_EXCERPT * 2).trimEnd();
}
