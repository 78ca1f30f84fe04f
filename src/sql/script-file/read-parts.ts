import { MsgdbError } from '../../model/errors.ts';
import type { ScriptWay } from '../../model/operations/sql-operation.ts';
import { scan } from '../parse-sql.ts';
import { ALONE, DIALECTS, type Dialect, FOREIGN, FRAME, READS_LIKE_UNDO } from './dialects.ts';
import { type CommentLine, isDirective, readDirectives, refuseBelow } from './read-directives.ts';

/** What goes up, and what undoes it; each with the lines of the other left empty, so that lines keep their numbers. */
export interface ScriptParts {
  readonly up: string;
  readonly down: string | undefined;
  /** How each is run, as markers and directives say. */
  readonly way: ScriptWay;
  readonly downWay: ScriptWay;
}

type Marker = CommentLine;

const IN_ONE_TRANSACTION: ScriptWay = { transaction: true };

/**
 * Takes a file apart that another tool wrote: dbmate, goose, sql-migrate and such write what goes up and what undoes it
 * into one file, between comments, so that run as it is it would undo itself.
 * @throws MsgdbError MSGDB_MIGRATION_INVALID with the line, where it cannot be said which part a statement belongs to.
 */
export async function readParts(text: string): Promise<ScriptParts> {
  const markers = await readMarkers(text);
  if (markers.length === 0) return { up: text, down: undefined, way: IN_ONE_TRANSACTION, downWay: IN_ONE_TRANSACTION };
  refuseForeign(markers);
  const dialect = DIALECTS.find((each) => markers.some(({ text: line }) => isOf(each, line)));
  if (!dialect) refuseUndoLike(markers);
  const { up, down } = dialect ? cutParts(text, dialect, markers) : { up: text, down: undefined };
  const common = markers.filter(({ line }) => !isLineOf(up, line) && !isLineOf(down, line));
  const transaction = !markers.some(({ text: line }) => isAlone(line));
  const ways = { transaction, ...readDirectives(common) };
  return {
    up,
    down,
    way: { ...ways, ...(await readHeader(up, markers)) },
    downWay: { ...ways, ...(await readHeader(down, markers)) },
  };
}

/** How the undo is run that a file of its own holds. */
export async function readWay(text: string): Promise<ScriptWay> {
  const markers = await readMarkers(text);
  return { transaction: !markers.some(({ text: line }) => isAlone(line)), ...(await readHeader(text, markers)) };
}

/** @throws MsgdbError for directives in SQL of a file of code, where options say the same. */
export async function refuseDirectives(script: string): Promise<void> {
  const directive = (await readMarkers(script)).find(({ text }) => isDirective(text));
  if (!directive) return;
  const { line, text } = directive;
  throw refused(line, `Line ${line} of the SQL has a directive, \`${text.trim()}\`.`, {
    why: 'Directives are for .sql files: here it would be passed over in silence.',
    fix: 'Take the line out, and write it as an option: sql({ up, transaction: false, timeout, lockTimeout }).',
  });
}

async function readHeader(part: string | undefined, markers: readonly Marker[]): Promise<Partial<ScriptWay>> {
  const own = markers.filter(({ line, text }) => isDirective(text) && isLineOf(part, line));
  if (part === undefined || own.length === 0) return {};
  const read = readDirectives(own);
  refuseBelow(own, await firstWordLine(part));
  return read;
}

/** Lines of the other part are left empty. */
function isLineOf(part: string | undefined, line: number): boolean {
  return part !== undefined && (part.split('\n')[line - 1] ?? '').trim() !== '';
}

/** Undefined where there is none, or the text has no words: splitting it says why. */
async function firstWordLine(text: string): Promise<number | undefined> {
  const words = await scan(text).catch(() => []);
  const first = words.find(({ tokenName }) => !/COMMENT/.test(tokenName));
  return first && Buffer.from(text).toString('latin1', 0, first.start).split('\n').length;
}

/** Does a file of undo have an up part too? */
export async function hasUpPart(text: string): Promise<boolean> {
  const markers = await readMarkers(text);
  return markers.some(({ text: line }) => DIALECTS.some(({ up }) => up?.test(line)));
}

/** Is a line there for a tool, and not for people? */
export function isMarker(line: string): boolean {
  return (
    isAlone(line) ||
    isDirective(line) ||
    FRAME.test(line) ||
    READS_LIKE_UNDO.test(line) ||
    DIALECTS.some((each) => isOf(each, line)) ||
    FOREIGN.some((each) => each.line.test(line))
  );
}

function isOf({ up, down }: Dialect, line: string): boolean {
  return down.test(line) || up?.test(line) === true;
}

function isAlone(line: string): boolean {
  return ALONE.test(line) || DIALECTS.some(({ alone }) => alone?.test(line));
}

/** Lines that are comments for a tool, and not of a string or a function's body. */
async function readMarkers(text: string): Promise<readonly Marker[]> {
  const found: (Marker & { readonly at: number })[] = [];
  let start = 0;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\r$/, '');
    if (/^\s*(?:--|#)/.test(line) && isMarker(line)) {
      found.push({ line: index + 1, text: line, at: start + line.indexOf(line.trimStart()) });
    }
    start += raw.length + 1;
  }
  // Taking the text apart takes longer than looking at its lines.
  const comments = found.length === 0 ? undefined : await commentStarts(text);
  return comments === undefined
    ? found
    : found.filter(({ at, text: line }) => comments.has(at) || line.startsWith('#'));
}

/** Offsets of the comments; undefined where the text has no words (a string without its end). */
async function commentStarts(text: string): Promise<ReadonlySet<number> | undefined> {
  const words = await scan(text).catch(() => undefined);
  if (words === undefined) return undefined;
  const starts = words.filter(({ tokenName }) => tokenName === 'SQL_COMMENT').map(({ start }) => start);
  const bytes = Buffer.from(text);
  if (bytes.length === text.length) return new Set(starts);
  let [read, characters] = [0, 0];
  const offsets = new Set<number>();
  for (const start of starts) {
    characters += bytes.toString('utf8', read, start).length;
    read = start;
    offsets.add(characters);
  }
  return offsets;
}

function refuseForeign(markers: readonly Marker[]): void {
  for (const { line, text } of markers) {
    const foreign = FOREIGN.find((each) => each.line.test(text));
    if (foreign) throw refused(line, `Line ${line} is of a file for ${foreign.tool}.`, foreign);
  }
}

function refuseUndoLike(markers: readonly Marker[]): void {
  const marker = markers.find(({ text }) => READS_LIKE_UNDO.test(text));
  if (!marker) return;
  const { line, text } = marker;
  throw refused(line, `Line ${line}, \`${text.trim()}\`, reads as if what follows were the undo.`, {
    why: 'A .sql file is run from its beginning to its end: what the first part makes, the second would take away.',
    fix: 'Move what undoes it into a file of the same name that ends with .down.sql. If it is to be run, word the comment otherwise.',
  });
}

function cutParts(text: string, dialect: Dialect, markers: readonly Marker[]): Pick<ScriptParts, 'up' | 'down'> {
  const { up, down, tool } = dialect;
  const ups = markers.filter((each) => up?.test(each.text));
  const downs = markers.filter((each) => down.test(each.text));
  const more = ups[1] ?? downs[1];
  if (more) {
    throw refused(more.line, `Line ${more.line} begins a second part of one kind, in the way of ${tool}.`, {
      why: 'Which undo belongs to which part is not known.',
      fix: 'Make a migration of each part.',
    });
  }
  const begin = ups[0]?.line ?? (up === undefined || dialect.upIsOptional ? 0 : undefined);
  const undo = downs[0]?.line;
  if (begin === undefined) {
    throw refused(undo ?? 1, `Line ${undo ?? 1} begins the undo, in the way of ${tool}, and there is no up part.`, {
      why: 'Nothing says what is to be run.',
      fix: 'Write the up marker above what is to be run, or take the marker out.',
    });
  }
  const lines = text.split('\n');
  const upTo = undo !== undefined && undo > begin ? undo - 1 : lines.length;
  const downTo = undo !== undefined && undo < begin ? begin - 1 : lines.length;
  const firstPart = Math.min(begin, undo ?? begin);
  refuseBefore(lines.slice(0, Math.max(0, firstPart - 1)), tool);
  const only = (from: number, to: number): string =>
    lines.map((line, index) => (index >= from && index < to ? line : '')).join('\n');
  return { up: only(begin, upTo), down: undo === undefined ? undefined : only(undo, downTo) };
}

function refuseBefore(lines: readonly string[], tool: string): void {
  const place = lines.findIndex((line) => /^\s*[^\s\-#/*]/.test(line));
  if (place === -1) return;
  throw refused(place + 1, `Line ${place + 1} stands before the first marker of ${tool}.`, {
    why: 'It belongs to no part, and that tool would not run it.',
    fix: 'Move it below the marker of the part that it belongs to.',
  });
}

function refused(line: number, what: string, { why, fix }: { readonly why: string; readonly fix: string }): MsgdbError {
  return new MsgdbError('MSGDB_MIGRATION_INVALID', { what, why, fix, data: { line } });
}
