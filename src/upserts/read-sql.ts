import type { Deadline } from './deadline.ts';
import { excerptOfSql } from './excerpt.ts';
import { withClient } from './known-client.ts';
import type { SourceText } from './source-text.ts';
import { type Half, readHalf } from './sql/find-checks.ts';
import { findConflicts } from './sql/find-conflicts.ts';
import { findMerges } from './sql/find-merges.ts';
import { parseTarget } from './sql/parse-target.ts';
import { readExecuted } from './sql/read-executed.ts';
import { readMentions } from './sql/read-mentions.ts';
import { readWhole } from './sql/read-whole.ts';
import { type SqlToken, scanSql } from './sql/scan-sql.ts';
import { PiecedText } from './syntax/pieced-text.ts';
import type { Piece } from './syntax/value.ts';
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
  /** Does its text end within it? */
  readonly isOpen: boolean;
}

const WORTH_READING = /\bon\s+conflict\b|\bmerge\s+into\b/i;
const HALF = /^[\s\uE000]*(?:select|insert)\b/i;

/** Words of a function's body that stands by itself. */
const PROCEDURAL = /\b(?:declare|plpgsql|begin\s+atomic|end\s+if|end\s+loop|returns)\b/i;

/** The longest lookup or insert that is read as one half of a check-then-insert. */
const LONGEST_HALF = 10_000;

/** The depth of SQL in a string of SQL in a string …: each level is read by itself. */
const DEEPEST = 8;

/**
 * Reads the upserts in a string of SQL. Strings within it (function bodies, EXECUTE) are read as SQL in turn.
 * @throws OutOfTime
 */
export async function readSql(source: SourceText, pieces: readonly Piece[], deadline: Deadline): Promise<SqlFindings> {
  return await readPieced({ source, deadline, text: new PiecedText(pieces), depth: 0 });
}

/** A text that is being read, and where it comes from. */
interface Reading {
  readonly source: SourceText;
  readonly deadline: Deadline;
  readonly text: PiecedText;
  readonly depth: number;
}

async function readPieced(reading: Reading): Promise<SqlFindings> {
  const sql = reading.text.text;
  const isHalf = sql.length <= LONGEST_HALF && HALF.test(sql);
  if (!WORTH_READING.test(sql)) {
    return { upserts: [], half: isHalf ? placed(readHalf(scanSql(sql)), reading.text) : undefined };
  }
  const tokens = scanSql(sql);
  const upserts = [
    ...(await readConflicts(reading, tokens)),
    ...readMerges(reading, tokens),
    ...(await readInner(reading, tokens)),
  ];
  return { upserts, half: undefined };
}

async function readConflicts(
  { source, deadline, text, depth }: Reading,
  tokens: readonly SqlToken[],
): Promise<readonly PlacedUpsert[]> {
  const found: PlacedUpsert[] = [];
  const sql = text.text;
  // A function's parameters and variables look like columns.
  const names = depth > 0 || source.isFunction || PROCEDURAL.test(sql) ? 'variables' : 'columns';
  for (const clause of findConflicts(sql, tokens)) {
    deadline.check();
    const start = clause.insertAt < 0 ? clause.conflictAt : clause.insertAt;
    const clauseAt = text.sourceOffset(clause.conflictAt);
    found.push({
      insertAt: clause.insertAt < 0 ? -1 : text.sourceOffset(clause.insertAt),
      clauseAt,
      isOpen: clause.isOpen,
      upsert: {
        kind: 'on-conflict',
        place: source.placeOf(clauseAt),
        via: 'sql',
        statement: excerptOfSql(sql.slice(start, clause.end)),
        table: clause.table,
        ignored: ignored(source, text, start, clause.end),
        target: withClient(await parseTarget(clause.target), { file: source.file, text: source.text, via: 'sql' }),
        action: clause.action,
        inserted: clause.inserted,
        updateWhere: clause.updateWhere,
        ...(await readMentions(sql, clause.tokens)),
        ...(await readWhole({ sql, tokens, insert: clause.insert, clause: clause.tokens, names })),
      },
    });
  }
  return found;
}

function readMerges({ source, text }: Reading, tokens: readonly SqlToken[]): readonly PlacedUpsert[] {
  return findMerges(tokens).map(({ at, end, table, key }) => {
    const start = text.sourceOffset(at);
    return {
      insertAt: start,
      clauseAt: start,
      isOpen: false,
      upsert: {
        kind: 'merge',
        place: source.placeOf(start),
        via: 'sql',
        statement: excerptOfSql(text.text.slice(at, end)),
        table,
        ignored: ignored(source, text, at, end),
        key,
        filtered: false,
      },
    };
  });
}

async function readInner(reading: Reading, tokens: readonly SqlToken[]): Promise<readonly PlacedUpsert[]> {
  if (reading.depth === DEEPEST) return [];
  const inner: (readonly PlacedUpsert[])[] = [];
  for (const parts of readExecuted(tokens)) {
    const sql = parts.map((part) => ('text' in part ? part.text : reading.text.text.slice(part.start, part.end)));
    if (!WORTH_READING.test(sql.join(''))) continue;
    inner.push((await readPieced({ ...reading, text: reading.text.join(parts), depth: reading.depth + 1 })).upserts);
  }
  return inner.flat();
}

function placed(half: Half | undefined, text: PiecedText): Half | undefined {
  return half && { ...half, at: text.sourceOffset(half.at), end: text.sourceOffset(half.end - 1) };
}

/** A comment may stand above the statement or, where a string begins a line earlier, above that. */
function ignored(source: SourceText, text: PiecedText, start: number, end: number): string | undefined {
  const at = text.sourceOffset(start);
  const first = text.sourceStart ?? at;
  const near = first <= at && source.placeOf(at).line - source.placeOf(first).line <= 2 ? first : at;
  return source.ignoredBetween(near, text.sourceOffset(end - 1));
}
