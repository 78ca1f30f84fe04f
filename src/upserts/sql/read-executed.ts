import { contentOf, identifierOf, isPunctuation, isWord, type SqlToken, TEXT_HOLE } from './scan-sql.ts';

/** A part of a text that is put together in SQL: a range of the text it is written in, or something else at a place. */
export type Part = { readonly start: number; readonly end: number } | { readonly text: string; readonly at: number };

/**
 * The strings in a text of SQL that may be SQL themselves: bodies of functions, and what EXECUTE is given, with `||` and
 * the literal arguments of format() put together. A string that an INSERT or UPDATE stores, a COMMENT or a RAISE says, is
 * not run.
 */
export function* readExecuted(tokens: readonly SqlToken[]): Generator<readonly Part[]> {
  const constants = constantsIn(tokens);
  let head: SqlToken | undefined;
  for (let index = 0; index < tokens.length; ) {
    if (beginsStatement(tokens[index - 1])) head = tokens[index];
    const first = isText(tokens, index) ? readOperand(tokens, index, constants) : undefined;
    if (!first) {
      index += 1;
      continue;
    }
    const parts = [...first.parts];
    let { next } = first;
    while (isPunctuation(tokens[next], '|') && isPunctuation(tokens[next + 1], '|')) {
      const operand = readOperand(tokens, next + 2, constants);
      parts.push(...operand.parts);
      next = operand.next;
    }
    const dollars = tokens[index]?.text.startsWith('$') === true;
    if (dollars || !isWord(head, 'insert', 'update', 'comment', 'raise')) yield parts;
    index = next;
  }
}

function beginsStatement(before: SqlToken | undefined): boolean {
  return !before || isPunctuation(before, ';') || isWord(before, 'begin', 'then', 'else', 'loop', 'declare');
}

/** A string, or format() of one. */
function isText(tokens: readonly SqlToken[], index: number): boolean {
  return tokens[index]?.kind === 'string' || isCallOn(tokens, index, 'format');
}

function isCallOn(tokens: readonly SqlToken[], index: number, ...names: readonly string[]): boolean {
  return (
    isWord(tokens[index], ...names) && isPunctuation(tokens[index + 1], '(') && tokens[index + 2]?.kind === 'string'
  );
}

type Constants = ReadonlyMap<string, SqlToken>;

interface Operand {
  readonly parts: readonly Part[];
  readonly next: number;
}

function readOperand(tokens: readonly SqlToken[], index: number, constants: Constants): Operand {
  const token = tokens[index];
  if (token?.kind === 'string') return { parts: partsOf(token), next: index + 1 };
  const closing = tokens[index + 1]?.closing ?? index + 1;
  if (isCallOn(tokens, index, 'format')) return { parts: readFormat(tokens, index + 1, constants), next: closing + 1 };
  if (isCallOn(tokens, index, 'quote_ident', 'quote_literal') && closing === index + 3) {
    const given = tokens[index + 2];
    const how = isWord(token, 'quote_ident') ? 'I' : 'L';
    return { parts: given ? quoted(given, how) : [], next: closing + 1 };
  }
  const constant = constants.get(identifierOf(token) ?? '');
  if (constant) return { parts: partsOf(constant), next: index + 1 };
  return { parts: [{ text: TEXT_HOLE, at: token?.start ?? 0 }], next: endOfOperand(tokens, index) };
}

/** After a name, its fields, its arguments and its type. */
function endOfOperand(tokens: readonly SqlToken[], start: number): number {
  let next = start;
  while (next < tokens.length) {
    const token = tokens[next];
    if (isPunctuation(token, '(') || isPunctuation(token, '[')) next = (token?.closing ?? next) + 1;
    else if (isPunctuation(token, '.') || isPunctuation(token, ':')) next += 1;
    else if (next > start && !isPunctuation(tokens[next - 1], '.') && !isPunctuation(tokens[next - 1], ':')) break;
    else next += 1;
  }
  return Math.max(next, start + 1);
}

/** What is between the quotes, each `''` in it as one. */
function partsOf(token: SqlToken): readonly Part[] {
  const { text, start } = contentOf(token);
  if (token.text.startsWith('$')) return [{ start, end: start + text.length }];
  const parts: Part[] = [];
  let from = 0;
  for (const { index } of text.matchAll(/''/g)) {
    parts.push({ start: start + from, end: start + index + 1 });
    from = index + 2;
  }
  return [...parts, { start: start + from, end: start + text.length }];
}

/** `%I`, `%s`, `%L`, with a place before them or without. */
const PLACE = /%(?:(\d+)\$)?-?\d*([IsL%])/g;

/** `format('INSERT INTO %I …', 'accounts')`: what is not a literal stays as its placeholder. */
function readFormat(tokens: readonly SqlToken[], open: number, constants: Constants): readonly Part[] {
  const format = tokens[open + 1];
  const given = argumentsOf(tokens, open).map((token) => constants.get(identifierOf(token) ?? '') ?? token);
  let next = 1;
  return (format ? partsOf(format) : []).flatMap((part): readonly Part[] => {
    if (!('start' in part) || !format) return [part];
    const parts: Part[] = [];
    let last = part.start;
    const text = format.text.slice(part.start - format.start, part.end - format.start);
    for (const { index, 0: whole, 1: ordinal, 2: how = 's' } of text.matchAll(PLACE)) {
      const place = ordinal === undefined ? next : Number(ordinal);
      if (how !== '%') next = place + 1;
      const value = how === '%' ? undefined : given[place];
      const at = part.start + index;
      if (value?.kind !== 'string' && how !== '%') continue;
      parts.push({ start: last, end: at });
      parts.push(...(value ? quoted(value, how) : [{ text: '%', at }]));
      last = at + whole.length;
    }
    return [...parts, { start: last, end: part.end }];
  });
}

/** The arguments of a call, each that is more than one token as nothing. */
function argumentsOf(tokens: readonly SqlToken[], open: number): readonly (SqlToken | undefined)[] {
  const close = tokens[open]?.closing ?? open;
  const given: (SqlToken | undefined)[] = [];
  let from = open + 1;
  for (let index = open + 1; index <= close; index += 1) {
    if (index === close || isPunctuation(tokens[index], ',')) {
      given.push(index === from + 1 ? tokens[from] : undefined);
      from = index + 1;
    } else if (isPunctuation(tokens[index], '(')) index = tokens[index]?.closing ?? close;
  }
  return given;
}

function quoted(token: SqlToken, how: string): readonly Part[] {
  const parts = partsOf(token);
  const quote = how === 'L' ? "'" : how === 'I' && !/^[eE]?'[a-z_][a-z\d_]*'$/.test(token.text) ? '"' : '';
  return quote === '' ? parts : [{ text: quote, at: token.start }, ...parts, { text: quote, at: token.end - 1 }];
}

/** `name constant text := 'accounts'` of a block of PL/pgSQL; one that is declared twice is left out. */
function constantsIn(tokens: readonly SqlToken[]): Constants {
  const found = new Map<string, SqlToken>();
  const twice = new Set<string>();
  tokens.forEach((token, index) => {
    if (!isWord(token, 'constant')) return;
    const name = identifierOf(tokens[index - 1]);
    const assigned = tokens.slice(index + 2, index + 6).findIndex((each) => isPunctuation(each, '='));
    const value = tokens[index + 3 + assigned];
    if (name === undefined || assigned < 0 || value?.kind !== 'string') return;
    if (found.has(name) || !isPunctuation(tokens[index + 4 + assigned], ';')) twice.add(name);
    found.set(name, value);
  });
  for (const name of twice) found.delete(name);
  return found;
}
