import { TEXT_HOLE } from './sql/scan-sql.ts';
import type { FoundText } from './syntax/reader.ts';
import type { Piece } from './syntax/value.ts';

/** Comments (nested or to the end of the line), strings with three quotes or one, characters. */
const MARKS = /\/\/[^\n]*|\/\*|"""|"|'(?:[^'\\\n]|\\.)'/g;
const JOINED = /^(?:\s*\.(?:trimIndent|trimMargin)\(\))?\s*\+\s*(?="|[A-Za-z_])/;

/**
 * The strings of a Kotlin file (there is no grammar for it): templates become holes, strings joined by `+` are one.
 */
export function scanKotlin(text: string): readonly FoundText[] {
  const found: Piece[][] = [];
  let goesOn = false;
  let at = 0;
  while (at < text.length) {
    MARKS.lastIndex = at;
    const mark = MARKS.exec(text);
    if (!mark) break;
    if (mark[0] === '/*') at = endOfComment(text, mark.index);
    else if (!mark[0].startsWith('"')) at = mark.index + mark[0].length;
    else {
      const { pieces, end } = readLiteral(text, mark.index, mark[0]);
      const joins = goesOn ? found.at(-1) : undefined;
      if (joins) for (const piece of pieces) joins.push(piece);
      else found.push([...pieces]);
      const joined = JOINED.exec(text.slice(end, end + 200));
      goesOn = joined !== null;
      at = end + (joined?.[0].length ?? 0);
      if (goesOn && text[at] !== '"') {
        // `"…" + name + "…"`: the name is not looked up.
        found.at(-1)?.push({ text: TEXT_HOLE, at });
        const name = /^[\w.]+\s*\+\s*(?=")/.exec(text.slice(at, at + 200));
        goesOn = name !== null;
        at += name?.[0].length ?? 1;
      }
    }
  }
  return found.map((pieces) => ({ pieces, scope: -1 }));
}

function endOfComment(text: string, start: number): number {
  const end = text.indexOf('*/', start + 2);
  return end < 0 ? text.length : end + 2;
}

interface Literal {
  readonly pieces: readonly Piece[];
  readonly end: number;
}

function readLiteral(text: string, start: number, quote: string): Literal {
  const pieces: Piece[] = [];
  let at = start + quote.length;
  let from = at;
  const flush = (end: number): void => {
    if (end > from) pieces.push({ text: text.slice(from, end), at: from });
  };
  while (at < text.length && !text.startsWith(quote, at)) {
    const template = /^(?:\$\{|\$[A-Za-z_])/.exec(text.slice(at, at + 3));
    if (text[at] === '\\' && quote === '"') {
      flush(at);
      pieces.push({ text: text[at + 1] === 'n' ? '\n' : (text[at + 1] ?? ''), at });
      at += 2;
      from = at;
    } else if (template) {
      flush(at);
      pieces.push({ text: TEXT_HOLE, at });
      at = endOfTemplate(text, at);
      from = at;
    } else if (quote === '"' && text[at] === '\n') break;
    else at += 1;
  }
  flush(at);
  return { pieces, end: Math.min(text.length, at + quote.length) };
}

function endOfTemplate(text: string, start: number): number {
  const name = /^\$[A-Za-z_]\w*/.exec(text.slice(start, start + 100))?.[0];
  if (name !== undefined) return start + name.length;
  let depth = 0;
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}
