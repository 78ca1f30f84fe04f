import { isPunctuation, isWord, type SqlToken } from './scan-sql.ts';

/** Where a clause stands among the tokens of a text; `insert` is -1 where it is absent. */
interface Stretch {
  readonly insert: number;
  readonly on: number;
  /** The first token behind the clause. */
  readonly next: number;
}

/** More than this is not written before VALUES. */
const MOST_LOOKED_AT = 4_000;

/** Does a text only mention an upsert, as an error or a label does? */
export function isProse(tokens: readonly SqlToken[], { insert, on, next }: Stretch): boolean {
  if (insert < 0) return isSentence(tokens[on], tokens[on + 1]) || isProseAround(tokens, on, next);
  const inside = tokens.slice(insert, Math.min(on, insert + MOST_LOOKED_AT));
  if (inside.some((token, place) => isEllipsis(token, inside.slice(place + 1, place + 3)))) return true;
  // A builder of queries adds the rows between two texts.
  return inside.length < MOST_LOOKED_AT && !inside.some(bringsRows) && goesOnInWords(tokens[next]);
}

/** "On conflict do nothing" */
function isSentence(on: SqlToken | undefined, conflict: SqlToken | undefined): boolean {
  return on?.text === 'On' && conflict?.text === 'conflict';
}

/** A clause that is put behind an INSERT begins or ends a text, or has rows before it. */
function isProseAround(tokens: readonly SqlToken[], on: number, next: number): boolean {
  const before = tokens.slice(Math.max(0, on - MOST_LOOKED_AT), on);
  return (
    (before.length > 0 && tokens[on - 1]?.kind === 'word' && !before.some(bringsRows)) || goesOnInWords(tokens[next])
  );
}

function bringsRows(token: SqlToken): boolean {
  return (
    token.kind === 'hole' || token.kind === 'parameter' || isWord(token, 'values', 'select', 'default', 'table', 'with')
  );
}

/** `...` and `…` stand for what is left out; what a program puts in has been read as such. */
function isEllipsis(token: SqlToken, next: readonly SqlToken[]): boolean {
  return token.text === '…' || [token, ...next].filter((each) => isPunctuation(each, '.')).length === 3;
}

/** What may stand behind DO NOTHING. */
const FOLLOWS = [
  'returning',
  'insert',
  'select',
  'update',
  'delete',
  'with',
  'merge',
  'end',
  'commit',
  'into',
  'union',
];

function goesOnInWords(token: SqlToken | undefined): boolean {
  if (token?.kind === 'word') return !isWord(token, ...FOLLOWS);
  return token?.kind === 'punctuation' && /[:.,!?-]/.test(token.text);
}
