import type { Assignment } from '../upsert.ts';
import { identifierOf, isPunctuation, isWord, type SqlToken } from './scan-sql.ts';

/** What DO UPDATE SET assigns; undefined when a part of the list is put in while the program runs. */
export function readAssignments(tokens: readonly SqlToken[]): readonly Assignment[] | undefined {
  const items = splitAtCommas(tokens);
  const read = items.map(readAssignment);
  return read.every((each) => each !== undefined) ? read.flat() : undefined;
}

function readAssignment(item: readonly SqlToken[]): readonly Assignment[] | undefined {
  const equals = item.findIndex((token) => isPunctuation(token, '='));
  if (equals < 1) return undefined;
  const left = item.slice(0, equals);
  const value = item.slice(equals + 1);
  if (left.some(({ kind }) => kind === 'hole' || kind === 'parameter')) return undefined;
  if (isPunctuation(left[0], '(')) {
    const columns = left.flatMap((token) => identifierOf(token) ?? []);
    return columns.map((column) => ({ column, value: 'other' as const }));
  }
  // The table may stand before the column, though PostgreSQL does not take it.
  const column = identifierOf(left[0]);
  return column === undefined ? undefined : [{ column, value: sourceOfValue(column, value) }];
}

/** `excluded.a` proposes the new row's value; `coalesce(excluded.a, t.a)` may, `t.a` keeps the old one. */
function sourceOfValue(column: string, value: readonly SqlToken[]): Assignment['value'] {
  const [only] = value;
  if (value.length === 3 && isPunctuation(value[1], '.') && identifierOf(value[2]) === column) {
    return identifierOf(value[0]) === 'excluded' ? 'proposed' : 'kept';
  }
  if (value.length === 1 && only && identifierOf(only) === column) return 'kept';
  if (value.length === 1 && only && ['parameter', 'hole', 'word'].includes(only.kind)) return 'given';
  const keepsFirst =
    isWord(value[0], 'coalesce') && isPunctuation(value[1], '(') && identifierOf(value[2]) !== 'excluded';
  return keepsFirst && value.some((token) => identifierOf(token) === column) ? 'kept' : 'other';
}

function splitAtCommas(tokens: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
  const items: SqlToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isPunctuation(token, '(') || isPunctuation(token, '[')) depth += 1;
    if (isPunctuation(token, ')') || isPunctuation(token, ']')) depth -= 1;
    if (depth === 0 && isPunctuation(token, ',')) items.push([]);
    else items.at(-1)?.push(token);
  }
  return items;
}
