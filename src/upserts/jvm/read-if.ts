import type { JvmLiteral } from './read-literal.ts';

/** `else if` after `else if`: code does not go on for longer. */
const DEEPEST = 16;
/** So long may a condition be. */
const LONGEST = 200;

const IF = /(\(\s*)?if\s*(?=\()/y;
const OPEN = /\s*\{?\s*/y;
const ELSE = /\s*\}?\s*else\b/y;
/** `if (…) {` before a string; parentheses within the condition are three deep at most. */
const BEFORE = /(?:\(\s*)?\bif\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\s*\{?\s*$/;

/** Reads what stands in a branch, `depth` conditions deep. */
type ReadBranch = (at: number, depth: number) => JvmLiteral | undefined;

/** Where the `if` begins whose first branch begins at the end of a text. */
export function ifBefore(before: string): number | undefined {
  return BEFORE.exec(before)?.index;
}

/**
 * `if (…) "…" else "…"` as an expression of Kotlin or Scala; undefined where a branch is something else than a text.
 */
export function readIf(text: string, at: number, depth: number, readBranch: ReadBranch): JvmLiteral | undefined {
  IF.lastIndex = at;
  const opening = IF.exec(text);
  if (!opening || depth > DEEPEST) return undefined;
  const from = at + opening[0].length;
  const conditionEnd = endOfParentheses(text, from);
  const first = conditionEnd === undefined ? undefined : readBranch(ended(OPEN, text, conditionEnd), depth + 1);
  if (conditionEnd === undefined || !first) return undefined;
  ELSE.lastIndex = first.end;
  if (!ELSE.test(text)) return undefined;
  const opened = ELSE.lastIndex;
  const begin = ended(OPEN, text, opened);
  const second = readBranch(begin, depth + 1);
  if (!second) return undefined;
  const closing = [text.slice(opened, begin).includes('{') ? '}' : '', opening[1] === undefined ? '' : ')'];
  let end = second.end;
  for (const mark of closing.filter((each) => each !== '')) {
    const next = ended(/\s*/y, text, end);
    if (text[next] !== mark) return undefined;
    end = next + 1;
  }
  const question = text.slice(from + 1, conditionEnd - 1).trim();
  return {
    parts: [{ question, at, branches: [first.parts, second.parts] }],
    end,
    inner: [...first.inner, ...second.inner],
  };
}

function endOfParentheses(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < Math.min(text.length, start + LONGEST); at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return undefined;
}

function ended(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
