import { BIND_HOLE, TEXT_HOLE } from '../sql/scan-sql.ts';
import type { Piece } from '../syntax/value.ts';

/** A piece of a string, a name that is put in there, or what a condition decides. */
export type JvmPart = Piece | JvmReference | JvmChoice;

/** `if (question) "…" else "…"` */
export interface JvmChoice {
  readonly question: string;
  readonly at: number;
  readonly branches: readonly (readonly JvmPart[])[];
}

export interface JvmReference {
  /** `TABLE`, `Queries.TABLE` */
  readonly reference: string;
  readonly at: number;
  /** What stands there while the value is not known. */
  readonly hole: string;
}

export interface JvmLiteral {
  readonly parts: readonly JvmPart[];
  /** Behind its closing quote. */
  readonly end: number;
  /** What is put in and has strings of its own: where it begins and ends. */
  readonly inner: readonly (readonly [number, number])[];
}

export interface Dialect {
  /** How a string begins in which names are put in: in Kotlin each, in Scala one with a name before it. */
  readonly interpolates: (prefix: string) => boolean;
  /** Is what is put in a parameter of the statement? */
  readonly binds: (prefix: string) => boolean;
}

const TEMPLATE = /#?\$(?:\{|[A-Za-z_])/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** Reads a string of Kotlin or Scala from its opening quote, `"` or `"""`. */
export function readLiteral(text: string, start: number, prefix: string, dialect: Dialect): JvmLiteral {
  const quote = text.startsWith('"""', start) ? '"""' : '"';
  const parts: JvmPart[] = [];
  const inner: (readonly [number, number])[] = [];
  let at = start + quote.length;
  let from = at;
  const flush = (end: number): void => {
    if (end > from) parts.push({ text: text.slice(from, end), at: from });
  };
  while (at < text.length && !text.startsWith(quote, at)) {
    TEMPLATE.lastIndex = at;
    if (text[at] === '\\' && quote === '"') {
      flush(at);
      parts.push({ text: ESCAPES[text[at + 1] ?? ''] ?? text[at + 1] ?? '', at });
      at += 2;
      from = at;
    } else if (dialect.interpolates(prefix) && text.startsWith('$$', at)) {
      flush(at + 1);
      at += 2;
      from = at;
    } else if (dialect.interpolates(prefix) && TEMPLATE.test(text)) {
      flush(at);
      const end = endOfTemplate(text, at);
      const template = text.slice(at, end);
      parts.push(referenceIn(template, at, dialect.binds(prefix) ? BIND_HOLE : TEXT_HOLE));
      if (template.includes('"')) inner.push([at + 1, end]);
      at = end;
      from = at;
    } else if (quote === '"' && text[at] === '\n') break;
    else at += 1;
  }
  flush(at);
  // Of more than three quotes at the end the last three close it.
  let end = Math.min(text.length, at + quote.length);
  while (quote === '"""' && text[end] === '"') end += 1;
  return { parts, end, inner };
}

/** `$name`, `${a.name}`; in Slick `#$name` is put into the text, in every dialect. */
function referenceIn(template: string, at: number, usual: string): JvmPart {
  const hole = template.startsWith('#') ? TEXT_HOLE : usual;
  const reference = /^#?\$\{?\s*((?:\w+\.)*[A-Za-z_]\w*)\s*\}?$/.exec(template)?.[1];
  return reference === undefined ? { text: hole, at } : { reference, at, hole };
}

function endOfTemplate(text: string, start: number): number {
  const name = /^#?\$[A-Za-z_]\w*/.exec(text.slice(start, start + 100))?.[0];
  if (name !== undefined) return start + name.length;
  let depth = 0;
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0 && text[at] === '}') return at + 1;
  }
  return text.length;
}
