import type { Deadline } from './deadline.ts';
import { TEXT_HOLE } from './sql/scan-sql.ts';
import type { FoundText } from './syntax/reader.ts';
import type { Piece } from './syntax/value.ts';

/** Comments, characters (`?"`), sigils, heredocs, strings and charlists: what a quotation mark may stand in. */
const MARKS =
  /#[^\n]*|(?<!\w)\?(?:\\.|[^\s\\])|(?:~([a-z]|[A-Z][A-Z\d]*))?("""|'''|["'])|~([a-z]|[A-Z][A-Z\d]*)([/|([{<])/g;
const CLOSING: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['<', '>'],
]);

/** What is longer is not what it was taken for, but begins where something else ends. Documentation may be long. */
const LONGEST = { text: 20_000, heredoc: 200_000 };

/**
 * The strings of an Elixir file (there is no grammar for it), and the sigils that are made for text. Where one has no
 * end, what looked like its beginning was something else: reading continues with the next line.
 * @throws OutOfTime
 */
export function* scanElixirStrings(text: string, deadline: Deadline): Generator<FoundText> {
  const marks = new RegExp(MARKS);
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    const [whole, letters, quote, lettersToo, bracket] = mark;
    const delimiter = quote ?? bracket;
    if (delimiter === undefined) continue;
    deadline.check();
    const sigil = letters ?? lettersToo;
    const literal = readLiteral(text, mark.index + whole.length, { delimiter, raw: /^[A-Z]/.test(sigil ?? '') });
    const next = literal?.end ?? text.indexOf('\n', mark.index);
    if (next < 0) break;
    if (literal && holdsText(sigil, delimiter)) yield { pieces: literal.pieces, scope: -1 };
    marks.lastIndex = next;
  }
}

/** `~s` and `~S` are strings; a sigil of several letters is a project's own, such as `~SQL`. */
function holdsText(sigil: string | undefined, delimiter: string): boolean {
  return sigil === undefined ? delimiter.startsWith('"') : sigil.length > 1 || /^s$/i.test(sigil);
}

interface Literal {
  readonly pieces: readonly Piece[];
  readonly end: number;
}

interface Form {
  readonly delimiter: string;
  /** A sigil with a capital letter has no templates, and a backslash only before what would end it. */
  readonly raw: boolean;
}

function readLiteral(text: string, start: number, { delimiter, raw }: Form): Literal | undefined {
  const pieces: Piece[] = [];
  const closing = CLOSING.get(delimiter) ?? delimiter;
  const limit = Math.min(text.length, start + (delimiter.length > 1 ? LONGEST.heredoc : LONGEST.text));
  let from = start;
  const flush = (end: number): void => {
    if (end > from) pieces.push({ text: text.slice(from, end), at: from });
  };
  for (let at = start; at < limit; ) {
    const character = text[at];
    if (character === closing[0] && text.startsWith(closing, at) && mayEnd(text, at, delimiter)) {
      flush(at);
      return { pieces, end: at + closing.length };
    }
    if (character === '\\' && (!raw || text.startsWith(closing, at + 1))) {
      flush(at);
      pieces.push({ text: text[at + 1] === 'n' ? '\n' : (text[at + 1] ?? ''), at });
      at += 2;
      from = at;
    } else if (character === '#' && text[at + 1] === '{' && !raw) {
      flush(at);
      pieces.push({ text: TEXT_HOLE, at });
      at = endOfTemplate(text, at, limit);
      from = at;
    } else at += 1;
  }
  return undefined;
}

/** A heredoc is ended at the beginning of a line. */
function mayEnd(text: string, at: number, delimiter: string): boolean {
  if (delimiter.length === 1) return true;
  let before = at - 1;
  while (text[before] === ' ' || text[before] === '\t') before -= 1;
  return text[before] === '\n';
}

function endOfTemplate(text: string, start: number, limit: number): number {
  let depth = 0;
  for (let at = start + 1; at < limit; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return limit;
}
