import type { Deadline } from '../deadline.ts';
import { TEXT_HOLE } from '../sql/scan-sql.ts';
import { eachWay } from '../syntax/conditionals.ts';
import type { ForeignNames } from '../syntax/foreign-names.ts';
import type { FoundText } from '../syntax/reader.ts';
import type { Piece } from '../syntax/value.ts';
import { type JvmConstant, JvmConstants } from './jvm-constants.ts';
import { JvmScopes } from './jvm-scopes.ts';
import { ifBefore, readIf } from './read-if.ts';
import { type Dialect, type JvmLiteral, type JvmPart, readLiteral } from './read-literal.ts';

/** Comments (nested or to the end of the line), strings with three quotes or one, characters, braces. */
const MARKS = /\/\/[^\n]*|\/\*|"""|"|'(?:[^'\\\n]|\\(?:u[\da-fA-F]{4}|.))'|[{}]/g;
const PREFIX = /(?<![\w$])[A-Za-z_]\w{0,19}$/;
/** What may follow a string before the next is put behind it. */
const TRIMMED = /\s*\.(trimIndent|trimMargin|stripMargin)\b(?:\(\))?/y;
const JOIN = /\s*\+\+?\s*/y;
const NAME = /(?!if\b)[A-Za-z_][\w.]*(?![\w."(])/y;
const CALL = /(?!if\b)[A-Za-z_][\w.]*\([^()"]{0,200}\)/y;
const NAME_BEFORE = /(?<![\w.)\]"])([A-Za-z_][\w.]{0,99})\s*\+\+?\s*$/;
const DECLARED = /\b(?:val|def)\s+`?(\w+)`?\s*(?::\s*[\w.<>[\]? ]{1,80})?\s*=\s*$/;

/**
 * MyBatis joins the strings that an annotation is given with spaces: `@Insert("…", "…")`, `@Insert(value = ["…",
 * "…"])`.
 */
const ANNOTATION =
  /@(?:\w+\.)*(?:Insert|Update|Delete|Select)\s*\(\s*(?:value\s*=\s*)?(?:(?:arrayOf|Array)\s*\(|\[)?\s*$/;
const NEXT = /\s*,\s*(?!\s*\w+\s*=)/y;

/** So far back it is looked for what a string belongs to. */
const BEFORE = 300;

/**
 * The strings of a file of Kotlin or Scala (there is no grammar for them): strings joined by `+` or `++` are one, what
 * is put in is a constant of the file or a hole.
 * @throws OutOfTime
 */
export function* scanJvmStrings(
  text: string,
  dialect: Dialect,
  deadline: Deadline,
  foreign?: ForeignNames,
): Generator<FoundText> {
  const constants = readJvmStrings(text, dialect, deadline, foreign);
  for (const each of constants.all) {
    deadline.check();
    yield* variantsOf(constants, each);
  }
}

/** A string, once for each way through the conditions in it. */
function* variantsOf(constants: JvmConstants, constant: JvmConstant): Generator<FoundText> {
  let variant = 0;
  for (const [pieces, { count }] of eachWay((each) => constants.piecesOf(constant, each))) {
    if (count === 0) return yield { pieces, scope: -1 };
    yield { pieces, scope: -1, variant, loose: true };
    variant += 1;
  }
}

/**
 * The strings of a file of Kotlin or Scala and the names that they have.
 * @throws OutOfTime
 */
export function readJvmStrings(
  text: string,
  dialect: Dialect,
  deadline: Deadline,
  foreign?: ForeignNames,
): JvmConstants {
  const scopes = new JvmScopes(text);
  const all: JvmConstant[] = [];
  const waiting: Range[] = [[0, text.length]];
  for (let range = waiting.shift(); range; range = waiting.shift()) {
    for (const each of constantsIn(text, range, { dialect, scopes, deadline, waiting })) all.push(each);
  }
  return new JvmConstants(all, scopes, foreign);
}

type Range = readonly [number, number];

interface Scan {
  readonly dialect: Dialect;
  readonly scopes: JvmScopes;
  readonly deadline: Deadline;
  /** Called for what is in a string and has strings of its own. */
  readonly waiting: Range[];
}

function* constantsIn(
  text: string,
  [from, upTo]: Range,
  { dialect, scopes, deadline, waiting }: Scan,
): Generator<JvmConstant> {
  for (let at = from; at < upTo; ) {
    deadline.check();
    MARKS.lastIndex = at;
    const mark = MARKS.exec(text);
    if (!mark || mark.index >= upTo) break;
    const { index, 0: found } = mark;
    at = index + found.length;
    if (found === '/*') at = endOfComment(text, index);
    else if (found === '{' || found === '}') scopes.meet(found, index);
    else if (found.startsWith('"')) {
      const { parts, start, end, inner, spliced } = readJoined(text, index, dialect);
      const before = text.slice(Math.max(0, start - BEFORE), start);
      waiting.push(...inner);
      yield { parts, scope: scopes.current, name: DECLARED.exec(before)?.[1], spliced, before };
      at = end;
    }
  }
}

interface Joined {
  readonly parts: readonly JvmPart[];
  readonly start: number;
  readonly end: number;
  readonly inner: readonly Range[];
  /** Is it a part of a statement rather than a text, so that it is put in where parameters are bound? */
  readonly spliced: boolean;
}

/** Strings and names that are joined, from the first string on. */
function readJoined(text: string, quote: number, dialect: Dialect): Joined {
  const prefix = PREFIX.exec(text.slice(Math.max(0, quote - 24), quote))?.[0] ?? '';
  const parts: JvmPart[] = [];
  const own = quote - prefix.length;
  const asked = ifBefore(text.slice(Math.max(0, own - BEFORE), own));
  const question = asked === undefined ? own : Math.max(0, own - BEFORE) + asked;
  const first = question < own && readOperand(text, question, dialect) ? question : own;
  const before = NAME_BEFORE.exec(text.slice(Math.max(0, first - BEFORE), first));
  const start = first - (before?.[0].length ?? 0);
  if (before) parts.push({ reference: before[1] ?? '', at: start, hole: TEXT_HOLE });
  const isAnnotated = ANNOTATION.test(text.slice(Math.max(0, first - BEFORE), first));
  const joined = readOperands(text, first, { dialect, depth: 0, between: isAnnotated ? NEXT : undefined });
  return {
    parts: [...parts, ...(joined?.parts ?? [])],
    start,
    end: Math.max(joined?.end ?? first, quote + 1),
    inner: joined?.inner ?? [],
    spliced: dialect.binds(prefix),
  };
}

interface Operands {
  readonly dialect: Dialect;
  /** In how many conditions. */
  readonly depth: number;
  /** What stands between strings that are joined with a space. */
  readonly between?: RegExp | undefined;
}

/** Strings, names and conditions that are joined, as far as they go. */
function readOperands(text: string, start: number, { dialect, depth, between }: Operands): JvmLiteral | undefined {
  const first = readOperand(text, start, dialect, depth);
  if (!first) return undefined;
  const parts: JvmPart[] = [...first.parts];
  const inner: Range[] = [...first.inner];
  let { end } = first;
  for (;;) {
    const joined = matched(JOIN, text, end);
    const next = joined ?? (between && matched(between, text, end));
    const operand = next === undefined ? undefined : readOperand(text, next, dialect, depth);
    if (!operand) return { parts, inner, end };
    if (joined === undefined) parts.push({ text: ' ', at: end });
    for (const part of operand.parts) parts.push(part);
    inner.push(...operand.inner);
    end = operand.end;
  }
}

function readOperand(text: string, at: number, dialect: Dialect, depth = 0): JvmLiteral | undefined {
  const string = /^([A-Za-z_]\w{0,19})?"/.exec(text.slice(at, at + 24));
  if (string) {
    const prefix = string[1] ?? '';
    const { parts, end, inner } = readLiteral(text, at + prefix.length, prefix, dialect);
    TRIMMED.lastIndex = end;
    const how = TRIMMED.exec(text);
    const own = how?.[1]?.endsWith('Margin') ? withoutMargin(parts) : parts;
    // doobie puts a space behind each `fr"…"`.
    const all = prefix === 'fr' ? [...own, { text: ' ', at: end }] : own;
    return { parts: all, end: end + (how?.[0].length ?? 0), inner };
  }
  const chosen = readIf(text, at, depth, (from, deeper) => readOperands(text, from, { dialect, depth: deeper }));
  if (chosen) return chosen;
  const called = matched(CALL, text, at);
  if (called !== undefined) return { parts: [{ text: TEXT_HOLE, at }], end: called, inner: [] };
  const named = matched(NAME, text, at);
  return named === undefined
    ? undefined
    : { parts: [{ reference: text.slice(at, named), at, hole: TEXT_HOLE }], end: named, inner: [] };
}

/** Where what matches at the place ends. */
function matched(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** A space in place of the `|` that begins a line. */
function withoutMargin(parts: readonly JvmPart[]): readonly JvmPart[] {
  return parts.map((part, place): JvmPart => {
    if (!('text' in part)) return part;
    const margin = place === 0 ? /(^|\n)([ \t]*)\|/g : /(\n)([ \t]*)\|/g;
    const piece: Piece = { text: part.text.replaceAll(margin, '$1$2 '), at: part.at };
    return piece;
  });
}

function endOfComment(text: string, start: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let found = marks.exec(text); found; found = marks.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return text.length;
}
