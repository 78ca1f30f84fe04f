import { isPunctuation, isWord, type SqlToken } from './scan-sql.ts';

/** Aggregates over several rows, as for the next number in a list. COUNT is how people ask whether there is one at all. */
const OVER_ROWS = /^(?:max|min|sum|avg|(?:array|string|jsonb?)_agg|jsonb?_object_agg|row_number|rank|lag|lead)$/i;

/** The first row in the order of such a column is the newest or oldest of a key; by another one it is the end of a list. */
const OF_TIME = /(?:at|date|time|stamp|id|_on|ts)$/i;

/**
 * Does a SELECT by a key, by what it selects and what follows its WHERE, expect several rows? Then a row that is inserted
 * besides is one more of them.
 */
export function asksForList(selected: readonly SqlToken[], rest: readonly SqlToken[]): boolean {
  if (selected.some(({ text }, place) => OVER_ROWS.test(text) && isPunctuation(selected[place + 1], '('))) return true;
  if (rest.some((token) => isWord(token, 'group', 'offset'))) return true;
  const limited = rest.some((token) => isWord(token, 'limit', 'fetch'));
  const one = rest.some((token, place) => isOne(token, rest.slice(place + 1, place + 3)));
  if (limited && !one) return true;
  const by = rest.findIndex((token, place) => isWord(token, 'by') && isWord(rest[place - 1], 'order'));
  return by >= 0 && !(one && OF_TIME.test(rest[by + 1]?.text ?? ''));
}

/** LIMIT 1, FETCH FIRST ROW ONLY, FETCH NEXT 1 ROWS ONLY. */
function isOne(token: SqlToken, next: readonly SqlToken[]): boolean {
  if (isWord(token, 'limit')) return next[0]?.text === '1';
  return isWord(token, 'fetch') && (next[1]?.text === '1' || isWord(next[1], 'row'));
}
