/** A hole that a value of the running program fills: text of the statement, of which nothing is known. */
export const TEXT_HOLE = '\uE000';
/** The same for a value that travels as a bind parameter. */
export const BIND_HOLE = '\uE001';

export interface SqlToken {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'parameter' | 'hole' | 'punctuation';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Of an opening parenthesis: the index of the token that closes it. */
  readonly closing?: number | undefined;
}

/** Spaces, and comments: `--` to the end of the line, and C-style ones, which may be nested in PostgreSQL. */
const BLANK = /(?:\s+|--[^\n]*)/y;
const DOLLAR_QUOTE = /\$([A-Za-z_\u0080-\uDFFF][\w\u0080-\uDFFF]*)?\$/y;

/** Each search for a quote that is not closed reads on to the end of the text. */
const MOST_UNCLOSED = 100;

/** Alternatives of one pattern. */
function anyOf(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'), 'y');
}

/** What may be any part of a statement. */
const HOLE = anyOf(
  /\uE000|%(?:\[\d+\])?[vqILdx]\b|\{\{?[\w.!]*\}?\}/,
  // HugSQL's names and pieces of SQL, psql's names; MyBatis, Flyway and pg-promise: `${name}`, `$<name:raw>`,
  // `$(name)`.
  /(?<!:):(?:i\*?|identifier\*?|sql|snip\*?|snippet|frag):[A-Za-z_][\w.-]*|(?<!:):"\w+"/,
  /\$(?:\{[^}\n]{0,200}\}|<[\w.:^~#,]{1,100}>|\([\w.:^~#,]{1,100}\)|\[[\w.:^~#,]{1,100}\])/,
);

/** What stands for a value, or for a list of values. */
const PARAMETER = anyOf(
  /\uE001|\$\d+|%(?:\[\d+\])?s\b|%\(\w+\)[sd]|#\{[^}\n]{0,200}\}|\?\d*/,
  // sqlc and pggen.
  /(?:sqlc|pggen)\.(?:n?arg|slice|embed)\(\s*['"]?\w+['"]?\s*\)/,
  // HugSQL says of what kind a value is; psql writes one as a literal.
  /(?<!:):(?:v\*?|value\*?|l\*?|list\*?|t\*?|tuple\*?):[A-Za-z_][\w.-]*|(?<!:):'\w+'/,
  // Names of Clojure have dashes; with PgTyped `!` says that it is not NULL.
  /(?<!:):(?!:)[A-Za-z_]\w*(?:-[A-Za-z_]\w*)*(?:!(?!=))?|@[A-Za-z_]\w*/,
);

const KINDS: readonly (readonly [SqlToken['kind'], RegExp])[] = [
  ['hole', HOLE],
  ['parameter', PARAMETER],
  ['quoted', /"(?:[^"]|"")*"|`[^`]*`/y],
  ['string', /[eE]'(?:[^'\\]|''|\\.)*'|[nNbBxX]?'(?:[^']|'')*'/sy],
  ['word', /[A-Za-z_\u0080-\uDFFF][\w$\u0080-\uDFFF]*/y],
  ['number', /\d[\w.]*/y],
];

/**
 * Reads SQL as tokens, also where something is missing or wrong in it: strings, quoted names, dollar quotes and
 * comments are distinguished; placeholders of all drivers (`$1`, `?`, `:name`, `@name`, `%s`, `sqlc.arg(name)`) are
 * parameters; what a program puts into the text (`{}`, `%v`, interpolation) are holes. Never throws, and takes time in
 * proportion to the text.
 */
export function scanSql(sql: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  const unclosed = new Set<string>();
  let at = 0;
  while (at < sql.length) {
    const skipped = endOfBlank(sql, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const token = dollarQuoted(sql, at, unclosed) ?? firstMatch(sql, at);
    tokens.push(token);
    at = token.end;
  }
  return pairParentheses(tokens);
}

/** Once for all: looking for the end from each parenthesis in turn takes minutes where none is closed. */
function pairParentheses(tokens: readonly SqlToken[]): readonly SqlToken[] {
  const open: number[] = [];
  const closing = new Map<number, number>();
  tokens.forEach((token, index) => {
    if (isPunctuation(token, '(')) open.push(index);
    const start = isPunctuation(token, ')') ? open.pop() : undefined;
    if (start !== undefined) closing.set(start, index);
  });
  return tokens.map((token, index) => (closing.has(index) ? { ...token, closing: closing.get(index) } : token));
}

function endOfBlank(sql: string, at: number): number {
  if (sql.startsWith('/*', at)) return endOfComment(sql, at);
  BLANK.lastIndex = at;
  return BLANK.test(sql) ? BLANK.lastIndex : at;
}

function endOfComment(sql: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(sql); found; found = mark.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return sql.length;
}

/** `$$ … $$` and `$body$ … $body$`: one string. A quote that is not closed does not begin one. */
function dollarQuoted(sql: string, at: number, unclosed: Set<string>): SqlToken | undefined {
  DOLLAR_QUOTE.lastIndex = at;
  const [opening] = DOLLAR_QUOTE.exec(sql) ?? [];
  if (opening === undefined || unclosed.has(opening) || unclosed.size >= MOST_UNCLOSED) return undefined;
  const closing = sql.indexOf(opening, at + opening.length);
  if (closing < 0) {
    unclosed.add(opening);
    return undefined;
  }
  return tokenAt(sql, 'string', at, closing + opening.length);
}

function firstMatch(sql: string, at: number): SqlToken {
  for (const [kind, pattern] of KINDS) {
    pattern.lastIndex = at;
    if (pattern.test(sql)) return tokenAt(sql, kind, at, pattern.lastIndex);
  }
  return tokenAt(sql, 'punctuation', at, at + 1);
}

function tokenAt(sql: string, kind: SqlToken['kind'], start: number, end: number): SqlToken {
  return { kind, text: sql.slice(start, end), start, end };
}

/** Is the token this keyword? Keywords are given in lower case. */
export function isWord(token: SqlToken | undefined, ...keywords: readonly string[]): boolean {
  return token?.kind === 'word' && keywords.includes(token.text.toLowerCase());
}

export function isPunctuation(token: SqlToken | undefined, text: string): boolean {
  return token?.kind === 'punctuation' && token.text === text;
}

/** Index of the parenthesis that closes the one at `open`; -1 when it is not closed. */
export function closingOf(tokens: readonly SqlToken[], open: number): number {
  return tokens[open]?.closing ?? -1;
}

/** Placeholders of a program in a quoted name: `"${schema}"`, `"{schema}"`, `"%s"`. */
const HOLE_IN_NAME = /[\uE000\uE001]|\{[\w.!]*\}|%(?:\[\d+\])?[svqId]|%\(\w+\)s/;

/** Is the token, or a part of the name or string that it is, put in while the program runs? */
export function isFilledIn(token: SqlToken): boolean {
  if (token.kind === 'hole' || token.kind === 'parameter') return true;
  return token.kind === 'quoted' ? HOLE_IN_NAME.test(token.text) : /[\uE000\uE001]/.test(token.text);
}

/**
 * The name as PostgreSQL takes it: quoted ones as they are, others in lower case. None is known where a part is filled
 * in.
 */
export function identifierOf(token: SqlToken | undefined): string | undefined {
  if (token?.kind === 'quoted' && HOLE_IN_NAME.test(token.text)) return undefined;
  if (token?.kind === 'quoted') return token.text.slice(1, -1).replaceAll('""', '"');
  return token?.kind === 'word' ? token.text.toLowerCase() : undefined;
}

/** What a string token holds, and where its content begins. */
export function contentOf({ text, start }: SqlToken): { readonly text: string; readonly start: number } {
  const opening = /^(?:\$\w*\$|[eEnNbBxX]?')/.exec(text)?.[0] ?? '';
  const closing = opening.startsWith('$') ? opening.length : 1;
  return { text: text.slice(opening.length, text.length - closing), start: start + opening.length };
}
